//! Embedders: texts to unit vectors that are close when the texts mean the same.
//!
//! [`StaticTable`] is built in: one vector per word or word piece, summed. It knows French and English, costs
//! microseconds, and for titles, skills and short phrases it is as good as a transformer; for whole documents
//! it is not (`training/README.md` has the figures). A `Transformer` is an option behind the feature
//! `transformer`.

mod table;
#[cfg(feature = "transformer")]
mod transformer;
mod words;

use crate::error::Result;

pub use table::StaticTable;
#[cfg(feature = "transformer")]
pub use transformer::Transformer;

/// Turns texts into unit vectors that are close when the texts mean the same.
pub trait Embedder: Send + Sync {
    /// Names the model and its exact content: vectors of different ids are never compared.
    fn id(&self) -> &str;

    /// Components of a vector.
    fn dim(&self) -> usize;

    /// One unit vector per text, in order; a zero vector for a text with nothing to embed.
    ///
    /// # Errors
    /// [`Error::Model`](crate::Error::Model) when the model fails.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>>;
}

/// The unit vector of a weighted sum: how an offer's or a CV's vector is made of title, occupation and skills.
/// Zero when there is nothing to sum.
pub fn blend<'a>(dim: usize, parts: impl IntoIterator<Item = (f32, &'a [f32])>) -> Vec<f32> {
    let mut sum = vec![0.0; dim];
    for (weight, part) in parts {
        for (total, x) in sum.iter_mut().zip(part) {
            *total += weight * x;
        }
    }
    normalise(&mut sum);
    sum
}

fn normalise(vector: &mut [f32]) {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 1e-9 {
        for x in vector {
            *x /= norm;
        }
    }
}
