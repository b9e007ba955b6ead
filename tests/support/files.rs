//! Files of the tests, and files made of parts.

#![allow(dead_code)]

use std::io::{Cursor, Read, Write};
use std::path::Path;

/// The files of `tests/cv/files`.
pub(crate) const NAMES: [&str; 9] = [
    "soudeur.docx",
    "soudeur.odt",
    "soudeur.rtf",
    "linkedin-fr.pdf",
    "linkedin-en.pdf",
    "europass-candidate.xml",
    "europass-passport.xml",
    "json-resume.json",
    "cv.md",
];

/// A file of `tests/cv/files`.
pub(crate) fn cv(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cv/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A zip container of parts.
pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The parts of a zip container.
pub(crate) fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut part = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// A PDF with lines of ASCII on each page, and files attached.
pub(crate) fn pdf(pages: &[&[&str]], attached: &[(&str, &[u8])]) -> Vec<u8> {
    let content = |lines: &&[&str]| {
        let shown: String = lines.iter().map(|line| format!("({line}) Tj 0 -20 Td ")).collect();
        (format!("BT /F1 11 Tf 50 700 Td {shown}ET").into_bytes(), String::new())
    };
    pdf_of(&pages.iter().map(content).collect::<Vec<_>>(), attached)
}

/// A PDF of one page with that content, whose dictionary has `entries`.
pub(crate) fn pdf_with_content(content: &[u8], entries: &str) -> Vec<u8> {
    pdf_of(&[(content.to_vec(), entries.to_owned())], &[])
}

fn pdf_of(pages: &[(Vec<u8>, String)], attached: &[(&str, &[u8])]) -> Vec<u8> {
    let first = 4 + 2 * pages.len();
    let names: String =
        (0..attached.len()).map(|i| format!("({}) {} 0 R ", attached[i].0, first + 2 * i)).collect();
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 4 + 2 * i)).collect();
    let stream = |entries: &str, bytes: &[u8]| {
        let head = format!("<< {entries} /Length {} >>\nstream\n", bytes.len());
        [head.as_bytes(), bytes, b"\nendstream"].concat()
    };
    let mut objects: Vec<Vec<u8>> = vec![
        format!("<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [{names}] >> >> >>")
            .into(),
        format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", pages.len()).into(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (i, (content, entries)) in pages.iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * i
        );
        objects.push(page.into());
        objects.push(stream(entries, content));
    }
    for (i, (name, bytes)) in attached.iter().enumerate() {
        let at = first + 2 * i + 1;
        objects.push(format!("<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F {at} 0 R >> >>").into());
        objects.push(stream("/Type /EmbeddedFile /Subtype /text#2Fxml", bytes));
    }
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = String::new();
    for (i, object) in objects.iter().enumerate() {
        offsets += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{} 0 obj\n", i + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (count, xref) = (objects.len() + 1, file.len());
    file.extend(format!("xref\n0 {count}\n0000000000 65535 f \n{offsets}").bytes());
    file.extend(format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n").bytes());
    file
}
