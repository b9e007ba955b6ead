//! Damaged files of every format and words of every kind: nothing that comes from outside may make our code panic, and
//! the process that reads CVs must always answer.
//!
//! The tests that always run take the same few hundred files each time. To look for more:
//!
//! ```sh
//! JOBMATCH_FUZZ_SECONDS=600 cargo test --test fuzz -- --ignored --nocapture
//! ```
//!
//! `JOBMATCH_FUZZ_FORMAT=docx,rtf` chooses formats, `JOBMATCH_FUZZ_SEED=7` other files. A file that is found is made
//! as small as it can be and left in the temporary directory; once the fault is mended it belongs into
//! `tests/cv/found/`, where each file is read again by every test run.

use std::collections::BTreeMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use jobmatch::demo;
use jobmatch::ingest::cv::{self, CvError, Limits, Reader};
use jobmatch::ingest::offers;
use jobmatch_index::geo::Geo;
use jobmatch_index::{Index, Options, SearchQuery};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

#[path = "support/files.rs"]
mod files;

const TODAY: Date = date(2026, 11, 22);

/// Stack of a thread that reads, as in the process that does it.
const STACK: usize = 64 << 20;

/// A format, with the files that are damaged.
struct Format {
    name: &'static str,
    /// The name that its files are given.
    file: &'static str,
    parser: Parser,
    seeds: Vec<Vec<u8>>,
    /// What is written into files, beside what is written into all.
    words: &'static [&'static str],
    container: Container,
}

/// Who reads what comes from outside.
#[derive(Clone, Copy, PartialEq)]
enum Parser {
    /// CVs; also in a process of their own, as users' are.
    Cv,
    /// Files of offers.
    Offers,
    /// The words that somebody searches for.
    Search,
    /// A place, as somebody writes it.
    Place,
}

impl Parser {
    fn read(self, bytes: &[u8], name: &str) {
        match self {
            Self::Cv => drop(cv::read(bytes, Some(name), TODAY)),
            Self::Offers => offers::read_on(bytes, name, TODAY, offers::Limits::NONE).for_each(drop),
            Self::Search => {
                static INDEX: LazyLock<(tempfile::TempDir, Index)> = LazyLock::new(|| {
                    let folder = tempfile::tempdir().unwrap();
                    let index = Index::open(folder.path(), Options::default()).unwrap();
                    let posted =
                        offers::read_on(OFFERS.as_bytes(), "offres.json", TODAY, offers::Limits::NONE)
                            .flatten();
                    index.put(&posted.collect::<Vec<_>>()).unwrap();
                    (folder, index)
                });
                let words = String::from_utf8_lossy(bytes).into_owned();
                drop(INDEX.1.search(&SearchQuery { words, ..SearchQuery::default() }));
            }
            Self::Place => drop(Geo::builtin().resolve(&String::from_utf8_lossy(bytes))),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Container {
    Plain,
    /// Damaged inside, then packed again.
    Gzip,
    /// Damaged inside, then packed again.
    Zip,
    /// Streams are unpacked, damaged and packed again.
    Pdf,
    /// Damaged as a whole; slow to read where it still is a picture.
    Picture,
}

/// The formats.
fn formats() -> Vec<Format> {
    let bundled = |end: &'static str| {
        demo::cvs().iter().filter(move |(name, _)| name.ends_with(end)).map(|(_, b)| b.to_vec())
    };
    let file = files::cv;
    let pdf = [
        files::pdf(
            &[&["Marie Dupont", "EXPERIENCE", "Vendeuse, Zara, 2019 - 2021"], &["FORMATION", "2012 BTS"]],
            &[],
        ),
        files::pdf(&[&["Nadia Berthier"]], &[("attachment.xml", &file("europass-candidate.xml"))]),
    ];
    let all =
        |own: &[&str], more: Vec<Vec<u8>>| own.iter().map(|name| file(name)).chain(more).collect::<Vec<_>>();
    let format = |name, file, seeds, words, container| Format {
        name,
        file,
        parser: Parser::Cv,
        seeds,
        words,
        container,
    };
    let other = |parser, name, file, seeds: &[&str], words, container| Format {
        parser,
        ..format(name, file, seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect(), words, container)
    };
    vec![
        format(
            "pdf",
            "cv.pdf",
            all(&["linkedin-fr.pdf"], bundled(".pdf").take(3).chain(pdf).collect()),
            PDF,
            Container::Pdf,
        ),
        format("docx", "cv.docx", all(&["soudeur.docx"], bundled(".docx").collect()), DOCX, Container::Zip),
        format("odt", "cv.odt", all(&["soudeur.odt"], vec![]), ODT, Container::Zip),
        format("rtf", "cv.rtf", all(&["soudeur.rtf"], vec![]), RTF, Container::Plain),
        format("text", "cv.txt", all(&["cv.md"], bundled(".txt").collect()), TEXT, Container::Plain),
        format("html", "cv.html", vec![HTML.into()], TEXT, Container::Plain),
        format("json", "cv.json", all(&["json-resume.json"], vec![OWN.into()]), JSON, Container::Plain),
        format(
            "europass",
            "cv.xml",
            all(&["europass-candidate.xml", "europass-passport.xml"], vec![]),
            XML,
            Container::Plain,
        ),
        format("picture", "cv.png", pictures(), PICTURE, Container::Picture),
        other(Parser::Offers, "offers", "offres.json", &[OFFERS, POSTINGS], OFFER_WORDS, Container::Plain),
        Format {
            seeds: vec![gzip(OFFERS.as_bytes()), gzip(POSTINGS.as_bytes())],
            ..other(Parser::Offers, "packed-offers", "offres.json.gz", &[], OFFER_WORDS, Container::Gzip)
        },
        other(Parser::Search, "search", "", SEARCHES, SEARCH_WORDS, Container::Plain),
        other(Parser::Place, "place", "", PLACES, PLACE_WORDS, Container::Plain),
    ]
}

/// Bars like lines of text, as each format of pictures: small, for what is legible is recognised.
fn pictures() -> Vec<Vec<u8>> {
    let bars = image::GrayImage::from_fn(160, 48, |x, y| {
        image::Luma([if y % 16 < 8 && x % 7 > 1 { 20 + (x % 40) as u8 } else { 250 }])
    });
    let bars = image::DynamicImage::from(bars).to_rgb8();
    [image::ImageFormat::Png, image::ImageFormat::Jpeg, image::ImageFormat::WebP, image::ImageFormat::Tiff]
        .into_iter()
        .map(|format| {
            let mut bytes = std::io::Cursor::new(Vec::new());
            bars.write_to(&mut bytes, format).unwrap();
            bytes.into_inner()
        })
        .collect()
}

const PICTURE: &[&str] = &[
    "IHDR",
    "PLTE",
    "IDAT",
    "IEND",
    "tRNS",
    "iCCP",
    "eXIf",
    "RIFF",
    "WEBP",
    "VP8 ",
    "VP8L",
    "VP8X",
    "ANIM",
    "ANMF",
    "ALPH",
    "II*\0",
    "MM\0*",
    "JFIF",
    "Exif\0\0",
    "\0\0\0\0",
    "\u{7f}\u{7f}\u{7f}\u{7f}",
];

const PDF: &[&str] = &[
    "/Length -1",
    "/Length 99999999999",
    "/Filter [/FlateDecode /FlateDecode]",
    "/Filter /LZWDecode",
    "/Filter /ASCII85Decode",
    "/Kids [2 0 R]",
    "/Count 2147483647",
    "/Parent 4 0 R",
    "/MediaBox [0 0 0 0]",
    "/MediaBox [-1e38 nan 1e38 1e38]",
    "/Rotate 45",
    "/Encoding /Identity-H",
    "1e39",
    "-2147483648",
    "<<<<<<<<",
    "[[[[[[[[",
    "stream\n",
    "endobj",
    " 0 R",
    "BT",
    "ET",
    " Tj",
    " TJ",
    " Td",
    " Tm",
    "/F1 1e30 Tf",
    "q q q q q",
    "Do",
    "/XObject << /X 4 0 R >>",
    "xref",
    "trailer",
    "%PDF-1.7",
    "/Type /ObjStm /N 9 /First 3",
    "beginbfchar <0000> <D800> endbfchar",
    "begincodespacerange <00> <FFFFFFFF> endcodespacerange",
];
const DOCX: &[&str] = &[
    "<w:p>",
    "</w:p>",
    "<w:r>",
    "</w:r>",
    "<w:t>",
    "</w:t>",
    "<w:tbl>",
    "</w:tbl>",
    "<w:tr>",
    "</w:tr>",
    "<w:tc>",
    "</w:tc>",
    "<w:txbxContent>",
    "</w:txbxContent>",
    "<mc:Fallback>",
    "<mc:Choice>",
    "<w:br w:type=\"column\"/>",
    "<w:tab/>",
    "<w:fldChar w:fldCharType=\"begin\"/>",
    "<w:fldChar w:fldCharType=\"end\"/>",
    "<w:sym w:char=\"D800\"/>",
    "<w:sz w:val=\"nan\"/>",
    "<w:sz w:val=\"1e38\"/>",
    "<w:del/>",
    "<w:pStyle w:val=\"Heading1\"/>",
    "<w:basedOn w:val=\"Heading1\"/>",
    "<w:numPr/>",
];
const ODT: &[&str] = &[
    "<text:p>",
    "</text:p>",
    "<text:span>",
    "</text:span>",
    "<text:s text:c=\"99999999999\"/>",
    "<text:s text:c=\"50\"/>",
    "<text:list>",
    "<text:list-item>",
    "</text:list-item>",
    "<table:table-row>",
    "</table:table-row>",
    "<table:table-cell>",
    "<draw:text-box>",
    "</draw:text-box>",
    "<text:note-body>",
    "</text:note-body>",
    "<text:a>",
    "</text:a>",
    "<style:header>",
    "</style:header>",
    "<office:text>",
    "fo:font-size=\"1e38pt\"",
    "fo:font-size=\"-5%\"",
    "style:parent-style-name=\"Standard\"",
];
const RTF: &[&str] = &[
    "{",
    "}",
    "{{{{{{{{",
    "}}}}}}}}",
    "\\par ",
    "\\cell ",
    "\\row ",
    "\\nestcell ",
    "\\nestrow ",
    "\\intbl ",
    "\\itap9999999999 ",
    "\\itap50 ",
    "\\trowd ",
    "\\pard ",
    "\\plain ",
    "\\bin99999999 ",
    "\\bin-5 ",
    "\\u-10179 ",
    "\\u56832 ",
    "\\u99999999999?",
    "\\uc99999 ",
    "\\'",
    "\\'e",
    "\\'zz",
    "{\\header ",
    "{\\footnote ",
    "{\\shptxt ",
    "{\\*\\shptxt ",
    "{\\field{\\*\\fldinst HYPERLINK \"",
    "{\\fldrslt ",
    "{\\fonttbl",
    "\\f99 ",
    "\\fcharset128 ",
    "\\fcharset2 ",
    "\\ansicpg65001 ",
    "\\column ",
    "{\\upr{",
    "{\\*\\ud{",
    "{\\listtext ",
    "\\fs-9 ",
    "\\",
    "\\*",
];
const TEXT: &[&str] = &[
    "EXPÉRIENCES PROFESSIONNELLES\n",
    "FORMATION\n",
    "LANGUES\n",
    "COMPÉTENCES\n",
    "PROFIL\n",
    "LOISIRS :",
    "CONTACT\n",
    "2019 - 2021",
    "depuis mars 20",
    "09/19 – 06/21",
    "été 2022",
    "3 ans",
    "31/12/2099",
    "0000-00",
    "\t",
    "\t\t\t",
    "| a | b |\n",
    "**",
    "](",
    "![](x)",
    "CAP, BTS",
    "Lyon (69)",
    "75001 Paris",
    "a@b.fr",
    "+33 6 39 98 00 00",
    "(LinkedIn)",
    "linkedin.com/in/x (LinkedIn)",
    "• ",
    "- ",
    "(",
    ")",
    "E X P É R I E N C E",
    "anglais : C1",
    "TOEIC 999,9",
    "●●●○○",
    "permis B",
    "R489",
    "chez ",
    "<br>",
    "&amp;",
    "&#x110000;",
    "ß",
    "İ",
    "ŉ",
    "\u{301}\u{301}\u{301}",
    "\u{200f}",
    "ﬃ",
    "\u{1d7d8}\u{1d7d9}",
    "\u{0660}\u{0661}",
];
const JSON: &[&str] = &[
    "null",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[[[",
    "\"\"",
    "1e999",
    "-0",
    "\"\\ud800\"",
    "\"2019-13\"",
    "\"9999-99-99\"",
    "true",
    "\"startDate\":2019",
    "\"highlights\":null",
    "\"identity\":{}",
    "\"experiences\":[]",
    "\"work\":[null]",
    "\"location\":[]",
    "65536",
];
const XML: &[&str] = &[
    "<a>",
    "</a>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "<?x",
    "&#0;",
    "&#xD800;",
    "&lt;ul&gt;&lt;li&gt;",
    "<From year=\"-9\" month=\"--99\"/>",
    "<Current>true</Current>",
    "<hr:FormattedDateTime>0000-00-00</hr:FormattedDateTime>",
    "<PositionHistory>",
    "</PositionHistory>",
    "<Label>",
    "</Label>",
    "<!DOCTYPE a [<!ENTITY b \"bbbb\">]>",
    "encoding=\"UTF-16\"",
    "encoding=\"x\"",
];
/// Written into files of all formats.
const MAGIC: &[&[u8]] = &[
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"{\\rtf1",
    b"<?xml version=\"1.0\"?>",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xed\xa0\x80",
    b"\xc3",
    b"\r\n",
    b"\x0c",
    b"99999999999999999999",
    b"-1",
];
const HTML: &str = "<!DOCTYPE html><html><head><title>CV</title><style>p{}</style></head><body><h1>Marie Dupont</h1>\
    <p>Vendeuse &eacute;tag&egrave;re<br>06 39 98 12 34</p><h2>Exp&#233;rience</h2><table><tr><td>2019 - 2021</td><td>Vendeuse, Zara</td></tr></table>\
    <script>x<1</script><ul><li>Caisse</li></ul></body></html>";
const OWN: &str = r#"{"identity":{"name":"Marie Dupont","links":[]},"title":"Vendeuse","experiences":[{"title":"Vendeuse","employer":"Zara",
    "start":{"year":2019,"month":3},"current":true,"tasks":["Caisse"],"line":"Vendeuse Zara"}],"education":[],"skills":[{"label":"Caisse","line":"Caisse"}],
    "languages":[{"code":"en","level":"B2","line":""}],"licences":["Permis B"],"certifications":[],"interests":[],"wishes":{"contracts":[]}}"#;

const OFFERS: &str = r#"{"resultats":[{"id":"190","intitule":"Soudeur / Soudeuse TIG (H/F)","description":"<p>35 h, 13 &euro;/h, CACES R489 1A ou 1B.</p>",
    "dateCreation":"2026-11-02T08:00:00.000Z","lieuTravail":{"libelle":"69 - Lyon 7e","latitude":45.74,"longitude":4.84,"codePostal":"69007","commune":"69387"},
    "romeCode":"H2913","entreprise":{"nom":"Acier Doux"},"typeContrat":"CDD","typeContratLibelle":"CDD - 6 Mois","experienceExige":"E","experienceLibelle":"2 An(s)",
    "competences":[{"code":"1","libelle":"Souder","exigence":"E"}],"permis":[{"libelle":"B - Véhicule léger","exigence":"S"}],
    "salaire":{"libelle":"Mensuel de 2100.0 Euros à 2400.0 Euros sur 12.0 mois"},"dureeTravailLibelle":"35H/semaine","origineOffre":{"urlOrigine":"https://exemple.fr/190"}},
    {"id":"191","intitule":"Vendeur","description":"Caisse."}],"filtresPossibles":[]}"#;
const POSTINGS: &str = r#"{"@context":"https://schema.org/","@graph":[{"@type":["JobPosting"],"title":"Comptable","description":"&lt;ul&gt;&lt;li&gt;Paie&lt;/li&gt;&lt;/ul&gt;",
    "datePosted":"2026-11-02","hiringOrganization":{"@type":"Organization","name":"Chiffres"},"employmentType":["FULL_TIME","TEMPORARY"],
    "jobLocation":[{"address":{"addressLocality":"Rennes","postalCode":"35000","addressCountry":"FR"}}],"identifier":{"value":"C-1"},
    "baseSalary":{"currency":"EUR","value":{"minValue":30000,"maxValue":"36 000","unitText":"YEAR"}},"url":"https://exemple.fr/c-1"}]}
{"key":{"source":"a","id":"1"},"title":"Cariste","description":"CACES 3"}
"#;
const OFFER_WORDS: &[&str] = &[
    "null",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[[[",
    "\"",
    "\\",
    ",",
    ":",
    "1e999",
    "-0",
    "\"\\ud800\"",
    "\"2026-13-40\"",
    "\n",
    "\0",
    "\"@graph\":",
    "\"resultats\":",
    "\"key\":",
    "&#x110000;",
    "<li><li><li>",
    "<script>",
    "54 000 000 €",
    "de 0 à 0 €/h",
    "13,5 k€ sur 13 mois",
    "5 An(s)",
    "permis B ou BSR",
    "anglais C1 non exigé",
    "R489 1A ou 1B",
    "javascript:alert(1)",
];
const SEARCHES: &[&str] = &[
    "soudeur TIG",
    "\"soudeuse tig\" -intérim",
    "titre:comptable OU paie",
    "dev* C++ (vue.js)",
    "l'aide-soignant·e",
];
const SEARCH_WORDS: &[&str] = &[
    "\"",
    "-",
    "--",
    "*",
    ":",
    "(",
    ")",
    "((((((",
    " OU ",
    " OR ",
    " ET ",
    "titre:",
    "^9",
    "~",
    "\\",
    "\0",
    "·",
    "'",
    "’",
    "\u{301}",
    "ﬃ",
    "\u{1d7d8}",
    "\u{200f}",
    "[a TO b]",
    "/x/",
    "C#",
    ".NET",
];
const PLACES: &[&str] =
    &["Lyon 7e (69)", "75 - PARIS 15", "Saint-Denis", "Île-de-France", "2A", "97400 St Denis CEDEX 9"];
const PLACE_WORDS: &[&str] = &[
    "-",
    "(",
    ")",
    "CEDEX",
    "St ",
    "Ste-",
    "e ",
    "er ",
    "0",
    "99999",
    "2B",
    "'",
    "’",
    ", France",
    "/",
    "\u{301}",
    "œ",
    "ß",
    "\0",
    "\u{1d7d8}",
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A damaged file of the format.
fn damaged(format: &Format, rng: &mut StdRng) -> Vec<u8> {
    let seed = format.seeds.choose(rng).expect("a format has files");
    let inside = rng.random_bool(0.8);
    match format.container {
        Container::Zip if inside => damage_parts(seed, format, rng),
        Container::Pdf if inside => damage_streams(seed, format, rng),
        Container::Gzip if inside => {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&seed[..]).read_to_end(&mut plain).unwrap();
            gzip(&damage(plain, format, rng))
        }
        _ => damage(seed.clone(), format, rng),
    }
}

/// Damages a few places of a file or a part.
fn damage(mut bytes: Vec<u8>, format: &Format, rng: &mut StdRng) -> Vec<u8> {
    for _ in 0..1 << rng.random_range(0..4) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.random_range(0..bytes.len());
        let reach = 1 << rng.random_range(0..12);
        let end = (at + rng.random_range(1..=reach)).min(bytes.len());
        match rng.random_range(0..14) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let part = bytes[at..end].repeat(rng.random_range(1..4));
                bytes.splice(at..at, part);
            }
            // The same again and again: deep nesting, long lists.
            5 if bytes.len() < 1 << 20 => {
                let part = bytes[at..(at + 40).min(end)].repeat(rng.random_range(1..600));
                bytes.splice(at..at, part);
            }
            6 => {
                let other = format.seeds.choose(rng).expect("a format has files");
                let from = rng.random_range(0..other.len());
                let to = (from + reach).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            7 => drop(bytes.splice(at..at, MAGIC.choose(rng).expect("constant").iter().copied())),
            8 => {
                let digits = bytes[at..].iter_mut().filter(|b| b.is_ascii_digit());
                let value = b'0' + rng.random_range(0..10);
                digits.take(rng.random_range(1..4)).for_each(|digit| *digit = value);
            }
            9 => {
                // Whole elements or lines, moved or doubled.
                let sign = if bytes.contains(&b'<') { b'<' } else { b'\n' };
                let marks: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i] == sign).collect();
                if let (Some(&a), Some(&b), Some(&to)) =
                    (marks.choose(rng), marks.choose(rng), marks.choose(rng))
                {
                    let part = bytes[a.min(b)..a.max(b).min(a.min(b) + 20_000)].to_vec();
                    bytes.splice(to..to, part);
                }
            }
            10 => bytes[at..end].fill(*b" \0\xffA<{(9".choose(rng).expect("constant")),
            _ => {
                let word = format.words.choose(rng).expect("constant");
                let times = if rng.random_bool(0.05) { rng.random_range(1..3000) } else { 1 };
                drop(bytes.splice(at..at, word.repeat(times).into_bytes()));
            }
        }
    }
    bytes
}

/// Damages parts of a zip container.
fn damage_parts(seed: &[u8], format: &Format, rng: &mut StdRng) -> Vec<u8> {
    let mut parts = files::unzip(seed);
    for _ in 0..rng.random_range(1..3) {
        let main = |name: &str| {
            ["word/document.xml", "content.xml", "styles.xml", "word/styles.xml"].contains(&name)
        };
        let chosen: Vec<usize> = (0..parts.len())
            .filter(|i| parts[*i].0.ends_with(".xml") && (main(&parts[*i].0) || rng.random_bool(0.2)))
            .collect();
        if let Some(&at) = chosen.choose(rng) {
            parts[at].1 = damage(std::mem::take(&mut parts[at].1), format, rng);
        }
    }
    if rng.random_bool(0.03) {
        parts.remove(rng.random_range(0..parts.len()));
    }
    let mut names = std::collections::HashSet::new();
    parts.retain(|(name, _)| names.insert(name.clone()));
    files::zip(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

/// Damages the content of streams of a PDF. What becomes no longer keeps its place, so that the rest is found.
fn damage_streams(seed: &[u8], format: &Format, rng: &mut StdRng) -> Vec<u8> {
    use std::io::Write;
    let find = |bytes: &[u8], word: &[u8], from: usize| {
        bytes[from..].windows(word.len()).position(|w| w == word).map(|at| from + at)
    };
    let mut streams = Vec::new();
    let mut at = 0;
    while let Some(start) = find(seed, b"stream\n", at).map(|s| s + 7) {
        let Some(end) = find(seed, b"endstream", start) else { break };
        streams.push(start..end);
        at = end + 9;
    }
    let mut bytes = seed.to_vec();
    for _ in 0..rng.random_range(1..3) {
        let Some(place) = streams.choose(rng) else { break };
        let mut plain = Vec::new();
        let packed = flate2::read::ZlibDecoder::new(&seed[place.clone()])
            .take(4 << 20)
            .read_to_end(&mut plain)
            .is_ok();
        let changed = damage(if packed { plain } else { seed[place.clone()].to_vec() }, format, rng);
        let mut changed = if packed {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&changed).unwrap();
            encoder.finish().unwrap()
        } else {
            changed
        };
        changed.resize(place.len().max(changed.len()), b' ');
        if changed.len() == place.len() {
            bytes[place.clone()].copy_from_slice(&changed);
        } else {
            bytes.splice(place.clone(), changed);
            break;
        }
    }
    if rng.random_bool(0.2) { damage(bytes, format, rng) } else { bytes }
}

/// Where the program panicked, file and line; whoever caught it.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// The tests run one after the other: they share what is above.
static ALONE: Mutex<()> = Mutex::new(());

fn watch() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or(String::new(), |at| format!("{}:{}", at.file(), at.line()));
        PANICS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(place);
    }));
}

/// Reads a file in this process: the panics, and the time it took.
fn read_here(parser: Parser, bytes: &[u8], name: &str) -> (Vec<String>, Duration) {
    PANICS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let work = || {
            let _ = catch_unwind(AssertUnwindSafe(|| parser.read(bytes, name)));
        };
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap().join().unwrap();
    });
    let panics = std::mem::take(&mut *PANICS.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    (panics, begun.elapsed())
}

/// A panic of ours, not one of a crate that the process contains.
fn is_ours(place: &str) -> bool {
    !place.contains(".cargo") && !place.contains("/rustc/")
}

fn reader() -> Reader {
    let limits = Limits { seconds: 30, ..Limits::default() };
    Reader::new(Path::new(env!("CARGO_BIN_EXE_jobmatch")).to_owned(), limits)
}

/// Reads a file in a process of its own, as users do: what it must never answer.
fn read_apart(reader: &Reader, bytes: &[u8], name: &str) -> Option<CvError> {
    match reader.open(bytes, Some(name), false, &AtomicBool::new(false), &mut |_| {}) {
        Err(error @ (CvError::Crashed | CvError::TooSlow { .. } | CvError::TooHeavy { .. })) => Some(error),
        _ => None,
    }
}

/// The smallest part of a file that still fails.
fn smallest(mut bytes: Vec<u8>, fails: &dyn Fn(&[u8]) -> bool) -> Vec<u8> {
    let end = Instant::now() + Duration::from_secs(60);
    let mut size = bytes.len() / 2;
    while size > 0 && Instant::now() < end {
        let mut at = 0;
        while at < bytes.len() && Instant::now() < end {
            let mut less = bytes.clone();
            less.drain(at..(at + size).min(bytes.len()));
            if fails(&less) { bytes = less } else { at += size }
        }
        size /= 2;
    }
    bytes
}

/// What became of many damaged files of a format.
#[derive(Default)]
struct Report {
    here: usize,
    apart: usize,
    /// Panics by place.
    panics: BTreeMap<String, usize>,
    /// Files that are faults of ours.
    faults: Vec<String>,
    slowest: Duration,
}

/// Damages files of a format until `more` says that it is enough; `more` is told how many there were.
fn run(format: &Format, seed: u64, more: &dyn Fn(usize) -> bool) -> Report {
    let reader = reader();
    let mut report = Report::default();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut fault = |what: &str, bytes: Vec<u8>, fails: &dyn Fn(&[u8]) -> bool| {
        let bytes = if format.container == Container::Zip { bytes } else { smallest(bytes, fails) };
        let name: String = what.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let path = std::env::temp_dir().join(format!("fuzz-{}{name}.{}", format.name, format.name));
        std::fs::write(&path, bytes).unwrap();
        report.faults.push(format!("{what}: {}", path.display()));
    };
    let mut count = 0;
    while more(count) {
        let bytes = damaged(format, &mut rng);
        // A process for each file is slow: most are read here.
        let apart = format.parser == Parser::Cv && count % 20 == 0;
        count += 1;
        // A stack that overflows ends this process: the file is there to see.
        std::fs::write(std::env::temp_dir().join(format!("fuzz-last.{}", format.name)), &bytes).unwrap();
        let (panics, took) = read_here(format.parser, &bytes, format.file);
        report.here += 1;
        if took > report.slowest {
            report.slowest = took;
            if took > Duration::from_secs(10) {
                std::fs::write(std::env::temp_dir().join(format!("slow.{}", format.name)), &bytes).unwrap();
            }
        }
        for place in &panics {
            let first = !report.panics.contains_key(place);
            *report.panics.entry(place.clone()).or_default() += 1;
            if first && is_ours(place) {
                let place = place.clone();
                fault(&place, bytes.clone(), &|less| {
                    read_here(format.parser, less, format.file).0.contains(&place)
                });
            }
        }
        if apart {
            report.apart += 1;
            if let Some(error) = read_apart(&reader, &bytes, format.file) {
                let again = error.clone();
                fault(&format!("{error:?}"), bytes, &|less| {
                    read_apart(&reader, less, format.file).as_ref() == Some(&again)
                });
            }
        }
    }
    report
}

impl Report {
    fn show(&self, format: &Format) {
        eprintln!(
            "{}: {} files read here, {} in a process of their own, slowest {:.1} s, panics {:?}, faults {:?}",
            format.name,
            self.here,
            self.apart,
            self.slowest.as_secs_f32(),
            self.panics,
            self.faults
        );
    }
}

#[test]
fn damaged_files_of_every_format_are_survived() {
    let _alone = ALONE.lock();
    watch();
    let mut faults = Vec::new();
    for format in formats() {
        let slow = matches!(format.container, Container::Pdf | Container::Picture);
        let count = if slow { 60 } else { 200 };
        let report = run(&format, 1, &|done| done < count);
        let apart = if format.parser == Parser::Cv { count.div_ceil(20) } else { 0 };
        assert_eq!((report.here, report.apart), (count, apart));
        faults.extend(report.faults);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
#[ignore = "runs for JOBMATCH_FUZZ_SECONDS on each format"]
fn more_damaged_files_are_survived() {
    let _alone = ALONE.lock();
    watch();
    let variable = |name: &str| std::env::var(name).ok();
    let seconds = variable("JOBMATCH_FUZZ_SECONDS").and_then(|s| s.parse().ok()).unwrap_or(60);
    let seed = variable("JOBMATCH_FUZZ_SEED").and_then(|s| s.parse().ok()).unwrap_or(2);
    let chosen = variable("JOBMATCH_FUZZ_FORMAT");
    let mut faults = Vec::new();
    for format in formats() {
        if chosen.as_ref().is_some_and(|chosen| !chosen.split(',').any(|name| name == format.name)) {
            continue;
        }
        let end = Instant::now() + Duration::from_secs(seconds);
        let report = run(&format, seed, &|_| Instant::now() < end);
        report.show(&format);
        faults.extend(report.faults);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn files_that_were_found_are_read_well() {
    let _alone = ALONE.lock();
    watch();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cv/found");
    let reader = reader();
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        count += 1;
        let (panics, _) = read_here(Parser::Cv, &bytes, &name);
        faults.extend(
            panics.into_iter().filter(|place| is_ours(place)).map(|place| format!("{name}: {place}")),
        );
        faults.extend(read_apart(&reader, &bytes, &name).map(|error| format!("{name}: {error:?}")));
    }
    assert!(count > 0);
    assert!(faults.is_empty(), "{faults:#?}");
}
