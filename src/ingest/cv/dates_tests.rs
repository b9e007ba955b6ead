use jiff::civil::date;

use super::*;

/// `2019-09..2021-06`, `2021-03..now`, `..2019-12`, and a length after `/`.
fn shown(line: &str) -> String {
    let Some(p) = find(line, date(2026, 11, 22)) else { return "-".into() };
    let month = |m: Option<Month>| m.map_or(String::new(), |m| format!("{}-{:02}", m.year, m.month));
    let length = p.months.map_or(String::new(), |m| format!("/{m}"));
    if p.is_length_only() {
        return format!("{}{length}", if p.current { "now" } else { "" });
    }
    format!("{}..{}{length}", month(p.start), if p.current { "now".into() } else { month(p.end) })
}

#[test]
fn forms_of_french_and_english_cvs() {
    for (line, expected) in [
        ("depuis mars 2021", "2021-03..now"),
        ("Depuis le 1er mars 2021", "2021-03..now"),
        ("Depuis 2019", "2019-01..now"),
        ("depuis 09/2019", "2019-09..now"),
        ("Depuis janv. 20 : Vendeuse", "2020-01..now"),
        ("09/2019 – 06/2021", "2019-09..2021-06"),
        ("09/2019-06/2021", "2019-09..2021-06"),
        ("09.2019 - 06.2021", "2019-09..2021-06"),
        ("9/2019 à 6/2021", "2019-09..2021-06"),
        ("2018 à ce jour", "2018-01..now"),
        ("2018 - à ce jour", "2018-01..now"),
        ("2018 – Aujourd’hui".replace('’', "'").as_str(), "2018-01..now"),
        ("2018 - aujourd'hui", "2018-01..now"),
        ("2018 - présent", "2018-01..now"),
        ("2018 - Present", "2018-01..now"),
        ("2018 – en cours", "2018-01..now"),
        ("2018 (en cours)", "2018-01..now"),
        ("avril 2018 - maintenant", "2018-04..now"),
        ("avril 2018 – actuel", "2018-04..now"),
        ("Mai 2018 jusqu'à présent", "2018-05..now"),
        ("2021 -", "2021-01..now"),
        ("2021 - …", "2021-01..now"),
        ("janv. 20", "2020-01..2020-01"),
        ("janv. 20 - mars 21", "2020-01..2021-03"),
        ("Jan '20 – Mar '21", "2020-01..2021-03"),
        ("de 2015 à 2018", "2015-01..2018-12"),
        ("De septembre 2015 à juin 2018", "2015-09..2018-06"),
        ("du 01/09/2015 au 30/06/2018", "2015-09..2018-06"),
        ("Du 1er septembre 2015 au 30 juin 2018", "2015-09..2018-06"),
        ("01.09.2015 - 30.06.2018", "2015-09..2018-06"),
        ("entre 2015 et 2018", "2015-01..2018-12"),
        ("Jan 2020 - Present", "2020-01..now"),
        ("January 2019 to Present", "2019-01..now"),
        ("June 2016 to December 2018", "2016-06..2018-12"),
        ("Since May 2020", "2020-05..now"),
        ("from 2012 until 2014", "2012-01..2014-12"),
        ("May 4, 2020 - June 2021", "2020-05..2021-06"),
        ("2019-2021", "2019-01..2021-12"),
        ("2019 – 2021", "2019-01..2021-12"),
        ("2019/2021", "2019-01..2021-12"),
        ("2019 2021", "2019-01..2021-12"),
        ("BTS Tourisme\t2019 2021\tLycée Ampère", "2019-01..2021-12"),
        ("Office 2019 2021", "2019-01..2019-12"),
        ("2019 — 2021", "2019-01..2021-12"),
        ("2019 → 2021", "2019-01..2021-12"),
        ("2019-21", "2019-01..2021-12"),
        ("2010-11", "2010-01..2011-12"),
        ("2019/20", "2019-01..2020-12"),
        ("2021-2019", "2019-01..2021-12"),
        ("2020-03 - 2021-05", "2020-03..2021-05"),
        ("2020-03-15", "2020-03..2020-03"),
        ("09/19 – 06/21", "2019-09..2021-06"),
        ("09/98 - 06/01", "1998-09..2001-06"),
        ("mars 2020", "2020-03..2020-03"),
        ("Mars à juin 2020", "2020-03..2020-06"),
        ("mars - juin 2020", "2020-03..2020-06"),
        ("nov. – févr. 2020", "2019-11..2020-02"),
        ("oct. 2019 / déc. 2019", "2019-10..2019-12"),
        ("Août 2017", "2017-08..2017-08"),
        ("aout 2017 - sept. 2017", "2017-08..2017-09"),
        ("été 2022", "2022-06..2022-08"),
        ("étés 87 à 90", "1987-06..1990-12"),
        ("'21 – '22", "2021-01..2022-12"),
        ("2ème semestre 2011", "2011-07..2011-12"),
        ("8 semaines", "/2"),
        ("six mois", "/6"),
        ("douze ans", "/144"),
        ("Étés 2014 et 2015", "2014-06..2015-12"),
        ("Hiver 2020", "2020-01..2020-03"),
        ("Summer 2019", "2019-06..2019-08"),
        ("2017", "2017-01..2017-12"),
        ("en 2017", "2017-01..2017-12"),
        ("jusqu'en 2019", "..2019-12"),
        ("3 ans", "/36"),
        ("(18 mois)", "/18"),
        ("2 ans et demi", "/30"),
        ("1 an et 6 mois", "/18"),
        ("3 years, 2 months", "/38"),
        ("depuis 3 ans", "now/36"),
        ("2019 - 2021 (2 ans)", "2019-01..2021-12/24"),
        ("mars 2020 (6 mois)", "2020-03..2020-03/6"),
        ("1998-2003 : Serveur", "1998-01..2003-12"),
        ("Vendeuse, Zara, Lyon (mars 2020 - juin 2021)", "2020-03..2021-06"),
        ("MARS 2020 – JUIN 2021", "2020-03..2021-06"),
        ("FÉVRIER 2020 À DÉCEMBRE 2021", "2020-02..2021-12"),
        ("juillet-août 2019", "2019-07..2019-08"),
        ("2024-2027", "2024-01..2027-12"),
    ] {
        assert_eq!(shown(line), expected, "{line}");
    }
}

#[test]
fn what_is_no_date() {
    for line in [
        "06 12 34 56 78",
        "69007 Lyon",
        "ISO 9001",
        "Équipe de 12 personnes",
        "Chiffre d'affaires de 2000 €",
        "entrepôt de 2000 m²",
        "Mai",
        "date de naissance",
        "Préparation de 1 500 repas",
        "Présent sur le terrain",
        "32 ans",
        "Marché de gros",
        "24/7",
        "3/4",
        "v2.2019_b",
    ] {
        assert_eq!(shown(line), "-", "{line}");
    }
}

#[test]
fn the_words_of_a_period_come_out_of_the_line() {
    for (line, rest) in [
        ("Vendeuse, Zara (mars 2020 - juin 2021)", "Vendeuse, Zara"),
        ("2019-2021 : Vendeuse - Zara", "Vendeuse - Zara"),
        ("De 2019 à 2021 – Vendeuse", "Vendeuse"),
        ("Vendeuse | 2019 - 2021 | Zara", "Vendeuse\tZara"),
        ("Vendeuse\tDepuis 2019", "Vendeuse"),
        ("2019 – 2021 (2 ans)", ""),
        ("Serveur (3 ans)", "Serveur"),
    ] {
        let period = find(line, date(2026, 11, 22)).unwrap();
        assert_eq!(without(line, &period), rest, "{line}");
    }
}

#[test]
fn several_periods_of_a_line() {
    let found = find_all("Dupuy 1998-2011 / intérim 2 ans / Martin depuis 2014", date(2026, 11, 22));
    let said: Vec<_> = found.iter().map(|p| (p.start.map(|m| m.year), p.months, p.current)).collect();
    assert_eq!(said, [(Some(1998), None, false), (None, Some(24), false), (Some(2014), None, true)]);
}
