//! Cuts a stream of JSON into its offers, one at a time, so that memory does not grow with the file.
//!
//! The outline is read byte by byte (strings, brackets, lines); each offer's own bytes are parsed elsewhere.
//! Arrays and wrapper objects (`resultats` of a search response, `@graph` of JSON-LD) are gone into, wherever
//! they follow one another; a broken item is reported and reading goes on with the next.

use std::io::{BufRead, BufReader, Read};

use super::bounds::{DEPTH, ITEM};

/// Keys of wrapper objects whose array holds the offers.
const WRAPPERS: [&[u8]; 5] = [b"resultats", b"@graph", b"offres", b"offers", b"itemListElement"];

/// A piece of the stream and the line on which it begins, from 1.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) line: u64,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    /// The bytes of one JSON object whose brackets are balanced.
    Object(Vec<u8>),
    /// A number, a string or a word where an offer was expected.
    Scalar,
    /// The stream ends, or the next line's item begins, within this one.
    Truncated,
    /// A string goes over the end of its line, or brackets do not match.
    Unbalanced,
    /// Longer than any offer; skipped.
    TooLong,
    /// More lists and objects within each other than in any offer; skipped, or the end of what is read when they are
    /// around the offers.
    TooDeep,
    /// The first bytes are not those of JSON; nothing more is read.
    NotJson,
    /// Reading failed; nothing more is read.
    Failed(std::io::Error),
}

/// The pieces of a stream, in order.
pub(super) struct Splitter<R> {
    reader: BufReader<R>,
    line: u64,
    /// Bytes since the line began.
    column: u64,
    /// Containers entered: `[` of an array of offers, `{` of a wrapper object.
    open: Vec<u8>,
    started: bool,
    finished: bool,
    /// A byte read ahead.
    ahead: Option<u8>,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(reader: R) -> Self {
        let reader = BufReader::with_capacity(1 << 16, reader);
        Self { reader, line: 1, column: 0, open: Vec::new(), started: false, finished: false, ahead: None }
    }

    /// Something that looks like JSON was seen.
    pub(super) fn entered(&self) -> bool {
        self.started
    }

    /// Reads no further.
    pub(super) fn end(&mut self) {
        self.finished = true;
    }

    fn byte(&mut self) -> std::io::Result<Option<u8>> {
        let byte = match self.ahead.take() {
            Some(byte) => byte,
            None => {
                let buffer = loop {
                    match self.reader.fill_buf() {
                        Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                        other => break other?,
                    }
                };
                let Some(&byte) = buffer.first() else { return Ok(None) };
                self.reader.consume(1);
                byte
            }
        };
        if byte == b'\n' {
            self.line += 1;
            self.column = 0;
        } else {
            self.column += 1;
        }
        Ok(Some(byte))
    }

    /// Gives back the byte just read.
    fn unread(&mut self, byte: u8) {
        debug_assert!(byte != b'\n');
        self.column -= 1;
        self.ahead = Some(byte);
    }

    fn piece(&mut self) -> std::io::Result<Option<Piece>> {
        loop {
            let Some(byte) = self.byte()? else {
                // Arrays left open are a file cut between two items.
                let cut = !self.open.is_empty();
                self.finished = true;
                return Ok(cut.then_some(Piece { line: self.line, content: Content::Truncated }));
            };
            let line = self.line;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => continue,
                // A record separator of RFC 7464.
                0x1e => continue,
                b'[' if self.open.len() >= DEPTH => {
                    self.finished = true;
                    return Ok(Some(Piece { line, content: Content::TooDeep }));
                }
                b'[' => self.open.push(b'['),
                b']' => {
                    // The array of a wrapper object: what is left of the object tells nothing of offers.
                    if self.open.pop() == Some(b'{') {
                        self.skip_rest_of_object()?;
                    }
                }
                b'{' => {
                    self.started = true;
                    if let Some(content) = self.object()? {
                        return Ok(Some(Piece { line, content }));
                    }
                }
                b'}' => {}
                other => {
                    if !self.started {
                        self.finished = true;
                        return Ok(Some(Piece { line, content: Content::NotJson }));
                    }
                    self.skip_scalar(other)?;
                    return Ok(Some(Piece { line, content: Content::Scalar }));
                }
            }
            self.started = true;
        }
    }

    /// Reads an object whose `{` was just read. `None`: it is a wrapper, and its array is now open.
    fn object(&mut self) -> std::io::Result<Option<Content>> {
        let at_line_start = self.column == 1;
        let mut bytes = vec![b'{'];
        let mut depth: Vec<u8> = vec![b'{'];
        // Brackets beyond those of `depth`, of which only the number is known.
        let (mut deeper, mut too_deep) = (0u64, false);
        let mut length = 1usize;
        // Where the string before the last « : » of the object itself stands, to know wrapper keys.
        let (mut key, mut after_colon) = (0..0, false);
        loop {
            let Some(byte) = self.byte()? else {
                self.finished = true;
                self.open.clear();
                return Ok(Some(Content::Truncated));
            };
            let starts_line = self.column == 1;
            if byte == b'{' && starts_line && at_line_start {
                // JSON lines: the line before was cut short.
                self.unread(byte);
                return Ok(Some(Content::Truncated));
            }
            length += 1;
            let keep = length <= ITEM;
            if keep {
                bytes.push(byte);
            } else {
                bytes = Vec::new();
            }
            match byte {
                b'"' => {
                    let from = bytes.len();
                    if let Some(broken) = self.string(&mut bytes, &mut length)? {
                        return Ok(Some(broken));
                    }
                    if depth.len() == 1 && !after_colon {
                        key = from..bytes.len().saturating_sub(1);
                    }
                    after_colon = false;
                }
                b':' => after_colon = true,
                b'[' if depth.len() == 1 && after_colon => {
                    let name = bytes.get(key.clone()).unwrap_or_default();
                    if WRAPPERS.contains(&name) && self.open.len() < DEPTH {
                        self.open.push(b'{');
                        return Ok(None);
                    }
                    depth.push(byte);
                    after_colon = false;
                }
                b'[' | b'{' if depth.len() >= DEPTH => {
                    deeper += 1;
                    too_deep = true;
                }
                b'[' | b'{' => {
                    depth.push(byte);
                    after_colon = false;
                }
                b']' | b'}' if deeper > 0 => deeper -= 1,
                b']' | b'}' => {
                    let opened = if byte == b']' { b'[' } else { b'{' };
                    if depth.pop() != Some(opened) {
                        self.resume_at_next_line()?;
                        return Ok(Some(Content::Unbalanced));
                    }
                    if depth.is_empty() {
                        return Ok(Some(match keep {
                            _ if too_deep => Content::TooDeep,
                            true => Content::Object(bytes),
                            false => Content::TooLong,
                        }));
                    }
                }
                b',' => after_colon = false,
                _ => {}
            }
        }
    }

    /// Reads to the end of a string whose first quote was just read.
    fn string(&mut self, bytes: &mut Vec<u8>, length: &mut usize) -> std::io::Result<Option<Content>> {
        let mut escaped = false;
        loop {
            let Some(byte) = self.byte()? else {
                self.finished = true;
                self.open.clear();
                return Ok(Some(Content::Truncated));
            };
            // No JSON string holds a line break: its closing quote is missing.
            if byte == b'\n' {
                self.resume_at_object_line()?;
                return Ok(Some(Content::Unbalanced));
            }
            *length += 1;
            if *length <= ITEM {
                bytes.push(byte);
            } else if !bytes.is_empty() {
                *bytes = Vec::new();
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Ok(None),
                _ => {}
            }
        }
    }

    fn resume_at_next_line(&mut self) -> std::io::Result<()> {
        while let Some(byte) = self.byte()? {
            if byte == b'\n' {
                return self.resume_at_object_line();
            }
        }
        Ok(())
    }

    /// Skips lines, from the start of one, to the next whose first sign is `{`.
    fn resume_at_object_line(&mut self) -> std::io::Result<()> {
        let mut blank = true;
        while let Some(byte) = self.byte()? {
            match byte {
                b'{' if blank => {
                    self.unread(byte);
                    return Ok(());
                }
                b'\n' => blank = true,
                b' ' | b'\t' | b',' | b'[' => {}
                _ => blank = false,
            }
        }
        Ok(())
    }

    /// Skips the rest of a wrapper object after its array of offers.
    fn skip_rest_of_object(&mut self) -> std::io::Result<()> {
        let (mut depth, mut in_string, mut escaped) = (1usize, false, false);
        while depth > 0 {
            let Some(byte) = self.byte()? else {
                self.open.push(b'{');
                return Ok(());
            };
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Skips a scalar that begins with `first`.
    fn skip_scalar(&mut self, first: u8) -> std::io::Result<()> {
        let (quoted, mut escaped) = (first == b'"', false);
        while let Some(byte) = self.byte()? {
            match byte {
                b'\n' => return Ok(()),
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' if quoted => return Ok(()),
                b',' if !quoted => return Ok(()),
                b']' | b'}' if !quoted => {
                    self.unread(byte);
                    return Ok(());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Iterator for Splitter<R> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.finished {
            return None;
        }
        self.piece().unwrap_or_else(|error| {
            self.finished = true;
            Some(Piece { line: self.line, content: Content::Failed(error) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(u64, String)> {
        let pieces = Splitter::new(text.as_bytes());
        let say = |piece: Piece| match piece.content {
            Content::Object(bytes) => (piece.line, String::from_utf8(bytes).unwrap()),
            other => (piece.line, format!("{other:?}")),
        };
        pieces.map(say).collect()
    }

    fn items(text: &str) -> Vec<String> {
        split(text).into_iter().map(|(_, item)| item).collect()
    }

    #[test]
    fn every_layout_gives_its_items() {
        let one = r#"{"id":"1","a":[{"b":1}]}"#;
        let two = r#"{"id":"2","t":"a \"}] b"}"#;
        let expected = [one, two];
        for text in [
            format!("[{one},{two}]"),
            format!("{one}\n{two}\n"),
            format!("{one}\r\n{two}\r\n\r\n"),
            format!(
                r#"{{"resultats":[{one},{two}],"filtresPossibles":[{{"filtre":"x","agregation":[1]}}]}}"#
            ),
            format!(r#"{{"filtresPossibles":[{{"filtre":"x"}}],"resultats":[{one},{two}]}}"#),
            format!("{{\"resultats\":[{one}]}}\n{{\"resultats\":[{two}]}}"),
            format!("[{{\"resultats\":[{one}]}},{{\"resultats\":[{two}]}}]"),
            format!("{{\"@context\":\"x\",\"@graph\":[{one},\n{two}]}}"),
            format!("{{\"resultats\":[]}}[{one}]{two}"),
        ] {
            assert_eq!(items(&text), expected, "{text}");
        }
    }

    #[test]
    fn lines_are_counted() {
        let text = "[\n {\"id\":1},\n\n {\n  \"id\":2\n }\n]";
        let lines: Vec<u64> = split(text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn broken_items_are_told_and_the_next_ones_read() {
        assert_eq!(items("{\"id\":1}\n{\"id\":\"2\n{\"id\":3}"), ["{\"id\":1}", "Unbalanced", "{\"id\":3}"]);
        assert_eq!(
            items("{\"id\":1}\n{\"id\":2,\"a\":\n{\"id\":3}"),
            ["{\"id\":1}", "Truncated", "{\"id\":3}"]
        );
        assert_eq!(
            items("{\"id\":1}\n{\"id\":2,\"a\":[}\n{\"id\":3}"),
            ["{\"id\":1}", "Unbalanced", "{\"id\":3}"]
        );
        assert_eq!(items("[{\"id\":1},{\"id\":2"), ["{\"id\":1}", "Truncated"]);
        assert_eq!(items("[{\"id\":1},"), ["{\"id\":1}", "Truncated"]);
        assert_eq!(
            items("[{\"id\":1},7,\"x\",{\"id\":2}]"),
            ["{\"id\":1}", "Scalar", "Scalar", "{\"id\":2}"]
        );
        assert_eq!(items("{\"resultats\":[{\"id\":1}"), ["{\"id\":1}", "Truncated"]);
        assert_eq!(items(""), [""; 0]);
        assert_eq!(items("  \n"), [""; 0]);
        assert_eq!(items("[]"), [""; 0]);
        assert_eq!(items("id;intitule\n1;x"), ["NotJson"]);
        assert_eq!(items("%PDF-1.7"), ["NotJson"]);
    }

    #[test]
    fn brackets_within_brackets_have_an_end() {
        let (open, close) = ("[".repeat(1_000), "]".repeat(1_000));
        assert_eq!(
            items(&format!("{{\"id\":1,\"a\":{open}{close}}}\n{{\"id\":2}}")),
            ["TooDeep", "{\"id\":2}"]
        );
        let objects = "{\"a\":".repeat(1_000) + "1" + &"}".repeat(1_000);
        assert_eq!(items(&format!("[{objects},{{\"id\":2}}]")), ["TooDeep", "{\"id\":2}"]);
        assert_eq!(items(&format!("{open}{{\"id\":1}}{close}")), ["TooDeep"]);
        let wrappers = "{\"offres\":[".repeat(1_000);
        assert!(items(&wrappers).len() < 10);
        let endless = b"{\"id\":1,\"a\":".chain(std::io::repeat(b'[').take(3 * ITEM as u64));
        let pieces: Vec<Piece> = Splitter::new(endless).collect();
        assert!(matches!(pieces.as_slice(), [Piece { content: Content::Truncated, .. }]));
    }

    #[test]
    fn an_endless_item_takes_no_memory() {
        let head = b"{\"id\":1}\n{\"description\":\"".as_slice();
        let endless = std::io::repeat(b'x').take(3 * ITEM as u64);
        let tail = b"\"}\n{\"id\":2}".as_slice();
        let pieces: Vec<Piece> = Splitter::new(head.chain(endless).chain(tail)).collect();
        assert!(matches!(pieces[0].content, Content::Object(_)));
        assert!(matches!(pieces[1].content, Content::TooLong));
        assert!(matches!(pieces[2].content, Content::Object(_)));
        assert_eq!(pieces.len(), 3);
    }
}
