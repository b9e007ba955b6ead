//! XML of documents: elements one after the other, or as a tree.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Elements nest at most this deep.
const DEPTH: u32 = 400;

/// Most elements of a tree.
const ELEMENTS: usize = 200_000;

/// Whoever looks at the elements of a document in their order.
pub(super) trait Visit {
    /// An element begins; `false` leaves out all that is in it, and its end.
    fn open(&mut self, tag: &Tag<'_>) -> bool;
    /// An element ends.
    fn close(&mut self, prefix: &str, name: &str);
    /// Text inside the innermost open element; one text may come in several parts.
    fn text(&mut self, text: &str);
}

/// The beginning of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// Its prefix, empty when it has none.
    pub(super) fn prefix(&self) -> &str {
        self.0.name().prefix().map_or("", |prefix| prefix.into_inner())
    }

    /// The value of an attribute by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().flatten().find(|a| a.key.local_name().into_inner() == name)?;
        Some(
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| found.value.to_string(), Into::into),
        )
    }
}

/// The character that an entity stands for. Those that a document declares itself stand for nothing: they would
/// only be used to make it grow.
fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// XML as text, in the encoding that its mark or its declaration says.
pub(super) fn decode(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared = head
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next())
        .and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    // What the declaration says in one byte a letter is no encoding of two.
    let declared = declared.filter(|encoding| encoding.is_ascii_compatible());
    declared.unwrap_or(encoding_rs::UTF_8).decode(bytes).0.into_owned()
}

/// Shows the elements of `xml` to `visitor`; what is wrong with it, in English, else.
pub(super) fn walk(xml: &str, visitor: &mut impl Visit) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_u32;
    // Depth of the element that is left out.
    let mut left_out: Option<u32> = None;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Eof => break,
            Event::Start(tag) => {
                depth += 1;
                if depth > DEPTH {
                    return Err("nested too deep".into());
                }
                if left_out.is_none() && !visitor.open(&Tag(tag)) {
                    left_out = Some(depth);
                }
            }
            Event::Empty(tag) => {
                let tag = Tag(tag);
                if left_out.is_none() && visitor.open(&tag) {
                    visitor.close(tag.prefix(), tag.name());
                }
            }
            Event::End(tag) => {
                match left_out {
                    None => {
                        let prefix = tag.name().prefix().map_or("", |prefix| prefix.into_inner());
                        visitor.close(prefix, tag.local_name().into_inner());
                    }
                    Some(at) if at == depth => left_out = None,
                    Some(_) => {}
                }
                depth = depth.saturating_sub(1);
            }
            _ if left_out.is_some() => {}
            Event::Text(text) => visitor.text(&text),
            Event::CData(text) => visitor.text(&text),
            Event::GeneralRef(reference) => {
                if let Some(c) = entity(&reference) {
                    visitor.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }
    if depth > 0 { Err("the text ends early".into()) } else { Ok(()) }
}

/// An element with what it holds; names have no prefix.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The root of `xml`, or what is wrong with it, in English.
    pub(super) fn parse(xml: &str) -> Result<Self, String> {
        let mut tree = Tree { open: vec![Self::default()], count: 0 };
        walk(xml, &mut tree)?;
        if tree.count > ELEMENTS {
            return Err("too many elements".into());
        }
        tree.open.pop().and_then(|mut document| document.children.pop()).ok_or_else(|| "no element".into())
    }

    /// The children of that name.
    pub(super) fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Self> + use<'a, 'n> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element under `path` (`PersonName/Surname`).
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.all(name).next())
    }

    /// All elements under `path`.
    pub(super) fn under(&self, path: &str) -> Vec<&Self> {
        path.split('/')
            .fold(vec![self], |elements, name| elements.into_iter().flat_map(|e| e.all(name)).collect())
    }

    /// Its own text, without the blanks around it; `None` when there is none.
    pub(super) fn text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the first element under `path`.
    pub(super) fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path)?.text()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }
}

/// Elements that are not closed yet, from the document on.
struct Tree {
    open: Vec<Element>,
    count: usize,
}

impl Visit for Tree {
    fn open(&mut self, tag: &Tag<'_>) -> bool {
        self.count += 1;
        if self.count > ELEMENTS {
            return false;
        }
        let attributes = tag
            .0
            .attributes()
            .flatten()
            .map(|a| a.key.local_name().into_inner().to_owned())
            .filter_map(|name| tag.attribute(&name).map(|value| (name, value)))
            .collect();
        self.open.push(Element { name: tag.name().to_owned(), attributes, ..Element::default() });
        true
    }

    fn close(&mut self, _: &str, _: &str) {
        if self.open.len() > 1
            && let Some(element) = self.open.pop()
            && let Some(parent) = self.open.last_mut()
        {
            parent.children.push(element);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(String);

    impl Visit for Seen {
        fn open(&mut self, tag: &Tag<'_>) -> bool {
            self.0 += &format!("<{}>", tag.name());
            tag.name() != "skip"
        }

        fn close(&mut self, _: &str, name: &str) {
            self.0 += &format!("</{name}>");
        }

        fn text(&mut self, text: &str) {
            self.0 += text;
        }
    }

    fn seen(xml: &str) -> Result<String, String> {
        let mut seen = Seen::default();
        walk(xml, &mut seen).map(|()| seen.0)
    }

    #[test]
    fn elements_are_shown_and_left_out() {
        assert_eq!(seen("<w:a>x<b/>y</w:a>").unwrap(), "<a>x<b></b>y</a>");
        assert_eq!(seen("<a><skip>x<b>y</b><skip>z</skip></skip>t</a>").unwrap(), "<a><skip>t</a>");
        assert_eq!(seen("<a><skip/>t</a>").unwrap(), "<a><skip>t</a>");
        assert_eq!(seen("<a>&lt;&#233;&#xE8;&amp;<![CDATA[<é>]]>&unknown;</a>").unwrap(), "<a><éè&<é></a>");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(seen("<a><b></a>").is_err());
        assert!(seen("<a><b>").unwrap_err().contains("ends early"));
        assert!(seen(&"<a>".repeat(500)).unwrap_err().contains("deep"));
        assert!(seen(&("<skip>".to_owned() + &"<a>".repeat(500))).unwrap_err().contains("deep"));
    }

    #[test]
    fn an_entity_that_grows_stands_for_nothing() {
        let laughs = "<!DOCTYPE a [<!ENTITY l \"haha\"><!ENTITY m \"&l;&l;&l;&l;\">]><a>&m;</a>";
        assert_eq!(seen(laughs).unwrap(), "<a></a>");
    }

    #[test]
    fn encodings_are_those_that_are_declared() {
        assert_eq!(decode("<a>é</a>".as_bytes()), "<a>é</a>");
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>")
                .trim_start_matches(|c| c != '>'),
            "><a>é</a>"
        );
        let wide: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide), "<a>é</a>");
    }

    #[test]
    fn a_tree_is_asked_by_paths() {
        let root = Element::parse("<r><p n='1 &amp; 2'><q>a</q><q> b </q></p><p><q>c</q></p></r>").unwrap();
        assert_eq!(root.name, "r");
        assert_eq!(root.text_at("p/q"), Some("a"));
        assert_eq!(root.at("p").and_then(|p| p.attribute("n")), Some("1 & 2"));
        let all: Vec<_> = root.under("p/q").iter().filter_map(|q| q.text()).collect();
        assert_eq!(all, ["a", "b", "c"]);
        assert!(Element::parse("").is_err());
    }
}
