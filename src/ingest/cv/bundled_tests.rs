//! The bundled fictional CVs, read whole: PDF in eight layouts, DOCX, plain text. What they should give was
//! written from their sources.

use jiff::civil::date;
use jobmatch_index::skills::fold;

use super::*;
use crate::demo;

struct Expected {
    file: &'static str,
    name: &'static str,
    title: &'static str,
    email: &'static str,
    town: &'static str,
    /// `title | employer | start..end`, most recent first; nothing after the last known part.
    jobs: &'static [&'static str],
    /// `year level diploma`, in any order; the start of the diploma is enough.
    diplomas: &'static [&'static str],
    languages: &'static str,
    licences: &'static [&'static str],
    /// Skills that the text states or shows, among others, by label in French.
    skills: &'static [&'static str],
}

const CVS: [Expected; 12] = [
    Expected {
        file: "aide-soignante.pdf",
        name: "Nadège Kerbrat",
        title: "Aide-soignante diplômée d'État",
        email: "nadege.kerbrat@courriel.example",
        town: "Saint-Brieuc (22)",
        jobs: &[
            "Aide-soignante | EHPAD Les Jardins de Cesson | 2019-03..now",
            "Aide-soignante à domicile | SSIAD du Goëlo | 2014-09..2019-02",
            "Agent de service hospitalier | Hôpital de Tréguier | 2012-07..2013-08",
        ],
        diplomas: &["2014 Diplôme d'État d'aide-soignant", "2012 Baccalauréat professionnel"],
        languages: "br A2 en A2 fr C2",
        licences: &["Permis B"],
        skills: &["bientraitance", "humanitude", "bionettoyage", "prévention des escarres"],
    },
    Expected {
        file: "cariste.pdf",
        name: "BENHADDOU Karim",
        title: "Cariste – préparateur de commandes",
        email: "karim.benhaddou@courriel.example",
        town: "Fleury-les-Aubrais (45)",
        jobs: &[
            "Cariste | Entrepôts Ligéris | 2022-02..now",
            "Préparateur de commandes | Cosmétiques du Val | 2019-06..2022-01",
            "Manutentionnaire, agent de quai | Missions d'intérim | 2017-01..2019-12",
            "Employé de rayon | Supermarché des Aydes | 2015-09..2017-06",
        ],
        diplomas: &["2015 CAP Opérateur logistique", "2013 Brevet des collèges"],
        languages: "ar C1 en A2 fr",
        licences: &["Permis B", "SST", "CACES R489-3", "CACES R485-2"],
        skills: &["WMS", "filmage", "tri de colis", "mise en rayon", "étiquetage"],
    },
    Expected {
        file: "comptable.pdf",
        name: "Thomas Oudinot",
        title: "Comptable général — clôtures, fiscalité, trésorerie",
        email: "t.oudinot@courriel.example",
        town: "Mulhouse (68)",
        jobs: &[
            "Comptable général | Robinetterie Schaller | 2021-04..now",
            "Collaborateur comptable | Cabinet Lutz & Associés | 2017-09..2021-03",
            "Assistant comptable | Brasserie du Ried | 2017-01..2017-06",
        ],
        diplomas: &["2017 Diplôme de comptabilité et de gestion", "2015 BTS Comptabilité et gestion"],
        languages: "de C1 en B1",
        licences: &[],
        skills: &["Sage 100", "Cegid", "Silae", "lettrage", "trésorerie"],
    },
    Expected {
        file: "cuisinier.pdf",
        name: "Mamadou Sarr",
        title: "Chef de partie · Cuisinier",
        email: "mamadou.sarr@courriel.example",
        town: "Vannes (56)",
        jobs: &[
            "Chef de partie poisson et garde-manger | L'Ancre Bleue | 2023-02..now",
            "Cuisinier | Brasserie du Port | 2019-05..2023-01",
            "Commis de cuisine | Hôtel du Golfe | 2017-01..2018-12",
            "Apprenti cuisinier | Auberge de Questembert | 2015-01..2017-12",
        ],
        diplomas: &["2019 Brevet professionnel Arts de la cuisine", "2017 CAP Cuisine"],
        languages: "en fr wo",
        licences: &["Permis B"],
        skills: &["HACCP", "dressage", "plonge", "gestion des stocks"],
    },
    Expected {
        file: "data-analyst.pdf",
        name: "Léo Martinaud",
        title: "Data analyst — SQL, Python, Power BI",
        email: "leo.martinaud@courriel.example",
        town: "Lyon 7e (69)",
        jobs: &[
            "Data analyst | Vélocité Location | 2022-05..now",
            "Chargé d'études statistiques | Observatoire régional du commerce | 2020-10..2022-04",
            "Assistant contrôle de gestion | Groupe Sémaphore | 2019-01..2020-12",
        ],
        diplomas: &["2020 Master Statistique", "2018 Licence Économie-gestion"],
        languages: "en C1 es B1",
        licences: &[],
        skills: &["SQL", "Python", "Power BI", "BigQuery", "VBA", "Tableau"],
    },
    Expected {
        file: "developpeuse-web.pdf",
        name: "Camille Roussel",
        title: "Développeuse web full stack",
        email: "camille.roussel@courriel.example",
        town: "Rennes (35)",
        jobs: &[
            "Développeuse full stack | Civilink | 2022-01..now",
            "Développeuse Symfony / Vue.js | Agence Belle-Île Web | 2019-09..2021-12",
            "Alternante développeuse | Mutuelle Atlantique | 2018-09..2019-08",
            "Stage intégration HTML/CSS | Studio Marée Haute | 2017-04..2017-06",
        ],
        diplomas: &["2019 Licence professionnelle Développement web et mobile", "2018 DUT Informatique"],
        languages: "en C1 fr C2 it A2",
        licences: &[],
        skills: &[
            "TypeScript",
            "JavaScript",
            "PHP",
            "SQL",
            "React",
            "Vue.js",
            "Next.js",
            "Redis",
            "Docker",
            "Figma",
            "MySQL",
        ],
    },
    Expected {
        file: "technicien-maintenance.pdf",
        name: "Julien PASQUIER",
        title: "Technicien de maintenance industrielle",
        email: "julien.pasquier@courriel.example",
        town: "Annecy (74)",
        jobs: &[
            "Technicien de maintenance | Cartonneries du Semnoz | 2020-10..now",
            "Électromécanicien | Fromageries des Bornes | 2016-03..2020-09",
            "Monteur câbleur en armoires électriques |  | 2014-01..2016-12",
        ],
        diplomas: &["2014 BTS Maintenance des systèmes", "2012 Bac pro MEI"],
        languages: "en A2 fr",
        licences: &["Permis B", "Habilitation électrique", "CACES R489-3", "CACES R486", "SST"],
        skills: &["GMAO", "TIA Portal", "pneumatique", "hydraulique"],
    },
    Expected {
        file: "vendeuse.pdf",
        name: "Inès LAFARGUE",
        title: "Conseillère de vente en prêt-à-porter",
        email: "ines.lafargue@courriel.example",
        town: "La Rochelle (17)",
        jobs: &[
            "Première vendeuse | Maison Océane | 2021-06..now",
            "Vendeuse chaussures et maroquinerie | Pas de Côté | 2018-11..2021-05",
            "Hôtesse de caisse | Hypermarché de l'Aunis | 2016-01..2018-12",
            "Animatrice en centre de loisirs",
        ],
        diplomas: &["2018 BTS Management des unités commerciales", "2016 Bac professionnel Commerce"],
        languages: "en B2 es B1 fr C2",
        licences: &["Permis B", "BAFA"],
        skills: &["techniques de vente", "merchandising", "Shopify", "tenue de caisse", "gestion des stocks"],
    },
    Expected {
        file: "assistante-administrative.docx",
        name: "Fatoumata Diallo",
        title: "Assistante administrative polyvalente",
        email: "fatoumata.diallo@courriel.example",
        town: "Épinal (88)",
        jobs: &[
            "Assistante administrative | Menuiseries Thirion (28 salariés) | 2020-09..now",
            "Secrétaire | Cabinet d'architectes Lorrain | 2016-02..2020-08",
            "Agent d'accueil | mairie d'arrondissement | 2014-01..2015-12",
            "Employée de restauration",
        ],
        diplomas: &["2014 BTS Assistant de gestion PME-PMI", "2011 Baccalauréat professionnel Secrétariat"],
        languages: "en A2 ff fr",
        licences: &["Permis B"],
        skills: &["Word", "Excel", "PowerPoint", "Outlook", "Chorus Pro", "facturation"],
    },
    Expected {
        file: "educatrice-jeunes-enfants.docx",
        name: "Sophie Amrani-Weber",
        title: "Éducatrice de jeunes enfants (EJE), dix ans de petite enfance",
        email: "sophie.amrani@courriel.example",
        town: "Annecy (74)",
        jobs: &[
            "Éducatrice de jeunes enfants, adjointe de direction | Crèche Les Cabrioles (35 berceaux) | 2019-09..now",
            "Éducatrice de jeunes enfants | Halte-garderie itinérante de la vallée verte | 2016-09..2019-07",
            "Animatrice périscolaire | Ville d'Annemasse | 2012-01..2013-12",
        ],
        diplomas: &["2016 Diplôme d'État d'éducateur de jeunes enfants", "2012 Licence de psychologie"],
        languages: "ar de C1 en B1",
        licences: &["Permis B", "PSC1", "BAFA"],
        skills: &["animation de réunions"],
    },
    Expected {
        file: "macon.docx",
        name: "Antonio FERREIRA",
        title: "Maçon – coffreur, 16 ans de chantier",
        email: "antonio.ferreira@courriel.example",
        town: "Clermont-Ferrand (63)",
        jobs: &[
            "Maçon chef d'équipe | Entreprise Vialatte | 2018-01..now",
            "Maçon coffreur | Bâtisseurs d'Auvergne | 2012-03..2017-12",
            "Maçon en rénovation | José Ferreira (entreprise familiale) | 2008-01..2012-12",
            "Manœuvre |  | 2007-06..2007-08",
        ],
        diplomas: &["2012 CAP Maçon"],
        languages: "es A2 fr C1 pt C2",
        licences: &["Permis B", "Permis BE", "AIPR", "SST"],
        skills: &["coffrage", "ferraillage", "lecture de plans", "carrelage"],
    },
    Expected {
        file: "conducteur-routier.txt",
        name: "Patrick DELORME",
        title: "CONDUCTEUR ROUTIER SPL",
        email: "patrick.delorme@courriel.example",
        town: "Vénéjan (30)",
        jobs: &[
            "Conducteur SPL régional | Transports Cabanis | 2017-01..now",
            "Conducteur routier international | Rhône Fret | 2009-03..2016-12",
            "Chauffeur-livreur PL puis magasinier | Matériaux du Gard | 2003-01..2009-12",
            "Armée de terre",
        ],
        diplomas: &["1994 CAP mécanicien en matériels agricoles"],
        languages: "es B1 it A2",
        licences: &[
            "Permis B",
            "Permis C",
            "Permis CE",
            "FCO",
            "FIMO",
            "ADR",
            "CACES R489-3",
            "Carte conducteur",
        ],
        skills: &["éco-conduite", "préparation des commandes"],
    },
];

#[test]
fn every_bundled_cv_is_read_as_it_is_written() {
    let mut wrong: Vec<String> = Vec::new();
    for expected in &CVS {
        let (_, bytes) = demo::cvs().iter().find(|(name, _)| *name == expected.file).expect("bundled");
        let profile = read(bytes, Some(expected.file), date(2026, 11, 22)).expect("readable").profile;
        for difference in differences(expected, &profile) {
            wrong.push(format!("{}: {difference}", expected.file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(expected: &Expected, profile: &Profile) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, read: Option<&str>, expected: &str| {
        if read != Some(expected) {
            wrong.push(format!("{what} {read:?} instead of {expected:?}"));
        }
    };
    same("name", profile.identity.name.as_deref(), expected.name);
    same("title", profile.title.as_deref(), expected.title);
    same("e-mail", profile.identity.email.as_deref(), expected.email);
    same("town", profile.place.as_ref().map(|p| p.label.as_str()), expected.town);
    same("jobs", Some(&profile.experiences.len().to_string()), &expected.jobs.len().to_string());
    for (job, line) in profile.experiences.iter().zip(expected.jobs) {
        let shown = shown(job);
        if !shown.starts_with(line) {
            same("job", Some(&shown), line);
        }
    }
    for diploma in expected.diplomas {
        let (year, name) = diploma.split_once(' ').unwrap_or_default();
        let found = |e: &Education| {
            e.diploma.starts_with(name) && e.year.map(|y| y.to_string()).as_deref() == Some(year)
        };
        if !profile.education.iter().any(found) {
            same("diploma", None, diploma);
        }
    }
    let mut languages: Vec<String> = profile
        .languages
        .iter()
        .map(|l| l.level.map_or_else(|| l.code.clone(), |level| format!("{} {level:?}", l.code)))
        .collect();
    languages.sort();
    same("languages", Some(&languages.join(" ")), expected.languages);
    for licence in expected.licences {
        if !profile.licences.iter().any(|l| l == licence) {
            same("licence", None, licence);
        }
    }
    for skill in expected.skills {
        let known = |s: &jobmatch_index::profile::ProfileSkill| {
            fold(&s.label).contains(&fold(skill)) && s.concept.is_some()
        };
        if !profile.skills.iter().any(known) {
            same("skill", None, skill);
        }
    }
    wrong
}

fn shown(job: &Experience) -> String {
    let month = |m: Option<jobmatch_index::profile::Month>| {
        m.map_or(String::new(), |m| format!("{}-{:02}", m.year, m.month))
    };
    let end = if job.current { "now".into() } else { month(job.end) };
    format!("{} | {} | {}..{end}", job.title, job.employer.as_deref().unwrap_or_default(), month(job.start))
}
