//! A match in words, in French and English: whole sentences for one offer, a few words for a list.

use crate::lang::Lang;
use crate::offer::{Cefr, Contract, Need};
use crate::score::{
    Band, Condition, ConditionKind, Criterion, Evidence, How, Label, Match, Nearness, Part, Silent, Wish,
};

/// The explanation of a match, a sentence or two a criterion, in the order of its parts, then its conditions.
pub fn sentences(found: &Match, lang: Lang) -> Vec<String> {
    let mut out: Vec<String> = found.parts.iter().flat_map(|part| part_sentences(part, lang)).collect();
    out.extend(found.conditions.iter().map(|condition| condition_sentence(condition, lang)));
    out
}

/// The reasons in a few words, for a list: skills met out of those asked for, occupation, distance, what is missing.
pub fn short_reasons(found: &Match, lang: Lang) -> String {
    let mut reasons = Vec::new();
    for part in &found.parts {
        match part.criterion {
            Criterion::Occupation => {
                reasons.extend(part.evidence.iter().filter_map(|e| short_occupation(e, lang)));
            }
            Criterion::Skills => reasons.extend(short_skills(part, lang)),
            Criterion::Experience => {
                reasons.extend(part.evidence.iter().filter_map(|e| short_experience(e, lang)));
            }
            _ => {}
        }
    }
    for condition in &found.conditions {
        if condition.met == Some(false) && condition.need == Need::Required {
            let what = condition_name(&condition.asked, lang);
            reasons.push(pick(lang, format!("demande {what}"), format!("asks for {what}")));
        }
    }
    reasons.join(" · ")
}

/// The name of a band, for a list.
pub fn band_name(band: Band, lang: Lang) -> &'static str {
    let (fr, en) = match band {
        Band::VeryClose => ("très proche", "very close"),
        Band::Close => ("proche", "close"),
        Band::WorthALook => ("à regarder", "worth a look"),
        Band::Far => ("loin", "far"),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// What offers that miss a wish are listed under.
pub fn wish_name(wish: Wish, lang: Lang) -> &'static str {
    let (fr, en) = match wish {
        Wish::Place => ("plus loin", "farther away"),
        Wish::Contract => ("autre contrat", "another contract"),
        Wish::Salary => ("moins payé", "lower pay"),
        Wish::Telework => ("moins de télétravail", "less telework"),
        Wish::Hours => ("autre temps de travail", "other working hours"),
        Wish::Refused => ("ce que vous refusez", "what you refuse"),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// What holds an offer down, in one sentence; `None` when nothing does.
pub fn against_sentence(found: &Match, lang: Lang) -> Option<String> {
    let reason = |criterion: &Criterion| {
        let part = found.parts.iter().find(|part| part.criterion == *criterion)?;
        Some(against(part, lang))
    };
    let reasons: Vec<String> = found.against.iter().filter_map(reason).collect();
    (!reasons.is_empty()).then(|| {
        let reasons = reasons.join(pick(lang, " ; ".into(), "; ".into()).as_str());
        pick(lang, format!("Ce qui l'éloigne : {reasons}."), format!("What holds it down: {reasons}."))
    })
}

/// Why a criterion costs points, in a few words.
fn against(part: &Part, lang: Lang) -> String {
    let told = part.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Experience { .. } => short_experience(evidence, lang),
        Evidence::Occupation { .. } => short_occupation(evidence, lang),
        Evidence::Distance { km, remote: false, .. } => {
            Some(pick(lang, format!("à {km:.0} km"), format!("{km:.0} km away")))
        }
        Evidence::Contract { offered, .. } => Some(of_some(*offered, lang).to_owned()),
        _ => None,
    });
    let (fr, en) = match part.criterion {
        Criterion::Skills => {
            ("peu de ce qui est demandé est dans votre CV", "little of what is asked for is in your CV")
        }
        Criterion::Experience => ("l'expérience demandée", "the experience asked for"),
        Criterion::Location => ("la distance", "the distance"),
        Criterion::Salary => ("le salaire", "the pay"),
        Criterion::Occupation => ("un autre métier", "another occupation"),
        Criterion::Text => ("peu de mots en commun avec votre CV", "few words in common with your CV"),
        Criterion::Meaning => ("un intitulé éloigné des vôtres", "a title far from yours"),
        Criterion::Situation => ("le contrat", "the contract"),
    };
    told.unwrap_or_else(|| pick(lang, fr.into(), en.into()))
}

/// The name of a contract that is for some situations only.
fn of_some(contract: Contract, lang: Lang) -> &'static str {
    let (fr, en) = match contract {
        Contract::Apprenticeship => ("contrat en alternance", "an apprenticeship"),
        Contract::Internship => ("stage", "an internship"),
        Contract::SelfEmployed => ("travail indépendant", "self-employment"),
        _ => ("contrat", "contract"),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

fn contract_sentence(contract: Contract, suits: f32, lang: Lang) -> String {
    let name = of_some(contract, lang);
    let mut first = name.chars();
    let name: String = first.next().into_iter().flat_map(char::to_uppercase).chain(first).collect();
    let (fr, en) = match suits {
        1.0 => ("va avec votre situation", "goes with your situation"),
        s if s > 0.0 => ("à voir selon votre situation", "depends on your situation"),
        _ => ("ne va pas avec ce que dit votre CV", "does not go with what your CV says"),
    };
    pick(lang, format!("{name} : {fr}."), format!("{name}: {en}."))
}

/// The name of a criterion, for headings.
pub fn criterion_name(criterion: Criterion, lang: Lang) -> &'static str {
    let (fr, en) = match criterion {
        Criterion::Skills => ("Compétences", "Skills"),
        Criterion::Experience => ("Expérience", "Experience"),
        Criterion::Location => ("Lieu", "Location"),
        Criterion::Salary => ("Salaire", "Salary"),
        Criterion::Occupation => ("Métier", "Occupation"),
        Criterion::Text => ("Vocabulaire", "Vocabulary"),
        Criterion::Meaning => ("Sens", "Meaning"),
        Criterion::Situation => ("Situation", "Situation"),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// The explanation of one criterion.
pub fn part_sentences(part: &Part, lang: Lang) -> Vec<String> {
    let Some(value) = part.value else {
        return vec![unknown(part, lang)];
    };
    match part.criterion {
        Criterion::Skills => skill_sentences(part, lang),
        Criterion::Meaning => vec![meaning_sentence(value, lang)],
        Criterion::Situation if part.evidence.is_empty() => {
            vec![pick(
                lang,
                "Ce contrat est pour tout le monde.".into(),
                "This contract is for anyone.".into(),
            )]
        }
        Criterion::Text if part.evidence.is_empty() => {
            vec![pick(lang, "Aucun mot marquant en commun.".into(), "No telling word in common.".into())]
        }
        _ => part.evidence.iter().map(|evidence| sentence(evidence, lang)).collect(),
    }
}

fn unknown(part: &Part, lang: Lang) -> String {
    let offer = part.silent != Some(Silent::Profile);
    let profile = part.silent != Some(Silent::Offer);
    let (fr, en) = match (part.criterion, offer, profile) {
        (Criterion::Skills, true, false) => (
            "Compétences : l'offre n'en nomme aucune que nous reconnaissions.",
            "Skills: the offer names none that we recognise.",
        ),
        (Criterion::Skills, ..) => (
            "Compétences : votre CV n'en nomme aucune que nous reconnaissions.",
            "Skills: your CV names none that we recognise.",
        ),
        (Criterion::Experience, true, _) => (
            "Expérience : l'offre n'en dit rien de clair.",
            "Experience: the offer says nothing clear about it.",
        ),
        (Criterion::Experience, ..) => (
            "Expérience : votre CV ne donne pas de dates qui permettent de la compter.",
            "Experience: your CV gives no dates to count it by.",
        ),
        (Criterion::Location, true, _) => {
            ("Lieu : l'offre ne dit pas où.", "Location: the offer does not say where.")
        }
        (Criterion::Location, ..) => {
            ("Lieu : votre commune n'est pas connue.", "Location: your town is not known.")
        }
        (Criterion::Salary, true, true) => (
            "Salaire : l'offre ne le dit pas, et vous n'avez pas indiqué de minimum.",
            "Salary: the offer does not state it, and you gave no minimum.",
        ),
        (Criterion::Salary, true, false) => {
            ("Salaire : l'offre ne le dit pas.", "Salary: the offer does not state it.")
        }
        (Criterion::Salary, ..) => {
            ("Salaire : vous n'avez pas indiqué de minimum.", "Salary: you gave no minimum.")
        }
        (Criterion::Occupation, ..) => {
            ("Métier : l'intitulé n'est pas reconnu.", "Occupation: the title is not recognised.")
        }
        (Criterion::Text, ..) => (
            "Vocabulaire : le CV n'a pas assez de mots, ou n'est pas dans la langue des offres.",
            "Vocabulary: too few words in the CV, or another language than the offers'.",
        ),
        (Criterion::Situation, ..) => (
            "Situation : l'offre ne dit pas quel contrat.",
            "Situation: the offer does not say which contract.",
        ),
        (Criterion::Meaning, ..) => ("Sens : pas d'intitulé à comparer.", "Meaning: no title to compare."),
    };
    pick(lang, fr.into(), en.into())
}

fn skill_sentences(part: &Part, lang: Lang) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for evidence in &part.evidence {
        if let Evidence::SkillMet { .. } = evidence {
            out.push(sentence(evidence, lang));
        }
    }
    for need in [Need::Required, Need::Wished] {
        let missing: Vec<String> = part
            .evidence
            .iter()
            .filter_map(|evidence| match evidence {
                Evidence::SkillMissing { asked, need: n, cost, .. } if *n == need => {
                    Some(format!("{} ({})", quoted(label(asked, lang), lang), points(*cost, lang)))
                }
                _ => None,
            })
            .collect();
        if !missing.is_empty() {
            let list = missing.join(", ");
            out.push(match (lang, need) {
                (Lang::Fr, Need::Required) => format!("Demandé, absent du CV : {list}."),
                (Lang::Fr, Need::Wished) => format!("Souhaité, absent du CV : {list}."),
                (Lang::En, Need::Required) => format!("Required, not in the CV: {list}."),
                (Lang::En, Need::Wished) => format!("Wished, not in the CV: {list}."),
            });
        }
    }
    out
}

fn sentence(evidence: &Evidence, lang: Lang) -> String {
    match evidence {
        Evidence::SkillMet { asked, held, how, words, line, .. } => {
            skill_met(asked, held, *how, words, line, lang)
        }
        Evidence::SkillMissing { asked, cost, .. } => {
            let name = quoted(label(asked, lang), lang);
            let cost = points(*cost, lang);
            pick(
                lang,
                format!("{name} manque au CV ({cost})."),
                format!("{name} is missing from the CV ({cost})."),
            )
        }
        Evidence::Experience { asked: 0, .. } => {
            pick(lang, "Les débutants sont acceptés.".into(), "Beginners are welcome.".into())
        }
        Evidence::Contract { offered, suits, .. } => contract_sentence(*offered, *suits, lang),
        Evidence::Experience { asked, held, jobs, .. } => {
            let plural = if matches!(asked, 1 | 12) { "" } else { "s" };
            let (asked, held) = (duration(*asked, lang), duration(*held, lang));
            let from = if jobs.is_empty() { String::new() } else { format!(" ({})", jobs.join(", ")) };
            pick(
                lang,
                format!(
                    "{asked} d'expérience demandé{plural}, environ {held} dans ce métier ou l'équivalent dans un métier voisin{from}."
                ),
                format!(
                    "{asked} of experience asked for, about {held} in this occupation or a near one{from}."
                ),
            )
        }
        Evidence::Distance { remote: true, .. } => {
            pick(lang, "Le travail se fait à distance.".into(), "The job is done from home.".into())
        }
        Evidence::Distance { km, from, to, uncertainty_km, .. } => {
            distance(*km, from, to, *uncertainty_km, lang)
        }
        Evidence::Salary { offered, wished, .. } => {
            let offered = match offered.min == offered.max {
                true => euros(offered.min, lang),
                false => pick(
                    lang,
                    format!("{} à {}", euros(offered.min, lang), euros(offered.max, lang)),
                    format!("{} to {}", euros(offered.min, lang), euros(offered.max, lang)),
                ),
            };
            let wished = euros(*wished, lang);
            pick(
                lang,
                format!("{offered} brut par an, pour {wished} souhaités."),
                format!("{offered} gross a year, for {wished} wished."),
            )
        }
        Evidence::Occupation { offered, held, title, how } => {
            occupation(label(&offered.label, lang), label(&held.label, lang), title, *how, lang)
        }
        Evidence::Words { shared } => {
            let words = shared.join(", ");
            pick(lang, format!("Mots en commun : {words}."), format!("Words in common: {words}."))
        }
        Evidence::Meaning { cosine } => meaning_sentence(super::criteria::meaning(*cosine), lang),
    }
}

fn skill_met(asked: &Label, held: &Label, how: How, words: &str, line: &str, lang: Lang) -> String {
    let (asked_label, held_label) = (label(asked, lang), label(held, lang));
    let name = quoted(asked_label, lang);
    let seen = if words.is_empty() || crate::skills::fold(words) == crate::skills::fold(asked_label) {
        String::new()
    } else {
        pick(lang, format!(", dit « {words} » dans l'offre"), format!(", \"{words}\" in the offer"))
    };
    let source = quoted(held_label, lang);
    match (lang, how) {
        (Lang::Fr, How::Exact) => format!("{name}{seen} : dans votre CV."),
        (Lang::Fr, How::Synonym) if asked.id == held.id => {
            format!("{name}{seen} : {}.", in_cv(line, lang))
        }
        (Lang::Fr, How::Synonym) => format!("{name}{seen} : votre CV dit {source}, c'est la même chose."),
        (Lang::Fr, How::Narrower) => format!("{name}{seen} : {source}, dans votre CV, en fait partie."),
        (Lang::Fr, How::Broader) => format!("{name}{seen} : votre CV parle plus largement de {source}."),
        (Lang::Fr, How::Related) => format!("{name}{seen} : proche de {source} dans votre CV."),
        (Lang::Fr, How::Occupation) => {
            format!("{name}{seen} : courant dans le métier {source}, proche du vôtre.")
        }
        (Lang::En, How::Exact) => format!("{name}{seen}: in your CV."),
        (Lang::En, How::Synonym) if asked.id == held.id => {
            format!("{name}{seen}: {}.", in_cv(line, lang))
        }
        (Lang::En, How::Synonym) => format!("{name}{seen}: your CV says {source}, which is the same."),
        (Lang::En, How::Narrower) => format!("{name}{seen}: {source} in your CV is part of it."),
        (Lang::En, How::Broader) => format!("{name}{seen}: your CV speaks more broadly of {source}."),
        (Lang::En, How::Related) => format!("{name}{seen}: close to {source} in your CV."),
        (Lang::En, How::Occupation) => {
            format!("{name}{seen}: common in the occupation {source}, near to yours.")
        }
    }
}

/// Where the CV says it: its line, when it is short.
fn in_cv(line: &str, lang: Lang) -> String {
    match line.trim() {
        line if !line.is_empty() && line.chars().count() <= 70 => {
            pick(lang, format!("votre CV dit « {line} »"), format!("your CV says \"{line}\""))
        }
        _ => pick(lang, "dans votre CV, sous un autre nom".into(), "in your CV, under another name".into()),
    }
}

fn occupation(offered: &str, held: &str, title: &str, how: Nearness, lang: Lang) -> String {
    let title = title.trim();
    match (lang, how) {
        (Lang::Fr, Nearness::Same) => format!("Votre métier : {offered} (« {title} » dans votre CV)."),
        (Lang::Fr, Nearness::Mobility) => {
            format!("Métier à votre portée : {offered}, une évolution reconnue depuis {held} (« {title} »).")
        }
        (Lang::Fr, Nearness::Field) => format!("Même domaine : {offered}, près de {held} (« {title} »)."),
        (Lang::Fr, Nearness::Title) => format!("Intitulés proches : {offered} et {held}."),
        (Lang::Fr, Nearness::Far) => format!("Autre métier : {offered}, loin de {held} (« {title} »)."),
        (Lang::En, Nearness::Same) => format!("Your occupation: {offered} (\"{title}\" in your CV)."),
        (Lang::En, Nearness::Mobility) => {
            format!("Within reach: {offered}, a recognised move from {held} (\"{title}\").")
        }
        (Lang::En, Nearness::Field) => format!("Same field: {offered}, near {held} (\"{title}\")."),
        (Lang::En, Nearness::Title) => format!("Similar titles: {offered} and {held}."),
        (Lang::En, Nearness::Far) => format!("Another occupation: {offered}, far from {held} (\"{title}\")."),
    }
}

fn distance(km: f32, from: &str, to: &str, uncertainty_km: u16, lang: Lang) -> String {
    let doubt = match uncertainty_km {
        0..=10 => String::new(),
        km => pick(
            lang,
            format!(" (lieu connu seulement à {km} km près)"),
            format!(" (place known to within {km} km)"),
        ),
    };
    if km < 1.0 {
        return pick(lang, format!("Sur place : {to}{doubt}."), format!("On the spot: {to}{doubt}."));
    }
    let km = format!("{km:.0} km");
    let vowel = crate::skills::fold(from).starts_with(['a', 'e', 'i', 'o', 'u', 'y']);
    let of = if vowel { "d'" } else { "de " };
    pick(lang, format!("À {km} {of}{from} : {to}{doubt}."), format!("{km} from {from}: {to}{doubt}."))
}

fn meaning_sentence(value: f32, lang: Lang) -> String {
    let (fr, en) = match value {
        v if v >= 0.75 => ("Les intitulés ont le même sens.", "The titles mean the same."),
        v if v >= 0.45 => ("Les intitulés ont un sens proche.", "The titles are close in meaning."),
        v if v >= 0.2 => ("Les intitulés sont assez éloignés.", "The titles are rather far apart."),
        _ => ("Les intitulés n'ont pas de rapport.", "The titles are unrelated."),
    };
    pick(lang, fr.into(), en.into())
}

/// The explanation of one condition.
pub fn condition_sentence(condition: &Condition, lang: Lang) -> String {
    let what = condition_name(&condition.asked, lang);
    let need = match (lang, condition.need) {
        (Lang::Fr, Need::Required) => "demandé",
        (Lang::Fr, Need::Wished) => "souhaité",
        (Lang::En, Need::Required) => "required",
        (Lang::En, Need::Wished) => "wished",
    };
    let diploma = matches!(condition.asked, ConditionKind::Diploma { .. });
    let met = match (lang, condition.met) {
        (Lang::Fr, Some(true)) if diploma => "vous l'avez",
        (Lang::Fr, Some(false)) if diploma => "votre CV n'en mentionne pas de ce niveau",
        (Lang::Fr, Some(true)) => "votre CV le mentionne",
        (Lang::Fr, Some(false)) => "votre CV ne le mentionne pas",
        (Lang::Fr, None) => "votre CV ne permet pas de le savoir",
        (Lang::En, Some(true)) => "your CV has it",
        (Lang::En, Some(false)) => "your CV does not have it",
        (Lang::En, None) => "your CV does not say",
    };
    pick(lang, format!("Condition : {what} ({need}) ; {met}."), format!("Condition: {what} ({need}); {met}."))
}

/// The name of a condition, such as « Permis B », « anglais (B2) » or « niveau bac+2 ».
pub fn condition_name(condition: &ConditionKind, lang: Lang) -> String {
    match condition {
        ConditionKind::Licence { name } => name.clone(),
        ConditionKind::Language { code, level } => {
            let name = language_name(code, lang);
            level.map_or(name.clone(), |level| format!("{name} ({})", cefr(level)))
        }
        ConditionKind::Diploma { level } => {
            let (fr, en) = match level.0 {
                0..=2 => ("sans diplôme", "no diploma"),
                3 => ("niveau CAP ou BEP", "vocational certificate (CAP)"),
                4 => ("niveau bac", "baccalauréat level"),
                5 => ("niveau bac+2", "two years of higher education"),
                6 => ("niveau bac+3 ou 4", "bachelor's level"),
                7 => ("niveau bac+5", "master's level"),
                _ => ("doctorat", "doctorate"),
            };
            pick(lang, fr.into(), en.into())
        }
    }
}

/// The name of a language, by its ISO 639-1 code (639-3 where there is none); the code of one that is not in the list.
pub fn language_name(code: &str, lang: Lang) -> String {
    let names = match code {
        "en" => ("anglais", "English"),
        "fr" => ("français", "French"),
        "es" => ("espagnol", "Spanish"),
        "de" => ("allemand", "German"),
        "it" => ("italien", "Italian"),
        "pt" => ("portugais", "Portuguese"),
        "nl" => ("néerlandais", "Dutch"),
        "ar" => ("arabe", "Arabic"),
        "zh" => ("chinois", "Chinese"),
        "ru" => ("russe", "Russian"),
        "ja" => ("japonais", "Japanese"),
        "pl" => ("polonais", "Polish"),
        "ro" => ("roumain", "Romanian"),
        "tr" => ("turc", "Turkish"),
        "uk" => ("ukrainien", "Ukrainian"),
        "br" => ("breton", "Breton"),
        "ko" => ("coréen", "Korean"),
        "vi" => ("vietnamien", "Vietnamese"),
        "el" => ("grec", "Greek"),
        "hi" => ("hindi", "Hindi"),
        "he" => ("hébreu", "Hebrew"),
        "fa" => ("persan", "Persian"),
        "ta" => ("tamoul", "Tamil"),
        "sv" => ("suédois", "Swedish"),
        "da" => ("danois", "Danish"),
        "no" => ("norvégien", "Norwegian"),
        "fi" => ("finnois", "Finnish"),
        "cs" => ("tchèque", "Czech"),
        "hu" => ("hongrois", "Hungarian"),
        "bg" => ("bulgare", "Bulgarian"),
        "sr" => ("serbe", "Serbian"),
        "hr" => ("croate", "Croatian"),
        "sq" => ("albanais", "Albanian"),
        "hy" => ("arménien", "Armenian"),
        "ca" => ("catalan", "Catalan"),
        "eu" => ("basque", "Basque"),
        "co" => ("corse", "Corsican"),
        "kab" => ("kabyle", "Kabyle"),
        "ber" => ("berbère", "Berber"),
        "sw" => ("swahili", "Swahili"),
        "wo" => ("wolof", "Wolof"),
        "bm" => ("bambara", "Bambara"),
        "ln" => ("lingala", "Lingala"),
        "mg" => ("malgache", "Malagasy"),
        "th" => ("thaï", "Thai"),
        "ur" => ("ourdou", "Urdu"),
        "bn" => ("bengali", "Bengali"),
        "ps" => ("pachto", "Pashto"),
        "ku" => ("kurde", "Kurdish"),
        "sk" => ("slovaque", "Slovak"),
        "sl" => ("slovène", "Slovenian"),
        "ka" => ("géorgien", "Georgian"),
        "ff" => ("peul", "Fula"),
        "snk" => ("soninké", "Soninke"),
        "lb" => ("luxembourgeois", "Luxembourgish"),
        "oc" => ("occitan", "Occitan"),
        "gsw" => ("alsacien", "Alsatian"),
        "zdj" => ("comorien", "Comorian"),
        "lt" => ("lituanien", "Lithuanian"),
        "lv" => ("letton", "Latvian"),
        "et" => ("estonien", "Estonian"),
        "mk" => ("macédonien", "Macedonian"),
        "am" => ("amharique", "Amharic"),
        "ti" => ("tigrinya", "Tigrinya"),
        "so" => ("somali", "Somali"),
        "tl" => ("tagalog", "Tagalog"),
        "id" => ("indonésien", "Indonesian"),
        "ne" => ("népalais", "Nepali"),
        "lo" => ("laotien", "Lao"),
        "km" => ("khmer", "Khmer"),
        "dje" => ("zarma", "Zarma"),
        "ha" => ("haoussa", "Hausa"),
        "yo" => ("yoruba", "Yoruba"),
        "ig" => ("igbo", "Igbo"),
        "ee" => ("ewe", "Ewe"),
        "mfe" => ("mauricien", "Mauritian"),
        "gcf" => ("créole", "Creole"),
        "fsl" => ("LSF", "French Sign Language"),
        other => return other.to_owned(),
    };
    pick(lang, names.0.into(), names.1.into())
}

fn cefr(level: Cefr) -> String {
    format!("{level:?}")
}

fn short_occupation(evidence: &Evidence, lang: Lang) -> Option<String> {
    let Evidence::Occupation { offered, how, .. } = evidence else { return None };
    let name = label(&offered.label, lang);
    Some(match (lang, how) {
        (Lang::Fr, Nearness::Same) => format!("votre métier ({name})"),
        (Lang::Fr, Nearness::Mobility) => format!("métier à portée ({name})"),
        (Lang::Fr, Nearness::Field) => format!("même domaine ({name})"),
        (Lang::Fr, Nearness::Title | Nearness::Far) => format!("autre métier ({name})"),
        (Lang::En, Nearness::Same) => format!("your occupation ({name})"),
        (Lang::En, Nearness::Mobility) => format!("within reach ({name})"),
        (Lang::En, Nearness::Field) => format!("same field ({name})"),
        (Lang::En, Nearness::Title | Nearness::Far) => format!("another occupation ({name})"),
    })
}

fn short_skills(part: &Part, lang: Lang) -> Option<String> {
    part.value?;
    let mut met: Vec<&str> = Vec::new();
    let (mut all, mut missing) = (0, None);
    for evidence in &part.evidence {
        all += 1;
        match evidence {
            Evidence::SkillMet { asked, .. } => met.push(label(asked, lang)),
            Evidence::SkillMissing { asked, .. } if missing.is_none() => missing = Some(label(asked, lang)),
            _ => {}
        }
    }
    let named = match met.as_slice() {
        [] => String::new(),
        [one] => format!(" ({one})"),
        [one, two, ..] => format!(" ({one}, {two}{})", if met.len() > 2 { "…" } else { "" }),
    };
    let lacks = missing
        .map_or(String::new(), |name| pick(lang, format!(", manque {name}"), format!(", lacks {name}")));
    let count = met.len();
    Some(pick(
        lang,
        format!("{count}/{all} compétence{}{named}{lacks}", if all > 1 { "s" } else { "" }),
        format!("{count}/{all} skill{}{named}{lacks}", if all > 1 { "s" } else { "" }),
    ))
}

fn short_experience(evidence: &Evidence, lang: Lang) -> Option<String> {
    let Evidence::Experience { asked, held, .. } = evidence else { return None };
    if *asked == 0 || held >= asked {
        return None;
    }
    let plural = if matches!(asked, 1 | 12) { "" } else { "s" };
    let (asked, held) = (duration(*asked, lang), duration(*held, lang));
    Some(pick(
        lang,
        format!("{asked} demandé{plural}, environ {held} dans ce métier"),
        format!("{asked} asked for, about {held} in this occupation"),
    ))
}

fn duration(months: u16, lang: Lang) -> String {
    let (years, rest) = (months / 12, months % 12);
    let year = |n: u16| match (lang, n) {
        (Lang::Fr, 0 | 1) => format!("{n} an"),
        (Lang::Fr, _) => format!("{n} ans"),
        (Lang::En, 1) => format!("{n} year"),
        (Lang::En, _) => format!("{n} years"),
    };
    let month = |n: u16| match (lang, n) {
        (Lang::Fr, _) => format!("{n} mois"),
        (Lang::En, 1) => format!("{n} month"),
        (Lang::En, _) => format!("{n} months"),
    };
    match (years, rest) {
        (0, n) => month(n),
        (years, 0) => year(years),
        (years, n) if years < 3 => pick(
            lang,
            format!("{} et {}", year(years), month(n)),
            format!("{} and {}", year(years), month(n)),
        ),
        (years, n) => year(years + u16::from(n >= 6)),
    }
}

fn euros(amount: u32, lang: Lang) -> String {
    let digits = amount.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(match lang {
                Lang::Fr => '\u{202f}',
                Lang::En => ',',
            });
        }
        grouped.push(digit);
    }
    pick(lang, format!("{grouped}\u{a0}€"), format!("€{grouped}"))
}

fn points(cost: f32, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("−{} pt", format!("{cost:.1}").replace('.', ",")),
        Lang::En => format!("−{cost:.1} pt"),
    }
}

fn quoted(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("« {text} »"),
        Lang::En => format!("\"{text}\""),
    }
}

fn label(label: &Label, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &label.fr,
        Lang::En => &label.en,
    }
}

fn pick(lang: Lang, fr: String, en: String) -> String {
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}
