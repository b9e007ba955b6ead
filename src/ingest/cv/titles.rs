//! Job titles and given names: telling « Marie Boulanger » from « Boulangère ».

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jobmatch_index::skills::{Graph, fold};

use super::lines::{is_one_of, words};

/// Nothing speaks for a job title.
pub(super) const NONE: u8 = 0;
/// A word of it occurs in job titles.
pub(super) const KNOWN_WORD: u8 = 1;
/// It begins (in French) or ends (in English) as job titles do.
pub(super) const KNOWN_HEAD: u8 = 2;
/// It is a known job title.
pub(super) const EXACT: u8 = 3;

/// How much `text` reads as a job title, from [`NONE`] to [`EXACT`].
pub(super) fn likeness(text: &str) -> u8 {
    let folded = fold(text);
    if is_known(&folded) {
        return EXACT;
    }
    let heads = &*HEADS;
    let parts: Vec<&str> = words(&folded).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return NONE };
    match () {
        () if heads.first.contains(*first) || heads.last.contains(*last) => KNOWN_HEAD,
        () if parts.iter().any(|w| heads.first.contains(*w) || heads.last.contains(*w)) => KNOWN_WORD,
        () => NONE,
    }
}

/// Whether `text` names a trade as people write it: a known title, or a first word that ends as the names of those who
/// do something end in French (« câbleuse », « ébavureur »).
pub(super) fn names_trade(text: &str) -> bool {
    if likeness(text) >= KNOWN_HEAD {
        return true;
    }
    let folded = fold(text);
    words(&folded).next().is_some_and(is_agentive)
}

/// Whether a folded word ends as French names of those who do something.
fn is_agentive(word: &str) -> bool {
    /// Things that end so.
    const THINGS: &str = "secteur moteur interieur exterieur valeur hauteur ordinateur variateur capteur compresseur atelier \
        chantier dossier janvier fevrier papier metier premier particulier immobilier mobilier courrier restaurant enfant \
        courant entretien maintien lien soutien italien avant pendant suivant maintenant cependant durant montant \
        important matrice superieur majeur meilleur plusieurs couleur chaleur vapeur ailleurs quartier cahier clavier \
        calendrier autonomie tracteur chargeur fourrier ecrivant";
    const ENDINGS: [&str; 12] =
        ["eur", "euse", "eure", "rice", "ien", "ienne", "iste", "ier", "iere", "ant", "ante", "logue"];
    word.len() > 5 && !is_one_of(word, THINGS) && ENDINGS.iter().any(|end| word.ends_with(end))
}

/// As [`names_trade`], where any words may stand: a word that titles merely begin with (« permanent », « assurance »)
/// is not enough.
pub(super) fn names_occupation(text: &str) -> bool {
    const OFTEN: &str = "agent agente aide assistant assistante chef cheffe employe employee hote hotesse charge chargee delegue \
        deleguee technicien architecte juriste comptable secretaire gestionnaire responsable avocat avocate medecin \
        pharmacien peintre macon notaire libraire gardien guide stagiaire apprenti apprentie cadre commis pilote manager \
        lead developer engineer designer analyst scientist officer dpo consultant consultante interprete ouvrier ouvriere";
    let folded = fold(text);
    let parts: Vec<&str> = words(&folded).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    let english = HEADS.last.contains(*last) && text.is_ascii() && parts.len() > 1;
    names_trade(text) && (is_one_of(first, OFTEN) || is_one_of(last, OFTEN) || english || is_agentive(first))
}

/// A given name that is usual in France or in English CVs.
pub(super) fn is_given_name(folded: &str) -> bool {
    static NAMES: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| include_str!("given_names.txt").split_whitespace().collect());
    NAMES.contains(folded)
}

fn is_known(folded: &str) -> bool {
    let titles = Graph::builtin().titles();
    titles.binary_search_by(|t| (*t.text).cmp(folded)).is_ok()
}

/// The words that job titles begin with (« vendeuse en… ») and, in English, end with (« sales manager »).
struct Heads {
    first: HashSet<&'static str>,
    last: HashSet<&'static str>,
}

static HEADS: LazyLock<Heads> = LazyLock::new(|| {
    /// Words that CVs and offers use and the taxonomies' titles hardly begin with.
    const MORE: &str = "alternant alternante apprenti apprentie stagiaire interimaire intern freelance founder cofounder \
        cto ceo cfo hotesse chargee cheffe lead junior senior employe employee commis";
    /// What English names of trades end in; the last word of a French title is often a thing.
    const ENDINGS: [&str; 9] = ["er", "or", "ist", "ian", "man", "ant", "clerk", "nurse", "cook"];
    let mut first: HashMap<&'static str, u32> = HashMap::new();
    let mut last: HashMap<&'static str, u32> = HashMap::new();
    // A title comes once for each occupation that it may mean.
    for title in Graph::builtin().titles().chunk_by(|a, b| a.text == b.text).filter_map(<[_]>::first) {
        let mut all = words(&title.text);
        if let Some(word) = all.next() {
            *first.entry(word).or_default() += 1;
            *last.entry(all.last().unwrap_or(word)).or_default() += 1;
        }
    }
    let often = |(word, count): (&'static str, u32)| (count >= 3 && word.len() > 3).then_some(word);
    let english = |word: &&str| !word.ends_with("ier") && ENDINGS.iter().any(|e| word.ends_with(e));
    Heads {
        first: first.into_iter().filter_map(often).chain(MORE.split_whitespace()).collect(),
        last: last.into_iter().filter_map(often).filter(english).collect(),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_told_from_firms_and_names() {
        for title in
            ["Boulangère", "Vendeuse en prêt-à-porter", "Chef de projet", "Senior Software Engineer", "Baker"]
        {
            assert!(likeness(title) >= KNOWN_HEAD, "{title}");
        }
        for other in ["Maison Lorca", "Super Halle", "Stripe", "Lycée Ampère", "Entreprise 3"] {
            assert!(likeness(other) < KNOWN_HEAD, "{other}");
        }
        assert!(
            names_trade("Ébavureur") && !names_trade("Atelier mécanique") && !names_trade("Maison Lorca")
        );
        assert!(is_given_name("marie") && !is_given_name("vendeuse"));
    }
}
