//! The compilation of a few rows in the publishers' forms.

use std::path::Path;

use jobmatch_index::skills::{Graph, Lang};

use super::{compile, curated, esco, rome, tech};

const FILES: &[(&str, &str)] = &[
    (
        "rome/unix_referentiel_code_rome_v460_utf8.csv",
        "\u{feff}\"code_rome\",\"code_ogr\",\"libelle_rome\"\n\"D1507\",\"1\",\"Employé / Employée de libre-service\"\n\
         \"M1805\",\"2\",\"Développeur / Développeuse informatique\"\n",
    ),
    (
        "rome/unix_referentiel_appellation_v460_utf8.csv",
        "code_ogr,libelle_appellation_long,libelle_appellation_court,code_rome\n\
         10,Développeur / Développeuse web,Développeur / Développeuse web,M1805\n\
         11,Employé / Employée de rayon,Employé(e) de rayon,D1507\n",
    ),
    (
        "rome/unix_texte_v460_utf8.csv",
        "code_rome,code_compo_bloc,libelle_type_texte,position_phrase,libelle_texte\n\
         D1507,3,definition,2,Range.\nD1507,3,definition,1,S''occupe du rayon.\n",
    ),
    ("rome/unix_rubrique_mobilite_v460_utf8.csv", "code_rome,code_rome_cible,numero_ordre\nD1507,M1805,1\n"),
    (
        "rome/unix_referentiel_competence_v460_utf8.csv",
        "code_ogr,libelle_competence,code_ogr_macro_comp,cat_comp\n100,Gérer les stocks,101,Savoir-faire\n\
         101,Organiser une réserve,,Savoir-faire\n102,Faire preuve de rigueur,,Savoir-être professionnel\n",
    ),
    (
        "rome/unix_referentiel_savoir_v460_utf8.csv",
        "code_ogr_savoir,libelle_savoir,categorie_savoir,sous_categorie_savoir\n\
         200,React.js,Domaines d'expertise,Langages informatiques\n201,CAP vente,Certifications,Certifications\n",
    ),
    (
        "rome/unix_coherence_item_v460_utf8.csv",
        "code_rome,code_ogr,coeur_metier\nD1507,101,\nD1507,100,Principale\nD1507,201,\nM1805,200,Principale\n",
    ),
    (
        "rome_esco/FR_20230607_mapping_esco_rome.csv",
        "Mapping project name,ESCO - ROME\n\nclassification 1 ID,classification 1 prefered label,classification 2 ID,\
         classification 2 prefered label,mapping relation\n\
         http://data.europa.eu/esco/occupation/a,x,10,y,skos:exactMatch\n",
    ),
    (
        "esco_fr/occupations_fr.csv",
        "conceptUri,preferredLabel,altLabels\nhttp://data.europa.eu/esco/occupation/a,\
      développeur web/développeuse web,\n",
    ),
    ("esco_fr/broaderRelationsOccPillar.csv", "conceptType,conceptUri,broaderType,broaderUri\n"),
    ("esco_fr/broaderRelationsSkillPillar.csv", "conceptType,conceptUri,broaderType,broaderUri\n"),
    (
        "esco_fr/skills_fr.csv",
        "conceptUri,preferredLabel,altLabels\nhttp://data.europa.eu/esco/skill/s,gestion des stocks,\n",
    ),
    (
        "esco_en/occupations_en.csv",
        "conceptUri,preferredLabel,altLabels,description,iscoGroup\nhttp://data.europa.eu/esco/occupation/a,\
         web developer,\"front-end developer\nwebsite developer\",Builds websites.,2513\n",
    ),
    ("esco_en/broaderRelationsSkillPillar_en.csv", "conceptType,conceptUri,broaderType,broaderUri\n"),
    (
        "esco_en/skills_en.csv",
        "conceptUri,preferredLabel,altLabels\nhttp://data.europa.eu/esco/skill/s,stock management,inventory control\n",
    ),
    (
        "esco_en/skillsHierarchy_en.csv",
        "Level 0 preferred term,Level 0 URI,Level 1 URI,Level 2 URI,Level 3 URI\nskills,u0,,,\n",
    ),
    ("esco_en/skillSkillRelations_en.csv", "originalSkillUri,relationType,relatedSkillUri\n"),
    (
        "tech/devicon.json",
        r#"[{"name": "react", "altnames": ["reactjs"]}, {"name": "nodejs", "altnames": []}]"#,
    ),
    ("tech/linguist.json", "[]"),
    ("tech/simple_icons.json", r#"[{"title": "React"}, {"title": "Node.js"}]"#),
];

#[test]
fn brings_the_sources_together_the_same_way_each_time() {
    let raw = tempfile::tempdir().unwrap();
    for (name, content) in FILES {
        let path = raw.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let bytes = build(raw.path());
    assert_eq!(bytes, build(raw.path()));

    let graph = Graph::from_bytes(&bytes).unwrap();
    let stock = graph.by_id("rome:100").unwrap();
    assert_eq!(graph.find("stock management"), Some(stock), "one concept for ROME's and ESCO's");
    assert_eq!(graph.find("inventory control"), Some(stock));
    assert_eq!(graph.by_id("esco:s"), Some(stock));
    let react = graph.by_id("rome:200").unwrap();
    assert_eq!(graph.id(react), "tech:react");
    assert_eq!(graph.find("CAP vente"), None, "a diploma is no skill");

    let shelves = graph.by_rome("D1507").unwrap();
    assert_eq!(
        graph.core_skills(shelves).iter().map(|item| (item.concept == stock, item.core)).next(),
        Some((true, true))
    );
    assert_eq!(graph.occupation_text(shelves), "S'occupe du rayon. Range.");
    assert_eq!(graph.skill_occupations(stock), [shelves]);
    let developer = graph.by_rome("M1805").unwrap();
    assert_eq!(graph.mobility(shelves)[0].to, developer);
    assert_eq!(graph.occupation_label(developer, Lang::En), "web developer");
    let titles: Vec<&str> =
        graph.titles().iter().filter(|title| title.occupation == developer).map(|t| &*t.text).collect();
    assert_eq!(
        titles,
        [
            "developpeur informatique",
            "developpeur web",
            "developpeuse informatique",
            "developpeuse web",
            "front-end developer",
            "web developer",
            "website developer"
        ]
    );
}

#[test]
fn names_the_file_and_the_row_that_cannot_be_used() {
    let raw = tempfile::tempdir().unwrap();
    for (name, content) in FILES {
        let path = raw.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content.replace("D1507,M1805,1", "D1507,M1805,first")).unwrap();
    }
    let error = rome::read(&raw.path().join("rome")).unwrap_err().to_string();
    assert!(
        error.contains("unix_rubrique_mobilite_v460_utf8.csv, line 2: column \"numero_ordre\""),
        "{error}"
    );
}

fn build(raw: &Path) -> Vec<u8> {
    let (rome, esco) = (rome::read(&raw.join("rome")).unwrap(), esco::read(raw).unwrap());
    let row = curated::parse("tech:react\ttechnology\tReact\tReact\tReact Native Web").unwrap();
    compile::compile(rome, esco, tech::read(&raw.join("tech")).unwrap(), &row).unwrap().encode()
}
