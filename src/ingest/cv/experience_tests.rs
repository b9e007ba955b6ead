use jiff::civil::date;

use super::*;

/// `title | employer | place | start..end | tasks`
fn shown(text: &str) -> Vec<String> {
    let lines: Vec<Line> = text.lines().map(Line::plain).collect();
    let month = |m: Option<Month>| m.map_or(String::new(), |m| format!("{}-{:02}", m.year, m.month));
    read(&lines, date(2026, 11, 22))
        .iter()
        .map(|j| {
            let end = if j.current { "now".into() } else { month(j.end) };
            let dates = if j.start.is_none() && end.is_empty() {
                String::new()
            } else {
                format!("{}..{end}", month(j.start))
            };
            let parts = [
                j.title.clone(),
                j.employer.clone().unwrap_or_default(),
                j.place.clone().unwrap_or_default(),
                dates,
                j.tasks.join(" + "),
            ];
            parts.join(" | ").trim_end_matches([' ', '|']).to_owned()
        })
        .collect()
}

const JOBS: [&str; 2] = [
    "Vendeuse | Maison Lorca | Lyon | 2019-03..2021-06 | Accueil des clients + Tenue de la caisse",
    "Caissière | Super Halle | Villeurbanne | 2017-01..2018-12 | Encaissement",
];

#[test]
fn one_line_heads_in_many_forms() {
    for text in [
        "Vendeuse - Maison Lorca - Lyon (03/2019 - 06/2021)\n• Accueil des clients\n• Tenue de la caisse\nCaissière - Super Halle - Villeurbanne (2017 - 2018)\n• Encaissement",
        "03/2019 - 06/2021 : Vendeuse, Maison Lorca, Lyon\n- Accueil des clients\n- Tenue de la caisse\n2017 - 2018 : Caissière, Super Halle, Villeurbanne\n- Encaissement",
        "Mars 2019 – juin 2021 | Vendeuse | Maison Lorca | Lyon\nAccueil des clients\nTenue de la caisse\n2017 – 2018 | Caissière | Super Halle | Villeurbanne\nEncaissement",
        "Vendeuse chez Maison Lorca, Lyon\tde mars 2019 à juin 2021\n• Accueil des clients\n• Tenue de la caisse\nCaissière chez Super Halle, Villeurbanne\tde 2017 à 2018\n• Encaissement",
    ] {
        assert_eq!(shown(text), JOBS, "{text}");
    }
}

#[test]
fn heads_on_several_lines_in_any_order() {
    for text in [
        "Vendeuse\nMaison Lorca, Lyon\nmars 2019 - juin 2021\n• Accueil des clients\n• Tenue de la caisse\nCaissière\nSuper Halle, Villeurbanne\n2017 - 2018\n• Encaissement",
        "mars 2019 - juin 2021\nVendeuse\nMaison Lorca, Lyon\n• Accueil des clients\n• Tenue de la caisse\n2017 - 2018\nCaissière\nSuper Halle, Villeurbanne\n• Encaissement",
        "Maison Lorca\tmars 2019 - juin 2021\nVendeuse\tLyon\n• Accueil des clients\n• Tenue de la caisse\nSuper Halle\t2017 - 2018\nCaissière\tVilleurbanne\n• Encaissement",
        "Vendeuse\tmars 2019 - juin 2021\nMaison Lorca • Lyon\n• Accueil des clients\n• Tenue de la caisse\nCaissière\t2017 - 2018\nSuper Halle • Villeurbanne\n• Encaissement",
        "Vendeuse\nmars 2019 - juin 2021\nMaison Lorca, Lyon\n• Accueil des clients\n• Tenue de la caisse\nCaissière\n2017 - 2018\nSuper Halle, Villeurbanne\n• Encaissement",
        "Maison Lorca – Lyon\nVendeuse (03/2019 - 06/2021)\n• Accueil des clients\n• Tenue de la caisse\nSuper Halle – Villeurbanne\nCaissière (2017 - 2018)\n• Encaissement",
    ] {
        assert_eq!(shown(text), JOBS, "{text}");
    }
}

#[test]
fn tasks_without_bullets() {
    let text = "2019-2021 Vendeuse\nMaison Lorca, Lyon\nAccueil des clients\nTenue de la caisse\n2017 Caissière, Super Halle\nEncaissement";
    assert_eq!(
        shown(text),
        [
            "Vendeuse | Maison Lorca | Lyon | 2019-01..2021-12 | Accueil des clients + Tenue de la caisse",
            "Caissière | Super Halle |  | 2017-01..2017-12 | Encaissement",
        ]
    );
}

#[test]
fn jobs_without_dates() {
    assert_eq!(
        shown("Gestionnaire de clientèle bancaire - Entreprise 3\nChargé - Entreprise 1"),
        ["Gestionnaire de clientèle bancaire | Entreprise 3", "Chargé | Entreprise 1"]
    );
    assert_eq!(
        shown("private banker\npersonal financial advisor"),
        ["private banker", "personal financial advisor"]
    );
    assert_eq!(
        shown(
            "Vendeuse - Maison Lorca\n• Accueil des clients\n• Tenue de la caisse\nCaissière - Super Halle\n• Encaissement"
        ),
        [
            "Vendeuse | Maison Lorca |  |  | Accueil des clients + Tenue de la caisse",
            "Caissière | Super Halle |  |  | Encaissement"
        ]
    );
    assert_eq!(
        shown(
            "2019 - 2021 : Vendeuse - Maison Lorca\n• Accueil des clients\nCaissière - Super Halle\n• Encaissement"
        ),
        [
            "Vendeuse | Maison Lorca |  | 2019-01..2021-12 | Accueil des clients",
            "Caissière | Super Halle |  |  | Encaissement"
        ]
    );
}

#[test]
fn lengths_contracts_and_years_in_tasks() {
    let text = "Développeur Java (CDI) - Orbis, depuis 2020\n• Refonte du site en 2022\n• Passage à Java 17\nServeur (3 ans) - Brasserie du Quai\n• Service en salle";
    assert_eq!(
        shown(text),
        [
            "Développeur Java | Orbis |  | 2020-01..now | Refonte du site en 2022 + Passage à Java 17",
            "Serveur | Brasserie du Quai |  |  | Service en salle",
        ]
    );
    let lines: Vec<Line> = ["Serveur (3 ans), Brasserie du Quai"].map(Line::plain).to_vec();
    assert_eq!(read(&lines, date(2026, 11, 22))[0].months_said, Some(36));
}

#[test]
fn english_jobs() {
    assert_eq!(
        shown(
            "Senior Software Engineer\tJan 2023 - Present\nStripe\tSan Francisco, CA\n• Designed a pipeline\nSoftware Engineer\tJun 2021 - Dec 2022\nFigma • San Francisco, CA\n• Built an editor"
        ),
        [
            "Senior Software Engineer | Stripe | San Francisco, CA | 2023-01..now | Designed a pipeline",
            "Software Engineer | Figma | San Francisco, CA | 2021-06..2022-12 | Built an editor",
        ]
    );
}
