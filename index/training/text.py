"""Text to words, exactly as `index/src/embed/words.rs` does it: change both or neither.

After folding a text is plain ASCII. Masculine, feminine and inclusive writings of a title give the same
words wherever a rule can tell: gender markers (« H/F ») and inclusive endings (« développeur·euse »,
« chargé(e) ») vanish here; « vendeur / vendeuse » meets in one row of the table (see `vocabulary.py`).
"""

import re
import unicodedata

_LETTERS = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_MARKS = {"·": ".", "•": ".", "‧": ".", "⸱": ".", "∙": ".", "’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "‐": "-"}
_WORD = re.compile(r"(?<![a-z0-9])\.net(?![a-z0-9])|[a-z0-9]+(?:\+\+|#)?")
_ENDINGS = frozenset(
    "e es s se ses euse euses eur eurs ice ices rice rices trice trices teur er ere eres iere ieres ne nes en enne "
    "ennes ien ienne iennes nne nnes onne onnes le les lle lles elle elles te tes tte ttes ve ves esse esses sse "
    "sses fe che ches ale ales".split()
)
_GENDERS = frozenset("hfmwdx")
MAX_WORDS = 256


def fold(text: str) -> str:
    """Lower-case ASCII: no accents, one kind of apostrophe, dash and point; anything else is a space."""
    out = []
    for char in unicodedata.normalize("NFKD", text):
        if char < "\x80":
            out.append(char.lower())
        elif unicodedata.category(char)[0] == "M":
            continue
        else:
            for low in char.lower():
                out.append(_LETTERS.get(low) or _MARKS.get(low) or " ")
    return "".join(out)


def words(text: str) -> list[str]:
    """Words of a text in order, without gender markers and inclusive endings."""
    text = fold(text)
    found = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)][:MAX_WORDS]
    kept, stem_end, marker_end = [], None, None
    for i, (word, start, end) in enumerate(found):
        if stem_end == start - 1 and word in _ENDINGS and text[start - 1] in ".(-/":
            stem_end = end
            continue
        stem_end = end if len(word) >= 3 else None
        if word in _GENDERS:
            after = found[i + 1] if i + 1 < len(found) else None
            if marker_end is not None and _joined(text[marker_end:start], found[i - 1][0] + word):
                marker_end = end
                continue
            if after and after[0] in _GENDERS and _joined(text[end : after[1]], word + after[0]):
                marker_end = end
                continue
        marker_end = None
        kept.append(word)
    return kept


def _joined(gap: str, pair: str) -> bool:
    gap = gap.strip(" ")
    return gap in ("/", "-", "|", ".") or (gap == "" and pair in ("hf", "fh"))
