//! The schema, and an offer as it is indexed.

use std::collections::HashSet;
use std::sync::LazyLock;

use tantivy::TantivyDocument;
use tantivy::schema::{self, FAST, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::Field;
use super::analysis::terms_line;
use super::stop_words::language;
use crate::features::Features;
use crate::offer::Offer;
use crate::store::OfferId;

/// The fields of the index.
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) id: schema::Field,
    title: schema::Field,
    body: schema::Field,
    company: schema::Field,
    concepts: schema::Field,
    occupations: schema::Field,
}

impl Fields {
    pub(super) fn of(&self, field: Field) -> schema::Field {
        match field {
            Field::Title => self.title,
            Field::Body => self.body,
            Field::Company => self.company,
            Field::Concepts => self.concepts,
            Field::Occupations => self.occupations,
        }
    }
}

/// Splits lines of terms at spaces.
pub(super) const TOKENIZER: &str = "terms";

pub(super) static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let terms = |option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(option),
        )
    };
    let mut builder = Schema::builder();
    let id = builder.add_u64_field("id", INDEXED | FAST);
    let title = builder.add_text_field("title", terms(IndexRecordOption::WithFreqs));
    // Positions serve phrases in quotes.
    let body = builder.add_text_field("body", terms(IndexRecordOption::WithFreqsAndPositions));
    let company = builder.add_text_field("company", terms(IndexRecordOption::WithFreqs));
    let concepts = builder.add_text_field("concepts", terms(IndexRecordOption::WithFreqs));
    let occupations = builder.add_text_field("occupations", terms(IndexRecordOption::WithFreqs));
    Fields { schema: builder.build(), id, title, body, company, concepts, occupations }
});

/// An offer as lines of terms, ready to be indexed. Making it is the costly part: it needs no lock and runs in
/// parallel.
pub(crate) struct Document {
    title: String,
    body: String,
    company: String,
    concepts: String,
    occupations: String,
}

/// Likely occupations that an offer is found by; the others only tell offers apart.
const LOOKED_UP: usize = 8;

impl Document {
    /// Analyses an offer.
    pub(crate) fn new(offer: &Offer, features: &Features) -> Self {
        let lang = language(&offer.description);
        let (mut body, mut company) = (String::with_capacity(offer.description.len()), String::new());
        terms_line(&offer.title, lang, &mut body);
        let mut seen = HashSet::new();
        let title: Vec<&str> = body.split(' ').filter(|term| seen.insert(*term)).collect();
        let title = title.join(" ");
        body.clone_from(&title);
        terms_line(&offer.description, lang, &mut body);
        if let Some(name) = &offer.company {
            terms_line(name, lang, &mut company);
        }
        let concepts = numbers(features.skills.iter().map(|skill| skill.concept.0));
        let likeliest = features.occupations.iter().take(LOOKED_UP);
        let occupations = numbers(likeliest.map(|(occupation, _)| u32::from(occupation.0)));
        Self { title, body, company, concepts, occupations }
    }

    pub(super) fn into_tantivy(self, id: OfferId) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(FIELDS.id, u64::from(id.0));
        document.add_text(FIELDS.title, &self.title);
        document.add_text(FIELDS.body, &self.body);
        document.add_text(FIELDS.company, &self.company);
        document.add_text(FIELDS.concepts, &self.concepts);
        document.add_text(FIELDS.occupations, &self.occupations);
        document
    }
}

fn numbers(numbers: impl Iterator<Item = u32>) -> String {
    numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
}
