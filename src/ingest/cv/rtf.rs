//! RTF: groups, control words, and text in the code page of its font.
//!
//! Crates that read RTF lose what a CV needs: `rtf-parser` 0.4 joins all paragraphs and table cells, and shows the
//! properties of the file as text.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::error::CvError;
use super::flow::{self, Flow, Look};
use super::lines::Line;

/// Groups nest at most this deep.
const DEPTH: usize = 2000;
/// Text that follows `\plain`.
const PLAIN: Look = Look { size: 12.0, bold: false };

/// Reads the lines of an RTF file, and whether it is complete.
pub(super) fn lines(bytes: &[u8]) -> Result<(Vec<Line>, bool), CvError> {
    let mut reader = Reader::new(bytes);
    let complete = reader.read()?;
    let [heads, text, feet] = reader.areas.map(Flow::finish);
    Ok((flow::with_margins(heads, text, feet), complete))
}

/// How the bytes of text are read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Charset {
    Letters(&'static Encoding),
    /// A font of signs.
    Signs,
}

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Destination {
    /// The innermost place that is being written.
    Text,
    Nowhere,
    Fonts,
    /// The instruction of a field, which may be a link.
    Instruction,
    /// Text for old readers; the same follows for new ones.
    OldText,
}

/// What holds until the end of a group.
#[derive(Debug, Clone, Copy)]
struct State {
    destination: Destination,
    look: Look,
    hidden: bool,
    charset: Charset,
    /// Signs after a Unicode one that stand for it.
    substitutes: usize,
    list: bool,
    heading: bool,
    /// Depth of the table.
    table: usize,
    /// What the end of the group ends.
    ends: Ends,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ends {
    Nothing,
    /// A text box, a note, the head of a page.
    Place,
    Instruction,
    Link,
}

/// A place that is written into: the text, a text box, a note, the head or the foot of pages.
struct Place {
    area: usize,
    kind: Kind,
    /// A paragraph is open.
    open: bool,
    /// The paragraph is an item of a list.
    item: bool,
    /// Table rows that are open.
    rows: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Area,
    Box,
    Note,
}

const HEADS: usize = 0;
const TEXT: usize = 1;
const FEET: usize = 2;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    areas: [Flow; 3],
    places: Vec<Place>,
    state: State,
    outer: Vec<State>,
    fonts: HashMap<i32, Charset>,
    /// The font that the table of fonts is telling about.
    font: i32,
    /// The font of text that names none.
    usual_font: i32,
    /// Code page of fonts that name none.
    usual: &'static Encoding,
    /// Bytes above 127 that stand as they are, are UTF-8.
    is_utf8: bool,
    /// Bytes that wait to be decoded, and whether they stood as they are.
    bytes_read: Vec<u8>,
    as_they_are: bool,
    /// The first half of a Unicode sign.
    half: Option<u16>,
    /// Substitutes that are still to be passed over.
    passed: usize,
    /// `\*` was read: a destination that is not known is left out.
    ignorable: bool,
    /// The instruction of the last field.
    instruction: String,
    /// Where the open link leads, and what it shows.
    link: Option<(String, String)>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let state = State {
            destination: Destination::Text,
            look: PLAIN,
            hidden: false,
            charset: Charset::Letters(WINDOWS_1252),
            substitutes: 1,
            list: false,
            heading: false,
            table: 0,
            ends: Ends::Nothing,
        };
        Self {
            bytes,
            at: 0,
            areas: Default::default(),
            places: vec![Place { area: TEXT, kind: Kind::Area, open: false, item: false, rows: 0 }],
            state,
            outer: Vec::new(),
            fonts: HashMap::new(),
            font: 0,
            usual_font: 0,
            usual: WINDOWS_1252,
            is_utf8: !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok(),
            bytes_read: Vec::new(),
            as_they_are: false,
            half: None,
            passed: 0,
            ignorable: false,
            instruction: String::new(),
            link: None,
        }
    }

    /// Reads all; `false` when the end is missing.
    fn read(&mut self) -> Result<bool, CvError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush();
                    self.passed = 0;
                    if self.outer.len() >= DEPTH {
                        return Err(CvError::Damaged { format: "RTF".into(), why: "nested too deep".into() });
                    }
                    self.outer.push(self.state);
                    self.state.ends = Ends::Nothing;
                }
                b'}' => {
                    self.flush();
                    self.passed = 0;
                    self.end_group();
                    if self.outer.is_empty() {
                        self.end_paragraph();
                        return Ok(true);
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                b'\t' => self.word("tab", None),
                byte => self.byte(byte, true),
            }
        }
        self.flush();
        self.end_paragraph();
        Ok(false)
    }

    fn end_group(&mut self) {
        match self.state.ends {
            Ends::Nothing => {}
            Ends::Place => self.end_place(),
            Ends::Instruction => {
                let quoted = self.instruction.split('"').nth(1).map(str::to_owned);
                let is_link = self.instruction.trim_start().starts_with("HYPERLINK");
                self.link = quoted.filter(|_| is_link).map(|target| (target, String::new()));
            }
            Ends::Link => {
                if let Some((target, shown)) = self.link.take()
                    && let Some(address) = flow::hidden_address(&target, &shown)
                {
                    self.text(&format!(" {address}"));
                }
            }
        }
        if let Some(outer) = self.outer.pop() {
            self.state = outer;
        }
    }

    /// What follows a backslash.
    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else { return };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return self.symbol(first);
        }
        let rest = &self.bytes[self.at..];
        let letters = rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        let sign = usize::from(rest.get(letters) == Some(&b'-'));
        let digits = rest[letters + sign..].iter().take(10).take_while(|b| b.is_ascii_digit()).count();
        let number = &rest[letters..letters + if digits > 0 { sign + digits } else { 0 }];
        self.at += letters + number.len();
        self.at += usize::from(self.bytes.get(self.at) == Some(&b' '));
        let ascii = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let number = ascii(number).parse::<i64>().ok();
        let number = number.map(|n| n.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        self.word(ascii(&rest[..letters]), number);
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\'' => {
                let hex = self.bytes.get(self.at..self.at + 2).and_then(|hex| std::str::from_utf8(hex).ok());
                let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
                if let Some(byte) = byte {
                    self.at += 2;
                    self.byte(byte, false);
                }
            }
            b'{' | b'}' | b'\\' => self.byte(symbol, true),
            b'*' => self.ignorable = true,
            b'~' => self.text("\u{a0}"),
            b'_' => self.text("-"),
            b'\r' | b'\n' => self.word("par", None),
            _ => {}
        }
    }

    /// A byte of text.
    fn byte(&mut self, byte: u8, as_it_is: bool) {
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        if self.as_they_are != as_it_is {
            self.flush();
            self.as_they_are = as_it_is;
        }
        self.bytes_read.push(byte);
    }

    /// Decodes the bytes that wait.
    fn flush(&mut self) {
        if self.bytes_read.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes_read);
        let text = match self.state.charset {
            _ if self.as_they_are && self.is_utf8 => String::from_utf8_lossy(&bytes).into_owned(),
            Charset::Letters(encoding) => encoding.decode_without_bom_handling(&bytes).0.into_owned(),
            Charset::Signs => {
                let sign = |b: u8| if b > b' ' { char::from_u32(0xf000 + u32::from(b)) } else { Some(' ') };
                bytes.iter().filter_map(|b| sign(*b)).collect()
            }
        };
        self.text(&text);
    }

    fn text(&mut self, text: &str) {
        self.flush();
        match self.state.destination {
            Destination::Text if !self.state.hidden => {
                if !text.trim().is_empty() || self.place().open {
                    self.begin_paragraph();
                }
                let look = self.state.look;
                self.flow().text(text, look);
                if let Some((_, shown)) = &mut self.link {
                    shown.push_str(text);
                }
            }
            Destination::Instruction if self.instruction.len() < 2000 => self.instruction.push_str(text),
            _ => {}
        }
    }

    /// A control word with its number.
    fn word(&mut self, word: &str, number: Option<i32>) {
        self.flush();
        let ignorable = std::mem::take(&mut self.ignorable);
        let on = number != Some(0);
        match word {
            "u" => self.unicode(number.unwrap_or_default()),
            "uc" => self.state.substitutes = number.unwrap_or(1).clamp(0, 10) as usize,
            "bin" => self.at += number.unwrap_or_default().max(0) as usize,
            "ansicpg" => {
                self.usual = code_page(number.unwrap_or_default());
                self.state.charset = Charset::Letters(self.usual);
            }
            "mac" => {
                self.usual = encoding_rs::MACINTOSH;
                self.state.charset = Charset::Letters(self.usual);
            }
            "deff" => self.usual_font = number.unwrap_or_default(),
            "f" if self.state.destination == Destination::Fonts => self.font = number.unwrap_or_default(),
            "f" => self.state.charset = self.charset(number.unwrap_or_default()),
            "fcharset" if self.state.destination == Destination::Fonts => {
                let charset = charset(number.unwrap_or_default(), self.usual);
                self.fonts.insert(self.font, charset);
            }
            "cpg" if self.state.destination == Destination::Fonts => {
                self.fonts.insert(self.font, Charset::Letters(code_page(number.unwrap_or_default())));
            }
            "plain" => {
                self.state.look = PLAIN;
                self.state.hidden = false;
                self.state.charset = self.charset(self.usual_font);
            }
            "b" => self.state.look.bold = on,
            "fs" => self.state.look.size = number.unwrap_or(24).clamp(2, 1000) as f32 / 2.0,
            "v" | "deleted" => self.state.hidden = on,
            "pard" => {
                self.state.list = false;
                self.state.heading = false;
                self.state.table = 0;
            }
            "ls" => self.state.list = on,
            "outlinelevel" => self.state.heading = number.is_none_or(|level| level < 9),
            "intbl" => self.state.table = self.state.table.max(1),
            "itap" => self.state.table = number.unwrap_or_default().clamp(0, 50) as usize,
            _ if self.state.destination != Destination::Text => self.destination(word, ignorable),
            "par" | "sect" => {
                self.begin_paragraph();
                self.end_paragraph();
            }
            "line" | "page" | "lbr" => {
                self.begin_paragraph();
                self.flow().line_break();
            }
            "column" => {
                self.begin_paragraph();
                self.flow().column_break();
            }
            "tab" => {
                self.begin_paragraph();
                self.flow().tab();
            }
            "cell" => self.cell(1),
            "nestcell" => self.cell(self.state.table.max(2)),
            "row" => self.rows(0),
            "nestrow" => self.rows(self.state.table.max(2) - 1),
            "emdash" => self.text("—"),
            "endash" => self.text("–"),
            "bullet" => self.text("•"),
            "lquote" | "rquote" => self.text("'"),
            "ldblquote" | "rdblquote" => self.text("\""),
            "emspace" | "enspace" | "qmspace" => self.text(" "),
            "listtext" | "pntext" => {
                self.place().item = true;
                self.state.destination = Destination::Nowhere;
            }
            _ => self.destination(word, ignorable),
        }
    }

    /// A control word that says where the text of its group goes.
    fn destination(&mut self, word: &str, ignorable: bool) {
        let here = self.state.destination;
        match word {
            "ud" if here == Destination::OldText => self.state.destination = Destination::Text,
            _ if here != Destination::Text => {}
            "upr" => self.state.destination = Destination::OldText,
            "fonttbl" => self.state.destination = Destination::Fonts,
            "fldinst" => {
                self.instruction.clear();
                self.state.destination = Destination::Instruction;
                self.state.ends = Ends::Instruction;
            }
            "fldrslt" => self.state.ends = Ends::Link,
            "header" | "headerl" | "headerr" | "headerf" => self.begin_place(HEADS, Kind::Area),
            "footer" | "footerl" | "footerr" | "footerf" => self.begin_place(FEET, Kind::Area),
            "footnote" => self.begin_place(self.places.last().map_or(TEXT, |p| p.area), Kind::Note),
            "shptxt" | "dptxbxtext" => {
                self.begin_place(self.places.last().map_or(TEXT, |p| p.area), Kind::Box);
            }
            "colortbl" | "stylesheet" | "info" | "pict" | "filetbl" | "xe" | "tc" | "tcn" | "shprslt"
            | "sp" | "nonshppict" | "nonesttables" | "objclass" | "objname" | "objdata" | "annotation"
            | "atnid" | "atnauthor" | "ftnsep" | "ftnsepc" | "bkmkstart" | "bkmkend" | "rxe" | "private" => {
                self.state.destination = Destination::Nowhere;
            }
            "shpinst" | "nesttableprops" | "do" => {}
            _ if ignorable => self.state.destination = Destination::Nowhere,
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        // Above 32,767 the sign is written as a negative number.
        let unit = number as u16;
        let units = match self.half.take() {
            Some(half) => vec![half, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.half = Some(unit);
                vec![]
            }
            None => vec![unit],
        };
        self.text(&String::from_utf16_lossy(&units));
        self.passed = self.state.substitutes;
    }

    fn charset(&self, font: i32) -> Charset {
        self.fonts.get(&font).copied().unwrap_or(Charset::Letters(self.usual))
    }

    fn place(&mut self) -> &mut Place {
        if self.places.is_empty() {
            self.places.push(Place { area: TEXT, kind: Kind::Area, open: false, item: false, rows: 0 });
        }
        let last = self.places.len() - 1;
        &mut self.places[last]
    }

    fn flow(&mut self) -> &mut Flow {
        let area = self.place().area;
        &mut self.areas[area]
    }

    fn begin_place(&mut self, area: usize, kind: Kind) {
        match kind {
            Kind::Area => {}
            Kind::Box => self.areas[area].begin_box(),
            Kind::Note => self.areas[area].begin_aside(),
        }
        self.places.push(Place { area, kind, open: false, item: false, rows: 0 });
        self.state.ends = Ends::Place;
        self.state.look = PLAIN;
        self.state.table = 0;
        self.state.list = false;
    }

    fn end_place(&mut self) {
        self.rows(0);
        if self.places.len() > 1
            && let Some(place) = self.places.pop()
        {
            match place.kind {
                Kind::Area => {}
                Kind::Box => self.areas[place.area].end_box(),
                Kind::Note => self.areas[place.area].end_aside(),
            }
        }
    }

    /// Begins a paragraph, unless one is open.
    fn begin_paragraph(&mut self) {
        if self.place().open {
            return;
        }
        self.rows(self.state.table);
        let list = self.state.list;
        let heading = self.state.heading;
        let place = self.place();
        place.open = true;
        let item = (place.item || list) && !heading;
        self.flow().begin_paragraph(item);
    }

    fn end_paragraph(&mut self) {
        let place = self.place();
        place.item = false;
        if std::mem::take(&mut place.open) {
            self.flow().end_paragraph();
        }
    }

    /// Ends the open paragraph, and opens or closes table rows so that `depth` are open.
    fn rows(&mut self, depth: usize) {
        self.end_paragraph_before(depth);
        while self.place().rows > depth {
            self.place().rows -= 1;
            self.flow().end_row();
        }
        while self.place().rows < depth {
            self.place().rows += 1;
            self.flow().begin_row();
            self.flow().begin_cell();
        }
    }

    fn end_paragraph_before(&mut self, depth: usize) {
        // The sign of the item that is about to begin stays.
        let item = self.place().item;
        if self.place().open && self.place().rows != depth {
            self.end_paragraph();
        }
        self.place().item = item;
    }

    /// A cell ends in the row of that depth.
    fn cell(&mut self, depth: usize) {
        self.end_paragraph();
        self.rows(depth);
        self.flow().begin_cell();
    }
}

/// The code page of fonts by the number of their set of signs.
fn charset(number: i32, usual: &'static Encoding) -> Charset {
    Charset::Letters(match number {
        2 => return Charset::Signs,
        0 => WINDOWS_1252,
        77 => encoding_rs::MACINTOSH,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        163 => encoding_rs::WINDOWS_1258,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        _ => usual,
    })
}

/// A code page of Windows by its number.
fn code_page(number: i32) -> &'static Encoding {
    match number {
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        866 => encoding_rs::IBM866,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => WINDOWS_1252,
    }
}
