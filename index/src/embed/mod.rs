//! Embedders: texts to unit vectors. The built-in static table and, as an option, a transformer.

use crate::error::Result;

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
