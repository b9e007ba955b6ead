//! Descriptions as plain text.

use html_escape::decode_html_entities as decode;

/// Takes the tags out of a text, decodes entities and tidies blanks; line breaks, paragraphs and list items
/// become lines. Text without HTML keeps its words: « < 3 ans » and `Vec<T>` are no tags.
pub(in crate::ingest) fn plain(text: &str) -> String {
    let mut text = tidy(&decode(&strip(text)));
    // Descriptions that were escaped twice show their tags only now.
    if has_tag(&text) {
        text = tidy(&decode(&strip(&text)));
    }
    text
}

/// Tags that lay out text; anything else in angle brackets is left alone.
const TAGS: [&str; 45] = [
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "li",
    "main",
    "meta",
    "o:p",
    "ol",
    "p",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "tr",
    "u",
];
const MORE_TAGS: [&str; 9] = ["ul", "tbody", "thead", "th", "script", "style", "link", "title", "nav"];

/// Those that begin a line.
const BREAKS: [&str; 22] = [
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "section",
    "tr",
    "ul",
];

/// The tag that `text` begins with: its name and its length.
fn tag(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('<')?;
    if let Some(comment) = inner.strip_prefix("!--") {
        return Some(("!--".into(), comment.find("-->").map_or(text.len(), |end| 4 + end + 3)));
    }
    if inner.starts_with('!') {
        return Some(("!".into(), text.find('>')? + 1));
    }
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).unwrap_or(inner.len());
    let name = inner[..end].to_ascii_lowercase();
    let known = TAGS.contains(&name.as_str()) || MORE_TAGS.contains(&name.as_str());
    let follows = inner[end..].starts_with(['>', ' ', '/', '\n', '\t', '\r']);
    (known && follows).then(|| text.find('>').map(|close| (name, close + 1)))?
}

fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| tag(&text[at..]).is_some())
}

fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((name, length)) = tag(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let closing = rest.starts_with("</");
        rest = &rest[length..];
        if !closing && matches!(name.as_str(), "script" | "style") {
            let end = format!("</{name}");
            let close = rest.to_ascii_lowercase().find(&end).unwrap_or(rest.len());
            rest = &rest[close..];
        }
        if BREAKS.contains(&name.as_str()) {
            out.push('\n');
            if name == "li" && !closing {
                out.push_str("- ");
            }
        } else if matches!(name.as_str(), "td" | "th") {
            out.push(' ');
        }
    }
    out.push_str(rest);
    out
}

/// One space between words, no blank at the end of a line, one empty line at most.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let before = out.len();
        for word in line.split([' ', '\t', '\r', '\u{a0}', '\u{b}', '\u{c}', '\0']).filter(|w| !w.is_empty())
        {
            if out.len() > before {
                out.push(' ');
            }
            out.push_str(word);
        }
        empty = if out.len() > before { 0 } else { empty + 1 };
        if empty < 2 {
            out.push('\n');
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines() {
        let cases = [
            ("<p>Bonjour</p><p>à tous</p>", "Bonjour\n\nà tous"),
            ("Missions :<ul><li>Lire</li><li>Écrire</li></ul>", "Missions :\n\n- Lire\n\n- Écrire"),
            ("un<br/>deux<BR>trois", "un\ndeux\ntrois"),
            ("R&amp;D, 35&nbsp;h, l&#39;équipe &eacute;largie &#xe9;", "R&D, 35 h, l'équipe élargie é"),
            ("&lt;p&gt;Texte&lt;/p&gt;", "Texte"),
            ("<style>p{color:red}</style>Vu<script>x<1</script>", "Vu"),
            ("moins de < 3 ans, Vec<T>, a<b", "moins de < 3 ans, Vec<T>, a<b"),
            ("<!-- caché -->Visible", "Visible"),
            ("AT&T & fils &inconnu;", "AT&T & fils &inconnu;"),
            ("<strong>Gras</strong> et <em>penché</em>", "Gras et penché"),
            ("a\r\n\r\n\r\n\r\nb  c", "a\n\nb c"),
            ("<p class=\"x\" title='y'>z</p", "z</p"),
            ("", ""),
        ];
        for (html, text) in cases {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken(text in "[<>/&;#a-z \n\"'!-]{0,60}") {
            let once = plain(&text);
            proptest::prop_assert!(once.len() <= text.len() + 2 * text.matches('<').count() + 8);
        }
    }
}
