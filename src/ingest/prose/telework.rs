//! Work from home.

use std::sync::LazyLock;

use jobmatch_index::offer::{Found, Telework};
use regex::Regex;

use super::text::{Prose, Topic};

impl Prose<'_> {
    /// What the text says of work from home. [`Telework::Full`] is four days a week or more: a person may
    /// live far away; fewer days or an unsaid number is [`Telework::Some`].
    pub fn telework(&self) -> Option<Found<Telework>> {
        static ANY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(concat!(
                r"(?P<none>(?:pas (?:de |d'acces au |ouvert au |eligible au )|sans (?:possibilite de )?|aucun |hors |ni )(?:jours? de )?tele-?travail|tele-?travail\s?(?::|\?)?\s?(?:non\b|impossible|pas possible|aucun\b|0 ?%)|tele-?travail (?:n'est pas|non) (?:possible|ouvert|autorise|prevu|envisage|eligible|compatible)|non (?:eligible|ouvert) au tele-?travail|(?:poste )?non teletravaillable|100 ?% (?:en )?(?:presentiel|sur site)|lieu du poste ?: (?:en )?presentiel|(?:no|not) remote|on-?site only|fully on-?site)",
                r"|(?P<full>full[- ]?remote|fully[- ]remote|remote[- ](?:only|first)|100 ?% (?:en |de |du )?(?:remote|tele-?travail|a distance|distanciel)|(?:remote|tele-?travail|distanciel)\s?:?\s?(?:a )?\(?100 ?%|tele-?travail (?:total|complet|integral|permanent|a temps plein|exclusif)|full tele-?travail|(?:entierement|totalement|integralement|principalement|exclusivement) (?:en tele-?travail|a distance|en distanciel|en remote)|(?:4|quatre|4,5|5|cinq) ?(?:a 5 )?(?:j|jours?|days?)(?: par semaine)?(?: (?:of|de))? ?(?:en |du )?(?:tele-?travail|remote|home office)|tele-?travail ?:? ?(?:jusqu'a )?(?:4|5) ?(?:jours?|j)\b(?: ?/ ?| par )(?:sem|5)|travail 100 ?% a distance|work from anywhere)",
                r"|(?P<some>tele-?travail\w*|home[- ]office|(?:poste|mode|rythme|travail|organisation|modele|working|work) hybride?\b|\bhybride ?[:(]|hybrid (?:work|role|position|model|remote)|remote (?:work|working|possible|partiel|friendly|ok|jobs?|days?)|(?:work|working) (?:remotely|from home)|(?:partial|partially|hybrid|partiel) remote|(?:jours?|days?|j|/sem|semaine) (?:de |of |en |d')?remote|\bremote ?[:(]|(?:jours?|days?) (?:a|en) distan(?:ce|ciel)|travail(?:ler)? a distance|[1-3] ?(?:jours?|j) (?:a la maison|de home))",
            ))
            .expect("the pattern is sound")
        });
        let text = self.folded();
        let mut best: Option<(Telework, std::ops::Range<usize>)> = None;
        let windows = self.windows(Topic::Telework, 60, 60);
        let hits =
            windows.iter().flat_map(|w| ANY.captures_iter(&text[w.clone()]).map(|found| (w.start, found)));
        for (from, found) in hits {
            let whole = found.get(0)?;
            let range = from + whole.start()..from + whole.end();
            // The end of « 2,5 jours » or « 45 jours » is no five days.
            let cut = text[range.start..].starts_with(['4', '5'])
                && text[..range.start].ends_with(|c: char| matches!(c, ',' | '.' | '0'..='9'));
            let level = if found.name("none").is_some() {
                Telework::None
            } else if found.name("full").is_some() && !cut && !denied(&text[range.end..]) {
                Telework::Full
            } else if about_something_else(&text[..range.start], &text[range.end..]) {
                continue;
            } else {
                Telework::Some
            };
            if best.as_ref().is_none_or(|(said, _)| level > *said) {
                best = Some((level, range));
            }
        }
        let (level, range) = best?;
        Some(Found::in_prose(level, self.words(self.with_days(range))))
    }

    /// Takes in the number of days around « télétravail », for the reader.
    fn with_days(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?:jusqu'? ?a )?\d[\d,/a -]{0,6} ?(?:j|jrs|jours?|days?)(?:/s(?:em)?| par semaine| par mois)? ?(?:de |du |en |of )?$")
                .expect("sound")
        });
        static AFTER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^ ?(?:partiel |possible )?[:(-]? ?(?:jusqu'? ?a )?\d[\d,]{0,3} ?(?:j|jours?|days?)\b(?: ?/ ?\w+| par \w+)?")
                .expect("sound")
        });
        let text = self.folded();
        let line = self.line(range.start);
        let head = &text[line.start.max(range.start.saturating_sub(40))..range.start];
        let start = BEFORE.find(head).map_or(range.start, |m| range.start - (head.len() - m.start()));
        let end =
            AFTER.find(&text[range.end..line.end.max(range.end)]).map_or(range.end, |m| range.end + m.end());
        start..end
    }
}

/// « Le télétravail à 100 % n'est pas possible. »
fn denied(after: &str) -> bool {
    let near = &after[..after.len().min(30)];
    let near = near.split(['.', '\n']).next().unwrap_or(near);
    near.contains("pas ") || near.contains("impossible")
}

/// Home work of the employer's customers, of its tools or of the interview.
fn about_something_else(before: &str, after: &str) -> bool {
    const TOPICS: [&str; 8] = [
        "donnees rh (",
        "outils de ",
        "materiel de ",
        "entretien en ",
        "entretiens en ",
        "postes de ",
        "solutions de ",
        "environnement de ",
    ];
    let near = &before[before.len().saturating_sub(16)..];
    TOPICS.iter().any(|topic| near.ends_with(topic)) || after.starts_with(" des utilisateurs")
}
