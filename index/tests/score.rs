//! What must hold of every score, whatever the offers and the profile.

use jiff::civil::date;
use jobmatch_index::offer::{Contract, Found, Need, Offer, OfferKey, Place, Position, Salary};
use jobmatch_index::profile::{Education, Experience, Identity, Month, Profile, ProfileSkill, Wishes};
use jobmatch_index::score::{Band, Criterion, Evidence, Match, Wish};
use jobmatch_index::{Filter, Index, Options, RankQuery};
use proptest::prelude::*;

const LYON: Position = Position { lat: 45.76, lon: 4.84 };
const PARIS: Position = Position { lat: 48.86, lon: 2.35 };

fn offer(id: &str, title: &str, description: &str) -> Offer {
    Offer {
        key: OfferKey { source: "test".into(), id: id.into() },
        title: title.into(),
        description: description.into(),
        ..Offer::default()
    }
}

fn offers() -> Vec<Offer> {
    let mut offers = vec![
        offer(
            "java",
            "Développeur Java",
            "Vous développez en Java et Spring Boot. Git et Docker sont un plus.",
        ),
        offer("javascript", "Développeur JavaScript", "Vous développez en JavaScript et Node.js avec React."),
        offer("c", "Développeur C", "Programmation système en langage C sous Linux, un peu de Spring Boot."),
        offer("cpp", "Développeur C++", "Développement C++ et Qt, tests unitaires."),
        offer("csharp", "Développeur C#", "Développement C# et .NET, SQL Server."),
        offer("r", "Data analyst", "Analyses statistiques avec le langage R et Python."),
        offer("go", "Développeur Go", "Microservices en langage Go (Golang), Kubernetes et PostgreSQL."),
        offer(
            "vente",
            "Vendeur / Vendeuse en prêt-à-porter (H/F)",
            "Conseil client, encaissement, mise en rayon.",
        ),
        offer(
            "infirmier",
            "Infirmier / Infirmière (H/F)",
            "Soins infirmiers, transmissions, prise de constantes.",
        ),
        offer("macon", "Maçon (H/F)", "Maçonnerie, coffrage, lecture de plans."),
        offer(
            "comptable",
            "Comptable",
            "Saisie comptable, déclarations de TVA, rapprochement bancaire. Anglais apprécié.",
        ),
        offer("cariste", "Cariste", "Préparation de commandes, gestion de stock, CACES 3."),
    ];
    for (index, offer) in offers.iter_mut().enumerate() {
        let position = if index % 2 == 0 { LYON } else { PARIS };
        offer.place = (index % 3 != 0).then(|| {
            let label = if index % 2 == 0 { "Lyon" } else { "Paris" };
            let place = Place { label: label.into(), position: Some(position), ..Place::default() };
            Found::in_field(place, label)
        });
        offer.salary =
            (index % 4 == 1).then(|| Found::in_field(Salary { min: 24_000, max: 30_000 }, "24 à 30 k€"));
        offer.experience = (index % 2 == 1).then(|| Found::in_field(24, "2 ans"));
    }
    offers
}

fn skill(label: &str) -> ProfileSkill {
    ProfileSkill { label: label.into(), line: label.into(), ..ProfileSkill::default() }
}

fn profile(title: &str, skills: &[&str]) -> Profile {
    Profile {
        title: Some(title.into()),
        skills: skills.iter().map(|label| skill(label)).collect(),
        experiences: vec![Experience {
            title: title.into(),
            start: Some(Month { year: 2021, month: 3 }),
            current: true,
            ..Experience::default()
        }],
        place: Some(Place { label: "Lyon".into(), position: Some(LYON), ..Place::default() }),
        wishes: Wishes { salary: Some(28_000), ..Wishes::default() },
        ..Profile::default()
    }
}

fn query() -> RankQuery {
    RankQuery { limit: 100, ..RankQuery::new(date(2026, 11, 20)) }
}

struct Fixture {
    index: Index,
    _dir: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path(), Options::default()).unwrap();
    index.put(&offers()).unwrap();
    Fixture { index, _dir: dir }
}

fn shared() -> &'static Fixture {
    static SHARED: std::sync::LazyLock<Fixture> = std::sync::LazyLock::new(fixture);
    &SHARED
}

fn ranked(profile: &Profile) -> Vec<Match> {
    shared().index.rank(profile, &query()).unwrap().matches
}

fn score_of(profile: &Profile, id: &str) -> Match {
    ranked(profile).into_iter().find(|found| found.offer.id == id).unwrap()
}

fn value(found: &Match, criterion: Criterion) -> Option<f32> {
    found.parts.iter().find(|part| part.criterion == criterion).unwrap().value
}

fn skill_values(found: &Match) -> (Vec<String>, Vec<String>) {
    let (mut met, mut missing) = (Vec::new(), Vec::new());
    for evidence in found.parts.iter().flat_map(|part| &part.evidence) {
        match evidence {
            Evidence::SkillMet { asked, .. } => met.push(asked.fr.clone()),
            Evidence::SkillMissing { asked, .. } => missing.push(asked.fr.clone()),
            _ => {}
        }
    }
    (met, missing)
}

const TITLES: [&str; 8] = [
    "Développeuse Java",
    "Vendeuse",
    "Maçon",
    "Infirmière",
    "Comptable",
    "Cariste",
    "Data analyst",
    "Zythologue",
];
const SKILLS: [&str; 12] = [
    "Java",
    "Spring Boot",
    "JavaScript",
    "React",
    "Docker",
    "encaissement",
    "maçonnerie",
    "saisie comptable",
    "SQL",
    "gestion de stock",
    "langage R",
    "Git",
];

prop_compose! {
    fn any_profile()(title in 0..TITLES.len(), chosen in proptest::collection::btree_set(0..SKILLS.len(), 0..8)) -> Profile {
        let skills: Vec<&str> = chosen.into_iter().map(|index| SKILLS[index]).collect();
        profile(TITLES[title], &skills)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_total_recomputes_from_its_parts_and_stays_in_range(profile in any_profile()) {
        for found in ranked(&profile) {
            let (score, coverage) = Match::total(&found.parts);
            prop_assert!((found.score - score).abs() < 1e-3, "{} is not {score}", found.score);
            prop_assert!((found.coverage - coverage).abs() < 1e-6);
            prop_assert!((0.0..=100.0).contains(&found.score));
            prop_assert!((0.0..=1.0).contains(&found.coverage));
            for part in &found.parts {
                prop_assert!(part.value.is_none_or(|value| (0.0..=1.0).contains(&value)));
                prop_assert!(part.value.is_some() || part.evidence.is_empty(), "unknown with evidence");
            }
        }
    }

    #[test]
    fn adding_a_required_skill_never_lowers_the_score(profile in any_profile(), which in 0..12_usize) {
        let id = &offers()[which].key.id;
        let before = score_of(&profile, id);
        let (met, missing) = skill_values(&before);
        for label in met.iter().chain(&missing) {
            let mut richer = profile.clone();
            richer.skills.push(skill(label));
            let after = score_of(&richer, id);
            prop_assert!(after.score >= before.score - 1e-3, "{label}: {} then {}", before.score, after.score);
        }
    }

    #[test]
    fn name_and_contacts_have_no_effect(profile in any_profile(), name in "[A-Z][a-z]{2,9} [A-Z]{3,9}", age in 18..70_u8) {
        let mut other = profile.clone();
        other.identity = Identity {
            name: Some(format!("{name}, {age} ans")),
            email: Some(format!("{age}@exemple.fr")),
            phone: Some("06 00 00 00 00".into()),
            links: vec!["https://exemple.fr/java".into()],
        };
        prop_assert_eq!(ranked(&profile), ranked(&other));
    }
}

#[test]
fn unknown_is_not_zero() {
    let mut person = profile("Comptable", &["saisie comptable"]);
    person.wishes.salary = None;
    let without = score_of(&person, "comptable");
    assert_eq!(value(&without, Criterion::Salary), None);
    assert!(without.coverage < 1.0);
    let known: Vec<_> = without.parts.iter().filter(|part| part.value.is_some()).cloned().collect();
    assert!((Match::total(&known).0 - without.score).abs() < 1e-3, "an unknown part weighs on the score");
}

#[test]
fn masculine_feminine_and_inclusive_titles_score_the_same() {
    for [first, others @ ..] in [
        ["Vendeur", "Vendeuse", "Vendeur·euse", "Vendeur / Vendeuse (H/F)"],
        ["Infirmier", "Infirmière", "Infirmier(ère)", "infirmier.ère F/H"],
        ["Assistant comptable", "Assistante comptable", "Assistant(e) comptable", "Assistant·e comptable"],
        ["Développeur Java", "Développeuse Java", "Développeur·euse Java", "DEVELOPPEUR JAVA H/F"],
    ] {
        let expected: Vec<_> =
            ranked(&profile(first, &["Git"])).iter().map(|m| (m.offer.clone(), m.score)).collect();
        for other in others {
            let found: Vec<_> =
                ranked(&profile(other, &["Git"])).iter().map(|m| (m.offer.clone(), m.score)).collect();
            assert_eq!(found, expected, "{other} against {first}");
        }
    }
}

#[test]
fn the_gender_of_an_offer_s_title_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path(), Options::default()).unwrap();
    let text = "Vente, encaissement et mise en rayon.";
    let titles = ["Vendeur", "Vendeuse", "Vendeur / Vendeuse (H/F)", "Vendeur·euse F/H"];
    let forms: Vec<Offer> = titles.iter().map(|title| offer(title, title, text)).collect();
    index.put(&forms).unwrap();
    let matches = index.rank(&profile("Vendeuse", &["encaissement"]), &query()).unwrap().matches;
    assert_eq!(matches.len(), titles.len());
    for found in &matches {
        assert!(
            (found.score - matches[0].score).abs() < 0.05,
            "{}: {} {}",
            found.title,
            found.score,
            matches[0].score
        );
    }
}

#[test]
fn a_synonym_changes_little() {
    for (id, one, other) in [
        ("javascript", "React", "ReactJS"),
        ("go", "Kubernetes", "K8s"),
        ("go", "PostgreSQL", "Postgres"),
        ("go", "Golang", "langage Go"),
        ("java", "Spring Boot", "SpringBoot"),
    ] {
        let a = score_of(&profile("Développeuse", &[one]), id).score;
        let b = score_of(&profile("Développeuse", &[other]), id).score;
        assert!((a - b).abs() <= 3.0, "{one} {a}, {other} {b}");
    }
}

#[test]
fn keyword_stuffing_does_not_reach_90() {
    let every: Vec<String> = offers()
        .iter()
        .flat_map(|offer| offer.description.split([',', '.', ' ']).map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| word.len() > 1)
        .chain(SKILLS.iter().map(ToString::to_string))
        .collect();
    let labels: Vec<&str> = every.iter().map(String::as_str).collect();
    for title in ["Candidat motivé", "Zythologue"] {
        for found in ranked(&profile(title, &labels)) {
            assert!(found.score < 90.0, "{} reaches {}", found.title, found.score);
        }
    }
}

#[test]
fn short_names_are_told_apart() {
    for (held, meets, others) in [
        ("Java", "java", &["javascript"][..]),
        ("JavaScript", "javascript", &["java"][..]),
        ("langage C", "c", &["cpp", "csharp"][..]),
        ("C++", "cpp", &["c", "csharp"][..]),
        ("C#", "csharp", &["c", "cpp"][..]),
        ("langage R", "r", &["c", "java"][..]),
        ("Golang", "go", &["c", "java"][..]),
    ] {
        let mut person = profile("Zythologue", &[held]);
        person.experiences.clear();
        let exact = value(&score_of(&person, meets), Criterion::Skills);
        for other in others {
            let near = value(&score_of(&person, other), Criterion::Skills);
            assert!(exact > near, "{held}: {meets} {exact:?}, {other} {near:?}");
        }
    }
}

#[test]
fn accents_change_nothing() {
    let with = profile("Maçon", &["maçonnerie"]);
    let without = profile("Macon", &["maconnerie"]);
    assert_eq!(score_of(&with, "macon").score, score_of(&without, "macon").score);
}

#[test]
fn the_same_inputs_give_the_same_numbers() {
    let person = profile("Développeuse Java", &["Java", "Docker"]);
    let here = ranked(&person);
    let threads: Vec<Vec<Match>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..4).map(|_| scope.spawn(|| ranked(&person))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let elsewhere = fixture().index.rank(&person, &query()).unwrap().matches;
    for other in threads.iter().chain([&elsewhere]) {
        assert_eq!(*other, here);
    }
}

#[test]
fn wished_skills_weigh_less_than_required_ones() {
    let found = score_of(&profile("Zythologue", &["encaissement"]), "java");
    let costs: Vec<(Need, f32)> = found
        .parts
        .iter()
        .flat_map(|part| &part.evidence)
        .filter_map(|evidence| match evidence {
            Evidence::SkillMissing { need, cost, .. } => Some((*need, *cost)),
            _ => None,
        })
        .collect();
    assert!(!costs.is_empty());
    for (need, cost) in &costs {
        assert!(*need == Need::Required || costs.iter().all(|(n, c)| *n == Need::Wished || c >= cost));
    }
}

#[test]
fn an_order_explained_piece_by_piece_is_the_ranking() {
    let profile = profile("Développeur Java", &["Java", "Git"]);
    let index = &shared().index;
    let order = index.order(&profile, &query()).unwrap();
    let whole = ranked(&profile);
    assert_eq!(order.ids.len(), whole.len());
    let (first, rest) = order.ids.split_at(3);
    let pieces = [first, rest].map(|ids| index.explain_each(&profile, ids, &query()).unwrap());
    assert_eq!(pieces.concat(), whole);
}

#[test]
fn a_skill_that_is_missing_brings_what_was_foretold() {
    let before = profile("Développeur Java", &["Java", "Git"]);
    let index = &shared().index;
    let gaps = index.gaps(&before, &query()).unwrap();
    assert!(gaps.skills.iter().any(|gap| gap.skill.id == "tech:spring-boot"), "{gaps:?}");
    assert!(gaps.skills.is_sorted_by(|a, b| a.points >= b.points));
    for gap in gaps.skills {
        assert!(gap.offers as usize >= gap.examples.len() && !gap.examples.is_empty());
        let mut after = before.clone();
        after.skills.push(skill(&gap.skill.fr));
        for example in gap.examples {
            let now = index.explain(&before, &example.offer, &query()).unwrap().unwrap();
            assert_eq!(now.score, example.score);
            let then = index.explain(&after, &example.offer, &query()).unwrap().unwrap();
            // At least: the skill may bring others near.
            assert!(
                then.score - now.score >= example.gain - 0.01,
                "{}: {} then {}",
                gap.skill.fr,
                now.score,
                then.score
            );
        }
    }
}

#[test]
fn offers_left_out_one_by_one_are_not_ranked() {
    let profile = profile("Développeur Java", &["Java"]);
    let except = vec![OfferKey { source: "test".into(), id: "java".into() }];
    let query = RankQuery { filter: Filter { except, ..Filter::default() }, ..query() };
    let ranking = shared().index.rank(&profile, &query).unwrap();
    assert_eq!(ranking.total as usize, offers().len() - 1);
    assert!(ranking.matches.iter().all(|found| found.offer.id != "java"));
}

/// An index of its own with these offers.
fn with(offers: &[Offer]) -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path(), Options::default()).unwrap();
    index.put(offers).unwrap();
    Fixture { index, _dir: dir }
}

fn of_contract(id: &str, title: &str, contract: Contract, position: Option<Position>) -> Offer {
    let place = |position| Place { label: "ici".into(), position: Some(position), ..Place::default() };
    Offer {
        contract: Some(Found::in_field(contract, "contrat")),
        place: position.map(|position| Found::in_field(place(position), "ici")),
        ..offer(id, title, "Conduite de chariots élévateurs, chargement et déchargement de camions.")
    }
}

fn ids(matches: &[Match]) -> Vec<&str> {
    matches.iter().map(|found| found.offer.id.as_str()).collect()
}

#[test]
fn wishes_divide_the_list_before_the_score_orders_it() {
    let Fixture { index, _dir } = with(&[
        of_contract("far-cdd", "Cariste", Contract::FixedTerm, Some(PARIS)),
        of_contract("near-cdd", "Cariste", Contract::FixedTerm, Some(LYON)),
        of_contract("far-cdi", "Cariste", Contract::Permanent, Some(PARIS)),
        of_contract("near-cdi", "Magasinier cariste", Contract::Permanent, Some(LYON)),
        Offer {
            contract: None,
            place: None,
            ..of_contract("silent", "Magasinier cariste", Contract::Other, None)
        },
    ]);
    let mut person = profile("Cariste", &[]);
    person.wishes = Wishes { contracts: vec![Contract::Permanent], radius_km: Some(25), ..Wishes::default() };
    let ranking = index.rank(&person, &query()).unwrap();
    let mut fitting = ids(&ranking.matches)[..2].to_vec();
    fitting.sort_unstable();
    assert_eq!(fitting, ["near-cdi", "silent"], "a silence is no refusal");
    assert_eq!(ranking.division.fitting, 2);
    assert_eq!(ranking.division.aside, [(Wish::Place, 2), (Wish::Contract, 2)].into());
    let misses = |id: &str| ranking.matches.iter().find(|m| m.offer.id == id).unwrap().misses.clone();
    assert_eq!(misses("far-cdd"), [Wish::Place, Wish::Contract]);
    assert_eq!(misses("near-cdi"), []);

    // Each wish can be taken off; the pages of a list are one order.
    let anywhere = RankQuery { without: vec![Wish::Place], ..query() };
    let ranking = index.rank(&person, &anywhere).unwrap();
    assert_eq!(ranking.division.aside, [(Wish::Contract, 2)].into());
    assert_eq!(ids(&ranking.matches)[0], "far-cdi");
    let whole = index.order(&person, &query()).unwrap();
    assert_eq!((whole.ids.len(), whole.fitting), (5, 2));
    let page = index.order(&person, &RankQuery { offset: 1, limit: 2, ..query() }).unwrap();
    assert_eq!((&page.ids[..], page.fitting), (&whole.ids[1..3], 1));
}

#[test]
fn refusals_are_obeyed_in_contracts_and_in_words() {
    let night = offer("night", "Cariste", "Travail de nuit dans un entrepôt de produits frais.");
    let Fixture { index, _dir } = with(&[
        of_contract("agency", "Cariste", Contract::Temporary, None),
        night,
        of_contract("plain", "Cariste", Contract::Permanent, None),
    ]);
    let mut person = profile("Cariste", &[]);
    person.wishes =
        Wishes { refuses: vec!["intérim".into(), "travail de nuit".into()], ..Wishes::default() };
    let ranking = index.rank(&person, &query()).unwrap();
    assert_eq!(ids(&ranking.matches)[0], "plain");
    assert_eq!(ranking.division.aside, [(Wish::Refused, 2)].into());
}

#[test]
fn an_apprenticeship_is_for_who_studies() {
    let Fixture { index, _dir } = with(&[
        of_contract("apprentice", "Cariste", Contract::Apprenticeship, None),
        of_contract("permanent", "Cariste", Contract::Permanent, None),
    ]);
    let of = |person: &Profile, id: &str| {
        let key = OfferKey { source: "test".into(), id: id.into() };
        index.explain(person, &key, &query()).unwrap().unwrap()
    };
    let mut person = profile("Cariste", &[]);
    person.experiences[0].start = Some(Month { year: 2004, month: 1 });
    let apprentice = of(&person, "apprentice");
    assert_eq!(value(&apprentice, Criterion::Situation), Some(0.0));
    assert!(apprentice.score < of(&person, "permanent").score - 5.0);
    assert!(apprentice.against.contains(&Criterion::Situation), "{:?}", apprentice.against);
    person.experiences.clear();
    person.education = vec![Education { year: Some(2026), ..Education::default() }];
    assert_eq!(value(&of(&person, "apprentice"), Criterion::Situation), Some(1.0));
}

#[test]
fn fewer_years_never_raise_a_score_and_the_words_of_a_title_ask_for_some() {
    let Fixture { index, _dir } = with(&[
        offer("senior", "Comptable senior", "Comptabilité générale."),
        offer("plain", "Comptable", "Comptabilité générale."),
    ]);
    let mut before = f32::MAX;
    for year in [1998, 2012, 2020, 2024, 2026] {
        let mut person = profile("Comptable", &[]);
        person.experiences[0].start = Some(Month { year, month: 6 });
        let found = index.rank(&person, &query()).unwrap().matches;
        let senior = found.iter().find(|found| found.offer.id == "senior").unwrap();
        assert!(senior.score <= before, "since {year}: {} after {before}", senior.score);
        before = senior.score;
        if year == 2026 {
            assert!(value(senior, Criterion::Experience).unwrap() < 0.3);
        }
    }
}

#[test]
fn every_part_of_a_cv_counts_as_words_but_what_it_does_not_claim() {
    let Fixture { index, _dir } = with(&[
        offer("orgue", "Facteur d'instruments", "Accord et réparation d'orgues et de clavecins."),
        offer("vente", "Vendeur", "Vente et encaissement."),
    ]);
    let text = |change: &dyn Fn(&mut Profile)| {
        let mut person = Profile { title: Some("Artisan".into()), ..Profile::default() };
        change(&mut person);
        let found = index.rank(&person, &query()).unwrap().matches;
        value(found.iter().find(|m| m.offer.id == "orgue").unwrap(), Criterion::Text).unwrap_or(0.0)
    };
    let said = || "clavecins".to_owned();
    let nothing = text(&|_| {});
    assert!(text(&|p| p.unplaced = vec![said()]) > nothing);
    assert!(text(&|p| p.education = vec![Education { diploma: said(), ..Education::default() }]) > nothing);
    assert!(text(&|p| p.certifications = vec![said()]) > nothing);
    assert!(text(&|p| p.title = Some(said())) > text(&|p| p.summary = Some(said())) - 1e-6);
    assert_eq!(text(&|p| p.not_claimed = vec![said()]), nothing);
    assert_eq!(text(&|p| p.interests = vec![said()]), nothing);
    assert_eq!(text(&|p| p.identity.name = Some(said())), nothing);
}

#[test]
fn bands_name_the_steps_of_the_score() {
    for (score, band) in [
        (100.0, Band::VeryClose),
        (75.0, Band::VeryClose),
        (74.9, Band::Close),
        (55.0, Band::Close),
        (30.0, Band::WorthALook),
        (0.0, Band::Far),
    ] {
        assert_eq!(Band::of(score), band, "{score}");
    }
    for found in ranked(&profile("Comptable", &[])) {
        assert_eq!(found.band, Band::of(found.score));
    }
}
