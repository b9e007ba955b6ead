//! Phrases of our own with what they say.

use jobmatch_index::offer::{Cefr, Contract, Need, Telework, WorkingTime};

use super::*;

/// Reads every phrase and tells of all that are misread.
fn check<T: PartialEq + std::fmt::Debug>(cases: &[(&str, T)], read: impl Fn(&str) -> T) {
    let wrong = cases.iter().map(|(text, expected)| (text, expected, read(text)));
    let wrong: Vec<_> = wrong.filter(|(_, expected, got)| *expected != got).collect();
    assert!(wrong.is_empty(), "phrase, expected, got: {wrong:#?}");
}

fn pay(text: &str, field: bool) -> Option<(u32, u32)> {
    let prose = Prose::new(text);
    let hours = prose.weekly_hours();
    let found = if field { prose.salary_field(hours) } else { prose.salary(hours) };
    found.map(|f| (f.value.min, f.value.max))
}

#[test]
fn pay_in_its_field() {
    let cases: [(&str, Option<(u32, u32)>); 44] = [
        ("Annuel de 30000.0 Euros à 40000.0 Euros sur 12.0 mois", Some((30_000, 40_000))),
        ("Annuel de 30000.0 Euros sur 13.0 mois", Some((30_000, 30_000))),
        ("Annuel de 27500,00 Euros à 29000,00 Euros", Some((27_500, 29_000))),
        ("Annuel de 45 000 Euros", Some((45_000, 45_000))),
        ("Annuel de 0.0 Euros", None),
        ("Annuel de", None),
        ("Annuel de 40.0 Euros à 52.0 Euros", Some((40_000, 52_000))),
        ("Annuel de 13,00 Euros à 20,00 Euros", Some((23_660, 36_400))),
        ("Annuel de 2100.0 Euros à 2300.0 Euros", Some((25_200, 27_600))),
        ("Mensuel de 1900,00 Euros", Some((22_800, 22_800))),
        ("Mensuel de 2000.0 Euros à 2400.0 Euros sur 12.0 mois", Some((24_000, 28_800))),
        ("Mensuel de 2000.0 Euros à 2400.0 Euros sur 13.0 mois", Some((26_000, 31_200))),
        ("Mensuel de 2000.0 Euros sur 14 mois", Some((28_000, 28_000))),
        ("Mensuel de 44000.0 Euros à 52000.0 Euros sur 12.0 mois", Some((44_000, 52_000))),
        ("Mensuel de 31000.0 Euros à 33000.0 Euros sur 13.0 mois", Some((31_000, 33_000))),
        ("Mensuel de 3200.0 Euros à 3300.0 Euros", Some((38_400, 39_600))),
        ("Horaire de 11,88 Euros", Some((21_622, 21_622))),
        ("Horaire de 12.5 Euros à 14.0 Euros sur 12.0 mois", Some((22_750, 25_480))),
        ("Horaire de 12.5 Euros sur 0.0 mois", Some((22_750, 22_750))),
        ("Horaire de 2050,00 Euros à 2050,00 Euros", Some((24_600, 24_600))),
        ("Horaire de 27000,00 Euros", Some((27_000, 27_000))),
        ("Autre de 2300,00 Euros à 2500,00 Euros", Some((27_600, 30_000))),
        ("Autre de 35000,00 Euros à 38000,00 Euros", Some((35_000, 38_000))),
        ("Autre de 13,50 Euros à 14,00 Euros", Some((24_570, 25_480))),
        ("Cachet de 120 Euros", None),
        ("à partir de 26500€ brut/an", Some((26_500, 26_500))),
        ("1820 brut", Some((21_840, 21_840))),
        ("jusqu'à 34000 euros/an", Some((34_000, 34_000))),
        ("SMIC", Some((22_404, 22_404))),
        ("Smic + primes", Some((22_404, 22_404))),
        ("selon profil", None),
        ("Selon convention collective 66", None),
        ("CCN 51", None),
        ("A négocier selon expérience", None),
        ("paniers, trajets, mutuelle", None),
        ("de 13,20 € à 15,10 € brut/h", Some((24_024, 27_482))),
        ("2100-2300€", Some((25_200, 27_600))),
        ("35/40 K€", Some((35_000, 40_000))),
        ("28 000 € - 32 000 €", Some((28_000, 32_000))),
        ("EUR 52,000 - 60,000 per year", Some((52_000, 60_000))),
        ("", None),
        ("10 €", Some((18_200, 18_200))),
        ("300 €/an", None),
        ("9999999 €", None),
    ];
    check(&cases, |text| pay(text, true));
}

#[test]
fn pay_in_prose() {
    let cases: [(&str, Option<(u32, u32)>); 97] = [
        ("Salaire : 1 900,00 Euros brut par mois", Some((22_800, 22_800))),
        ("Rémunération : 2 100 € brut mensuel sur 13 mois", Some((27_300, 27_300))),
        ("Rémunération : 2 100 € brut/mois + 13ème mois", Some((27_300, 27_300))),
        ("Taux horaire : 11,88€/h", Some((21_622, 21_622))),
        ("Taux horaire de 12.40 € brut, 39h/semaine", Some((25_147, 25_147))),
        ("Taux horaire compris entre 12,50€ et 13,50€", Some((22_750, 24_570))),
        ("Salaire : 25-30K€ selon profil", Some((25_000, 30_000))),
        ("Salaire entre 30 et 35 k€", Some((30_000, 35_000))),
        ("entre 42K€ et 46K€ brut annuel, selon expérience", Some((42_000, 46_000))),
        ("Nous proposons un CDI (110 - 130k)", Some((110_000, 130_000))),
        ("Package : 45/50 Ke selon votre parcours", Some((45_000, 50_000))),
        ("rémunération entre 48000 et 53000 selon profil", Some((48_000, 53_000))),
        ("Rémunération : 39 000,00€ à 41 000,00€ par an", Some((39_000, 41_000))),
        ("Salaire: 12 euros/heure", Some((21_840, 21_840))),
        ("Salaire:\n14.62 € heure (selon ancienneté)", Some((26_608, 26_608))),
        ("* Salaire : 2300 - 2700 € Bruts/Mois", Some((27_600, 32_400))),
        ("Salaire à environ 2'150 euros brut par mois", Some((25_800, 25_800))),
        ("une rémunération brute mensuelle de 3 150,50 €", Some((37_806, 37_806))),
        ("Salaire fixe annuel compris entre 61K€ et 66K€", Some((61_000, 66_000))),
        ("Rémunération : 31605 € annuels bruts sur 13 mois.", Some((31_605, 31_605))),
        ("Salaire fixe de 2450€ bruts/mois sur 12 mois", Some((29_400, 29_400))),
        ("Rémunération : à partir de 13.08 euros brut par heure + prime", Some((23_806, 23_806))),
        ("La rémunération est de 27k€ pour un profil débutant", Some((27_000, 27_000))),
        ("Salaire : 41 K€", Some((41_000, 41_000))),
        ("Salaire : 1 700 € nets par mois", Some((26_154, 26_154))),
        ("Salaire net mensuel : 1560 €", Some((24_000, 24_000))),
        ("Salaire : 2 200€ à 2 400€ brut (soit 1 700€ à 1 850€ net)", Some((26_400, 28_800))),
        ("Salaire : 45k€ - 50k€ fixe brut annuel + 15k€ de variable", Some((45_000, 50_000))),
        ("Rémunération (fixe + variable) : 40-45K€", Some((40_000, 45_000))),
        ("Rémunération : SMIC", Some((22_404, 22_404))),
        ("Poste rémunéré au SMIC, mutuelle", Some((22_404, 22_404))),
        ("Salaire : Smic horaire, 39h/semaine", Some((24_965, 24_965))),
        ("Rémunération de 55 % du SMIC", None),
        ("Vous serez payé au-dessus du SMIC", None),
        ("Salary: €45,000 - €52,000 per year", Some((45_000, 52_000))),
        ("Salary range: 55k-65k EUR", Some((55_000, 65_000))),
        ("We offer a salary of 60,000 euros gross per year", Some((60_000, 60_000))),
        ("Compensation: EUR 70k annual gross", Some((70_000, 70_000))),
        ("Gratification de 700 € par mois", Some((8_400, 8_400))),
        ("CDI temps partiel 24h/semaine\nSalaire : 1 280 € brut par mois", Some((22_400, 22_400))),
        ("Salaire : 90 € brut par jour", Some((23_400, 23_400))),
        ("Salaire hebdomadaire de 520 € brut par semaine", Some((27_040, 27_040))),
        ("salaire mensuel brut : 2.150 €", Some((25_800, 25_800))),
        ("Fourchette de rémunération : 38 à 44K€", Some((38_000, 44_000))),
        ("Rémunération annuelle brute de 29 500€", Some((29_500, 29_500))),
        ("Salaire brut annuel : 33 à 36 000 €", Some((33_000, 36_000))),
        ("Salaire 2018 euros brut", Some((24_216, 24_216))),
        ("Rémunération : 2421 €brut mensuel", Some((29_052, 29_052))),
        ("De 30k à 36k brut, selon profil.", Some((30_000, 36_000))),
        ("Salaire de 35 et 45 K sur 13 mois", Some((35_000, 45_000))),
        ("12,30 € brut de l'heure, prime de nuit", Some((22_386, 22_386))),
        ("38 400 - 44 400 € brut annuel", Some((38_400, 44_400))),
        ("Rémunération : 2000 à 2350  brut par mois", Some((24_000, 28_200))),
        ("Salaire 13,00€ à 13,50€/heure + paniers", Some((23_660, 24_570))),
        ("Prime de 500€", None),
        ("Prime de cooptation de 1000 € brut", None),
        ("une prime Ségur de 238 € brut par mois", None),
        ("Panier repas : 11.60 €/jour", None),
        ("Tickets restaurant de 9 € par jour", None),
        ("indemnités de déplacement 0,47 €/km", None),
        ("un chiffre d'affaires de 45 000 € par an", None),
        ("Vous gérez un budget annuel de 800K€", None),
        ("Investissement de 12 000€ sans droit d'entrée", None),
        ("Mutuelle à 25 € par mois", None),
        ("réductions (jusqu'à 3000 €/an)", None),
        ("Abonnement transport : 40 € / mois", None),
        ("commission de 1500 € par vente", None),
        ("TJM : 450 €", None),
        ("Tarif journalier 400-500€ selon TJM", None),
        ("Salaire selon profil", None),
        ("Rémunération à définir selon expérience", None),
        ("Salaire : 10 €", Some((18_200, 18_200))),
        ("Salaire : 5 €", None),
        ("Salaire : 300 €/an", None),
        ("Le groupe réalise 30 M€ de chiffre", None),
        ("Nous sommes 45 000 collaborateurs", None),
        ("Catalyst 9K et Nexus 7K", None),
        ("Réf. 45000, à pourvoir en 2025", None),
        ("300 € bruts par semaine d'astreinte", None),
        ("Travail le samedi de 8h à 12h", None),
        ("Salaire fixe + prime de 300 € par mois", None),
        ("Compte épargne temps, 8 % garantis", None),
        ("Chèque cadeau de 150 € à Noël", None),
        ("Levée de fonds de 20 millions d'euros", None),
        ("Une base de 30k clients", None),
        ("Taux horaires 14.052€ + transport", Some((25_575, 25_575))),
        ("Taux horaire de 12€10 + primes", Some((22_022, 22_022))),
        ("un chiffre d'affaires moyen annuel de 60k€", None),
        ("prime de 200 € brut. CDI à compter du 01/09/2025 à Lens. Horaires : 7h-15h", None),
        ("Coefficient 392, soit 1 910.40 € (temps plein)", Some((22_925, 22_925))),
        ("Salaire motivant et 35 jours de congés", None),
        ("Contactez-nous au 04 00 00 00 00", None),
        ("Salaire : 2450 € brut + prime de 13,50 € par jour", Some((29_400, 29_400))),
        ("Prime annuelle de 1500 € et salaire de 26 000 € brut par an", Some((26_000, 26_000))),
        ("Participation aux frais de 100 €, rémunération 1950€ brut/mois", Some((23_400, 23_400))),
        ("Location à 350 € par mois\nSalaire : 14 €/h", Some((25_480, 25_480))),
        ("", None),
    ];
    check(&cases, |text| pay(text, false));
}

#[test]
fn pay_keeps_the_words_as_written() {
    let words = |text: &str| Prose::new(text).salary(None).map(|f| f.words);
    assert_eq!(words("Rémunération : 35–40 k€ brut annuel").as_deref(), Some("35–40 k€ brut annuel"));
    assert_eq!(words("Salaire : 11,88 € de l’heure, panier").as_deref(), Some("11,88 € de l’heure"));
}

#[test]
fn experience_in_prose() {
    let cases: [(&str, Option<u16>); 37] = [
        ("Débutant accepté", Some(0)),
        ("Débutants acceptés si motivés", Some(0)),
        ("Débutant(e) accepté(e)", Some(0)),
        ("Poste ouvert aux débutants", Some(0)),
        ("Sans expérience exigée, nous vous formons", Some(0)),
        ("Aucune expérience requise", Some(0)),
        ("No previous experience required", Some(0)),
        ("Profil non débutant accepté", None),
        ("Vous avez 2 ans d'expérience", Some(24)),
        ("minimum 3 ans d'expérience sur un poste similaire", Some(36)),
        ("3 ans d’expérience minimum", Some(36)),
        ("Vous justifiez d'au moins cinq années d'expérience", Some(60)),
        ("Expérience de 2 à 5 ans en comptabilité", Some(24)),
        ("Expérience : 5 ans minimum", Some(60)),
        ("Expérience exigée de 6 mois", Some(6)),
        ("une expérience d'au moins 18 mois en cuisine", Some(18)),
        ("Expérience confirmée d'au moins 4 ans dans la conduite", Some(48)),
        ("une expérience significative d'au moins 5 ans", Some(60)),
        ("4 à 5 ans d'expérience sur des projets web", Some(48)),
        ("Plus de 7 ans d'expérience en audit, vous aimez", Some(84)),
        ("5+ years of experience in data engineering", Some(60)),
        ("At least 3 years' experience with Python", Some(36)),
        ("Experience: minimum 2 years in a similar role", Some(24)),
        ("1 an d'expérience souhaité", Some(12)),
        ("Une première expérience dans la vente", Some(6)),
        ("première expérience réussie", Some(6)),
        ("expérience significative dans le domaine", None),
        ("Une expérience est appréciée", None),
        ("Forte de 40 ans d'expérience, notre entreprise", None),
        ("Notre cabinet a plus de 20 ans d'expérience", None),
        ("Riche de 12 ans d'expérience, la société recrute", None),
        ("Contrat de 6 mois", None),
        ("une expérience internationale unique de 12 mois", None),
        ("Vous avez 10 ans", None),
        ("améliorer l'expérience client sous 2 mois de contrat", None),
        ("Niveau d'expérience minimum requis : Débutant", Some(0)),
        ("", None),
    ];
    check(&cases, |text| Prose::new(text).experience().map(|f| f.value));
}

#[test]
fn experience_in_its_field() {
    let cases = [
        ("Débutant accepté", Some(0)),
        ("6 Mois", Some(6)),
        ("2 An(s)", Some(24)),
        ("Expérience exigée de 3 An(s)", Some(36)),
        ("1 An(s) - poste similaire", Some(12)),
        ("0 An(s)", Some(0)),
        ("Expérience exigée", None),
        ("Expérience souhaitée", None),
        ("", None),
    ];
    check(&cases, |text| Prose::new(text).experience_field().map(|f| f.value));
}

#[test]
fn telework_in_prose() {
    use Telework::{Full, None as No, Some as Partly};
    let cases = [
        ("2 jours de télétravail par semaine", Some(Partly)),
        ("Télétravail : 2j/semaine", Some(Partly)),
        ("Télétravail possible", Some(Partly)),
        ("Télétravail partiel", Some(Partly)),
        ("Possibilité de télétravailler", Some(Partly)),
        ("Accord télétravail, mutuelle, RTT", Some(Partly)),
        ("Poste en mode hybride", Some(Partly)),
        ("Hybrid work, 3 days in the office", Some(Partly)),
        ("3 days remote per week", Some(Partly)),
        ("Remote possible", Some(Partly)),
        ("Poste en full remote", Some(Full)),
        ("100 % télétravail", Some(Full)),
        ("télétravail à 100%", Some(Full)),
        ("Télétravail total", Some(Full)),
        ("4 jours de télétravail par semaine", Some(Full)),
        ("jusqu'à 2,5 jours de télétravail", Some(Partly)),
        ("45 jours de télétravail par an", Some(Partly)),
        ("This is a fully remote position", Some(Full)),
        ("Le poste s'exerce principalement en télétravail", Some(Full)),
        ("Le télétravail à 100% n'est pas possible", Some(Partly)),
        ("Pas de télétravail", Some(No)),
        ("Télétravail : non", Some(No)),
        ("Poste non éligible au télétravail", Some(No)),
        ("100 % présentiel", Some(No)),
        ("Lieu du poste : En présentiel", Some(No)),
        ("Aucun télétravail sur ce poste", Some(No)),
        ("entretien en distanciel puis sur site", None),
        ("Formations en présentiel ou en distanciel", None),
        ("remote sensing and control", None),
        ("aide à domicile", None),
        ("une équipe à taille humaine", None),
    ];
    check(&cases, |text| Prose::new(text).telework().map(|f| f.value));
}

#[test]
fn contract_and_working_time() {
    use Contract::*;
    let cases = [
        ("CDI à pourvoir", Some(Permanent)),
        ("Contrat : CDD de 6 mois", Some(FixedTerm)),
        ("Type de contrat : Intérim", Some(Temporary)),
        ("Mission d'intérim de 3 mois", Some(Temporary)),
        ("Contrat d'apprentissage, rythme 1 semaine / 3 semaines", Some(Apprenticeship)),
        ("Poste en alternance", Some(Apprenticeship)),
        ("Stage de 6 mois en marketing", Some(Internship)),
        ("Stagiaire juriste (H/F)", Some(Internship)),
        ("Emploi saisonnier, de mai à septembre", Some(Seasonal)),
        ("Mission freelance", Some(SelfEmployed)),
        ("Permanent contract, based in Lille", Some(Permanent)),
        ("Agence d'intérim. Type de contrat : CDI", Some(Permanent)),
        ("contrat à durée indéterminée", Some(Permanent)),
        ("Internship, 6 months", Some(Internship)),
        ("Un poste passionnant", None),
    ];
    check(&cases, |text| Prose::new(text).contract().map(|f| f.value));
    let times = [
        ("Temps plein", Some(WorkingTime::Full)),
        ("temps partiel - 20H", Some(WorkingTime::Part)),
        ("35H/semaine\nTravail en journée", Some(WorkingTime::Full)),
        ("24h par semaine", Some(WorkingTime::Part)),
        ("temps plein ou temps partiel", None),
        ("Full-time position", Some(WorkingTime::Full)),
        ("ouvert 24h/24", None),
        ("de 8h à 16h", None),
    ];
    check(&times, |text| Prose::new(text).working_time().map(|f| f.value));
    assert_eq!(Prose::new("37H30/semaine\nTravail en journée").weekly_hours(), Some(37.5));
    assert_eq!(Prose::new("39 heures hebdomadaires").weekly_hours(), Some(39.0));
}

#[test]
fn diploma_in_prose() {
    use Need::{Required, Wished};
    let cases = [
        ("De formation Bac+2 minimum", Some((5, Required))),
        ("Titulaire d'un CAP cuisine", Some((3, Required))),
        ("CAP/BEP exigé", Some((3, Required))),
        ("BTS comptabilité souhaité", Some((5, Wished))),
        ("Bac +5 en informatique", Some((7, Required))),
        ("De niveau Bac+3 à Bac+5", Some((6, Required))),
        ("Bac +2/3 en commerce", Some((5, Required))),
        ("Bac+3/5", Some((6, Required))),
        ("Diplômé d'une école d'ingénieur", Some((7, Required))),
        ("Master ou équivalent", Some((7, Required))),
        ("Vous êtes titulaire d'une licence professionnelle", Some((6, Required))),
        ("DE aide-soignant exigé", Some((4, Required))),
        ("Diplôme d'État d'infirmier obligatoire", Some((6, Required))),
        ("Infirmier(e) diplômé(e) d'État", Some((6, Required))),
        ("titulaire du diplôme de masseur-kinésithérapeute", Some((7, Required))),
        ("Doctorat en chimie", Some((8, Required))),
        ("niveau bac, débutant accepté", Some((4, Required))),
        ("Bac pro maintenance idéalement", Some((4, Wished))),
        ("de Bac à Bac+2", Some((4, Required))),
        ("Bac 2 exigé", Some((5, Required))),
        ("titre de niveau 5 (Bac+2)", Some((5, Required))),
        ("support de niveau 3", None),
        ("Master's degree in computer science required", Some((7, Required))),
        ("Bachelor's degree preferred", Some((6, Wished))),
        ("BTS ou DUT en électrotechnique", Some((5, Required))),
        ("CAP, BEP ou Bac pro", Some((3, Required))),
        ("Scrum Master confirmé", None),
        ("Gestion du master data", None),
        ("licences Microsoft et antivirus", None),
        ("tenir le cap, dans un but commun", None),
        ("nettoyer les bacs de tri", None),
        ("Ingénieur commercial (H/F)", None),
        ("alternance pour préparer un BTS vente", None),
        ("des élèves préparant le bac", None),
    ];
    check(&cases, |text| Prose::new(text).diploma().map(|f| (f.value.level.0, f.value.need)));
}

#[test]
fn diplomas_of_a_cv() {
    let cases = [
        ("Master 2 Informatique, Université de Lille", Some(7)),
        ("Ingénieur INSA Lyon", Some(7)),
        ("Licence de psychologie", Some(6)),
        ("BUT Techniques de commercialisation", Some(6)),
        ("BTS Management commercial", Some(5)),
        ("Classe préparatoire (CPGE)", Some(5)),
        ("Baccalauréat scientifique", Some(4)),
        ("Bac S mention bien", Some(4)),
        ("CAP Pâtissier", Some(3)),
        ("Brevet des collèges", Some(2)),
        ("Doctorat en physique", Some(8)),
        ("Bac, CAP, BEP et équivalents", Some(4)),
        ("Formation Excel avancé", None),
    ];
    check(&cases, |text| diploma_level(text).map(|l| l.0));
}

#[test]
fn languages_in_prose() {
    use Cefr::*;
    use Need::{Required, Wished};
    type Asked = (&'static str, Option<Cefr>, Need);
    let cases: [(&str, &[Asked]); 25] = [
        ("Anglais courant exigé", &[("en", Some(C1), Required)]),
        ("Anglais B2 minimum", &[("en", Some(B2), Required)]),
        ("Vous parlez anglais couramment", &[("en", Some(C1), Required)]),
        ("anglais courant (niveau B2)", &[("en", Some(B2), Required)]),
        ("Bilingue anglais", &[("en", Some(C2), Required)]),
        ("Notions d'allemand appréciées", &[("de", Some(A2), Wished)]),
        ("L'espagnol serait un plus", &[("es", None, Wished)]),
        ("Anglais technique", &[("en", Some(B1), Required)]),
        ("Bon niveau d'anglais, italien souhaité", &[("en", Some(B2), Required), ("it", None, Wished)]),
        (
            "Langues : Français, Anglais, Portugais",
            &[("fr", None, Required), ("en", None, Required), ("pt", None, Required)],
        ),
        ("Fluent English required, French is a plus", &[("en", Some(C1), Required), ("fr", None, Wished)]),
        ("Maîtrise du français à l'écrit", &[("fr", Some(B2), Required)]),
        ("Espagnol : C1", &[("es", Some(C1), Required)]),
        ("Anglais : notions", &[("en", Some(A2), Required)]),
        ("Arabe (langue maternelle)", &[("ar", Some(C2), Required)]),
        ("TOEIC 850 en anglais", &[("en", Some(B2), Required)]),
        ("English (C1)", &[("en", Some(C1), Required)]),
        (
            "Français courant (C2), anglais professionnel (B2)",
            &[("fr", Some(C2), Required), ("en", Some(B2), Required)],
        ),
        (
            "un anglais intermédiaire (B1) et de bon français courant",
            &[("en", Some(B1), Required), ("fr", Some(C1), Required)],
        ),
        ("Le permis est un atout.Maîtrise du français", &[("fr", Some(B2), Required)]),
        ("le leader français du marché espagnol", &[]),
        ("Un groupe allemand de mécanique", &[]),
        ("Restaurant japonais", &[]),
        ("Donner des cours d'anglais", &[]),
        ("Employeur breton engagé", &[]),
    ];
    let cases = cases.map(|(text, asked)| {
        (
            text,
            asked.iter().map(|(code, level, need)| ((*code).to_owned(), *level, *need)).collect::<Vec<_>>(),
        )
    });
    check(&cases, |text| {
        languages(text).into_iter().map(|f| (f.value.code, f.value.level, f.value.need)).collect()
    });
}

#[test]
fn licences_in_prose() {
    let cases: [(&str, &[&str]); 45] = [
        ("Permis B exigé", &["Permis B"]),
        ("Permis B non exigé, bus à proximité", &[]),
        ("Pas de permis B demandé", &[]),
        ("Permis B ou BSR", &["Permis B ou BSR"]),
        ("Permis B ou C", &["Permis B ou Permis C"]),
        ("CACES R489 1A ou 1B exigé", &["CACES R489-1A ou CACES R489-1B"]),
        ("CACES 1, 3 ou 5", &["CACES R489-1 ou CACES R489-3 ou CACES R489-5"]),
        ("CACES R489 1A, 3 et 5", &["CACES R489-1A", "CACES R489-3", "CACES R489-5"]),
        ("CACES 3 non nécessaire", &[]),
        ("permis de conduire obligatoire", &["Permis B"]),
        ("Permis B et véhicule", &["Permis B"]),
        ("Permis C et CE", &["Permis C", "Permis CE"]),
        ("permis C, FIMO à jour et carte conducteur", &["Permis C", "FIMO", "Carte conducteur"]),
        ("Permis poids lourd", &["Permis C"]),
        ("Permis SPL (EC)", &["Permis CE"]),
        ("permis BE souhaité", &["Permis BE"]),
        ("Permis D (transport de voyageurs)", &["Permis D"]),
        ("2 ans de permis", &["Permis B"]),
        ("votre expérience vous a permis de progresser", &[]),
        ("dépôt de permis de construire", &[]),
        ("CACES R489 catégories 1, 3 et 5", &["CACES R489-1", "CACES R489-3", "CACES R489-5"]),
        ("CACES 1/3/5", &["CACES R489-1", "CACES R489-3", "CACES R489-5"]),
        ("le CACES 3 est un plus", &["CACES R489-3"]),
        ("CACES R489 cat 1B", &["CACES R489-1B"]),
        ("CACES R482 Cat G", &["CACES R482-G"]),
        ("CACES R485", &["CACES R485"]),
        ("CACES nacelle A/B", &["CACES R486-A", "CACES R486-B"]),
        ("CACES B1 et AIPR", &["CACES R482-B1", "AIPR"]),
        ("CACES 8 engins de chantier", &["CACES R372-8"]),
        ("permis C, de la FIMO", &["Permis C", "FIMO"]),
        ("CACES engins de chantier : 2 ou B1", &["CACES R372-2 ou CACES R482-B1"]),
        ("CACES chariot élévateur catégorie 3", &["CACES R489-3"]),
        ("CACES apprécié", &["CACES"]),
        ("des solutions efficaces 3", &[]),
        ("Habilitation électrique B2V BR", &["Habilitation électrique"]),
        ("Habilitations électriques à jour", &["Habilitation électrique"]),
        ("une réhabilitation énergétique", &[]),
        ("habilitation secret défense", &["Habilitation défense"]),
        ("SSIAP 2 et SST", &["SSIAP 2", "SST"]),
        ("agent SSIAP", &["SSIAP 1"]),
        ("Agent de sécurité avec carte professionnelle (CNAPS)", &["Carte professionnelle sécurité"]),
        ("FIMO / FCO valides", &["FIMO", "FCO"]),
        ("BAFA ou BNSSA", &["BAFA", "BNSSA"]),
        ("A full driving licence", &["Permis B"]),
        ("Attestation de manipulation des fluides frigorigènes", &["Attestation fluides frigorigènes"]),
    ];
    let cases = cases.map(|(text, names)| (text, names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()));
    check(&cases, |text| Prose::new(text).licences().into_iter().map(|f| f.value.label()).collect());
    assert_eq!(licences("CACES R489 1A ou 1B").len(), 2, "each by itself in a CV");
}

#[test]
fn a_whole_offer_is_completed() {
    let mut offer = Offer {
        title: "Chauffeur-livreur (H/F)".into(),
        description: "Poste basé à Annecy (74), en CDI temps plein.\nPermis B exigé, anglais apprécié.\n\
                      Salaire : 2 000 € brut/mois sur 13 mois. Débutant accepté. Pas de télétravail."
            .into(),
        ..Offer::default()
    };
    complete(&mut offer);
    assert_eq!(offer.place.as_ref().map(|p| p.value.label.as_str()), Some("Annecy (74)"));
    assert_eq!(
        offer.contract.as_ref().map(|c| (c.value, c.words.as_str())),
        Some((Contract::Permanent, "CDI"))
    );
    assert_eq!(offer.hours.as_ref().map(|h| h.value), Some(WorkingTime::Full));
    assert_eq!(offer.salary.as_ref().map(|s| s.value.min), Some(26_000));
    assert_eq!(offer.experience.as_ref().map(|e| e.value), Some(0));
    assert_eq!(offer.telework.as_ref().map(|t| t.value), Some(Telework::None));
    assert_eq!(offer.licences[0].value.name, "Permis B");
    assert_eq!(offer.languages[0].value.need, Need::Wished);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_a_reader(text in "\\PC{0,120}", noise in "[0-9 €kK.,/a-zé\\-'\n]{0,80}") {
        for text in [text.clone(), noise.clone(), format!("salaire {noise} permis {text} caces {noise} bac+{noise}")] {
            let mut offer = Offer { title: text.clone(), description: text, ..Offer::default() };
            complete(&mut offer);
            if let Some(salary) = offer.salary {
                proptest::prop_assert!(salary.value.min <= salary.value.max && salary.value.min >= 5_000);
            }
        }
    }
}
