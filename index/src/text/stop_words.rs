//! Words that say nothing about an offer, folded, in French and in English; and the language of a text,
//! which they betray.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::words;
use crate::lang::Lang;

/// Whether a folded word says nothing in this language.
pub(super) fn is_stop_word(folded: &str, lang: Lang) -> bool {
    match lang {
        Lang::Fr => FR.contains(folded),
        Lang::En => EN.contains(folded),
    }
}

/// The language of a text, by which stop words it holds more of; French when there are none.
pub fn language(text: &str) -> Lang {
    let (mut fr, mut en, mut seen) = (0, 0, 0);
    words::each_word(text, Lang::Fr, |word| {
        seen += 1;
        if seen > 400 {
            return;
        }
        let folded = word.folded.as_str();
        // Words of both languages tell nothing.
        match (FR.contains(folded), EN.contains(folded)) {
            (true, false) => fr += 1,
            (false, true) => en += 1,
            _ => {}
        }
    });
    if en > fr { Lang::En } else { Lang::Fr }
}

static FR: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a afin ai ainsi alors apres as au aucun aucune aujourd aussi autre autres aux avait avant avec avez avoir \
     avons ayant c car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment d dans de \
     depuis des dont du elle elles en encore entre es est et etait etaient etant etc ete etes etre eu eux fait \
     font hui ici il ils j je l la le les leur leurs lors lorsque lui m ma mais me meme memes mes moi mon n ne ni \
     nos notre nous on ont ou par parmi pas pendant peu peut peuvent plus pour pourra pourquoi pourrez puis \
     quand que quel quelle quelles quels qui quoi s sa sans se sera serait serez seront ses si soi soit sommes \
     son sont sous sur t ta te tel telle tels tes toi ton tous tout toute toutes tres tu un une vers via voire \
     vos votre vous y"
        .split_whitespace()
        .collect()
});

static EN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a about above after again all also am an and any are as at be because been before being below between both \
     but by can could did do does doing don down during each etc few for from further had has have having he her \
     here hers him his how i if in into is it its itself just may me more most must my no nor not of off on once \
     only or other our ours out over own per same shall she should so some such than that the their theirs them \
     then there these they this those through to too under until up upon us very via was we were what when where \
     which while who whom why will with within would you your yours"
        .split_whitespace()
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_shows() {
        assert_eq!(language("Nous recherchons un développeur pour notre équipe de Lyon"), Lang::Fr);
        assert_eq!(language("We are looking for a developer to join our team in Lyon"), Lang::En);
        assert_eq!(language("Data Scientist, Python, SQL"), Lang::Fr);
        assert_eq!(
            language("Le lead developer sera en charge du backend et des API de la plateforme"),
            Lang::Fr
        );
        assert_eq!(language(""), Lang::Fr);
    }
}
