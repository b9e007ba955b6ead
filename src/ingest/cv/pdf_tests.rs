//! PDF files whose pages are text, images, or both.

use jobmatch_index::skills::fold;

use super::super::document::Source;
use super::super::layout;
use super::*;
use crate::demo;

/// A page of a PDF: what is drawn, over an image of the whole page if there is one.
struct Made<'a> {
    image: Option<&'a [u8]>,
    content: &'a str,
}

/// A PDF file. Images are JPEG, of 1240 × 1754 pixels.
fn file(pages: &[Made]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|i| format!("{} 0 R", 4 + 3 * i)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".into(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")).into(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into(),
    ];
    for (i, page) in pages.iter().enumerate() {
        let (content, image) = (5 + 3 * i, 6 + 3 * i);
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /Im {image} 0 R >> >> >>"
            )
            .into(),
        );
        let draw = if page.image.is_some() { "q 595 0 0 842 0 0 cm /Im Do Q" } else { "" };
        let drawn = format!("{draw} BT /F1 11 Tf 14 TL 50 780 Td {} ET", page.content);
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()).into());
        let jpeg = page.image.unwrap_or_default();
        let mut stream = format!(
            "<< /Type /XObject /Subtype /Image /Width 1240 /Height 1754 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
            jpeg.len()
        )
        .into_bytes();
        stream.extend(jpeg);
        stream.extend(b"\nendstream");
        objects.push(stream);
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    out.extend(offsets.iter().flat_map(|offset| format!("{offset:010} 00000 n \n").into_bytes()));
    let trailer =
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1);
    out.extend(trailer.bytes());
    out
}

/// A bundled CV as a scanner would send it.
fn scanned(name: &str) -> Vec<u8> {
    let (_, bytes) = demo::cvs().iter().find(|(file, _)| *file == name).unwrap();
    let (picture, _) = Raster::open(bytes).unwrap().draw(0, Size::Edge(1754)).unwrap();
    let picture = image::imageops::resize(&picture, 1240, 1754, image::imageops::FilterType::Triangle);
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

fn read_pages(pages: &[Made], previews: bool) -> Result<(Pages, Vec<Step>), CvError> {
    let mut steps = Vec::new();
    let read = read(&file(pages), &Limits::default(), previews, &mut |step| steps.push(step))?;
    Ok((read, steps))
}

const LETTER: &str = "(Madame, je suis vendeuse dans une boutique de la ville depuis sept ans.) Tj T* \
    (J'ai la charge de la caisse, des vitrines et de la formation des apprenties.) Tj";

#[test]
fn a_page_of_few_letters_and_no_image_stays_text() {
    let (read, steps) = read_pages(&[Made { image: None, content: "(Marie Dupont) Tj" }], false).unwrap();
    assert_eq!(read.sheets[0].source, Source::Text);
    assert!(read.sheets[0].text().contains("Marie Dupont"));
    assert_eq!(steps, [Step { page: 1, pages: 1, image: false }]);
}

#[test]
fn previews_show_each_page() {
    let text = || Made { image: None, content: LETTER };
    let (read, _) = read_pages(&[text(), text()], true).unwrap();
    assert_eq!(read.previews.len(), 2);
    let shown = image::load_from_memory(&read.previews[0]).unwrap().into_luma8();
    assert_eq!(shown.dimensions(), (900, 1273));
    // The boxes of its lines hold its ink.
    let document = layout::document(read.sheets);
    let spot = document.lines.iter().flat_map(|l| &l.boxes).find(|b| b.page == 0).unwrap();
    let inside = |x: u32, y: u32| {
        let (x, y) = (x as f32 / 900.0, y as f32 / 1273.0);
        document
            .lines
            .iter()
            .flat_map(|l| &l.boxes)
            .any(|b| (b.x0..b.x1).contains(&x) && (b.y0..b.y1).contains(&y))
    };
    assert!(spot.x1 > spot.x0 && spot.y1 > spot.y0);
    let ink: Vec<_> = shown.enumerate_pixels().filter(|(_, _, p)| p.0[0] < 128).collect();
    let held = ink.iter().filter(|(x, y, _)| inside(*x, *y)).count();
    assert!(ink.len() > 500 && held * 100 >= ink.len() * 95, "{held} of {}", ink.len());
}

#[test]
fn a_file_that_cannot_be_drawn_is_still_read() {
    // The reader of text mends a damaged table of objects; where the drawing fails, the text stands.
    assert!(Raster::open(b"%PDF-1.4 nothing").is_none_or(|raster| raster.survey(0).is_none()));
}

#[cfg(not(feature = "ocr"))]
#[test]
fn without_tesseract_an_image_says_what_is_missing() {
    let image = scanned("cariste.pdf");
    let error = read_pages(&[Made { image: Some(&image), content: "" }], false).err();
    assert_eq!(error, Some(CvError::NoOcr { missing: Missing::Library }));
    let pages = [Made { image: None, content: LETTER }, Made { image: Some(&image), content: "" }];
    let (read, _) = read_pages(&pages, false).unwrap();
    assert!(read.remarks[0].starts_with("1 page(s) sur 2"), "{:?}", read.remarks);
}

#[cfg(feature = "ocr")]
#[test]
fn text_pages_are_read_and_image_pages_recognised() {
    let image = scanned("cariste.pdf");
    let pages = [Made { image: None, content: LETTER }, Made { image: Some(&image), content: "" }];
    let (read, steps) = read_pages(&pages, true).unwrap();
    assert_eq!(read.sheets.iter().map(|s| s.source).collect::<Vec<_>>(), [Source::Text, Source::Ocr]);
    assert_eq!(steps, [Step { page: 1, pages: 2, image: false }, Step { page: 2, pages: 2, image: true }]);
    assert_eq!(read.previews.len(), 2);
    let texts = layout::document(read.sheets).lines;
    assert!(texts.iter().any(|l| l.text.starts_with("Madame") && l.confidence.is_none()));
    let company = texts.iter().find(|l| l.text.contains("Entrepôts Ligéris")).unwrap();
    assert!(company.confidence.is_some_and(|c| c > 0.5) && company.boxes[0].page == 1);
}

#[cfg(feature = "ocr")]
#[test]
fn a_bad_recognition_under_the_image_gives_way_and_a_good_one_stays() {
    let image = scanned("cariste.pdf");
    let bad = "3 Tr (C4r1sfe pr3par4fevr cle c0nnmancles Enfrep0fs L1g3r1s qva1 reccpl1on) Tj T* (r3ceptlon cl3ch4rg3rnent rn1se en st0ck) Tj";
    let (read, _) = read_pages(&[Made { image: Some(&image), content: bad }], false).unwrap();
    assert_eq!(read.sheets[0].source, Source::Ocr);

    let (_, bytes) = demo::cvs().iter().find(|(file, _)| *file == "cariste.pdf").unwrap();
    let sheet = super::read(bytes, &Limits::default(), false, &mut |_| ()).unwrap().sheets.remove(0);
    let lines: Vec<String> =
        sheet.runs.iter().map(|r| format!("({}) Tj T*", fold(&r.text).replace(['(', ')'], ""))).collect();
    let good = format!("3 Tr 12 TL {}", lines.join(" "));
    let (read, _) = read_pages(&[Made { image: Some(&image), content: &good }], false).unwrap();
    assert_eq!(read.sheets[0].source, Source::Text);
}

#[cfg(feature = "ocr")]
#[test]
fn a_scan_without_text_says_so() {
    let blank = image::RgbImage::from_pixel(1240, 1754, image::Rgb([250, 250, 250]));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    blank.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let error = read_pages(&[Made { image: Some(jpeg.get_ref()), content: "" }], false).err();
    assert_eq!(error, Some(CvError::Scan { pages: 1 }));
}
