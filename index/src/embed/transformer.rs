//! An optional transformer of the e5 family, as ONNX through `fastembed`. `training/README.md` says where its
//! files come from.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fastembed::{InitOptionsUserDefined, Pooling, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel};

use super::{Embedder, normalise};
use crate::error::{Error, Result};

/// What e5 models were trained with on both sides of a symmetric task.
const PREFIX: &str = "query: ";
const MAX_TOKENS: usize = 512;

/// Short texts of many trades. The raw vectors of e5 all point the same way (cosines lie in .79–.95); the mean
/// of these is taken from every vector.
const COMMON: [&str; 24] = [
    "infirmier diplômé d'État",
    "développeur logiciel",
    "vendeur en boulangerie",
    "conducteur poids lourd",
    "comptable",
    "maçon",
    "professeur de mathématiques",
    "agent d'entretien",
    "ingénieur mécanique",
    "assistante de direction",
    "cuisinier",
    "électricien du bâtiment",
    "travailler en équipe",
    "gestion de projet",
    "relation avec les clients",
    "registered nurse",
    "software engineer",
    "sales manager",
    "warehouse operative",
    "bricklayer",
    "human resources officer",
    "graphic designer",
    "manage budgets",
    "maintain equipment",
];

/// A transformer in a folder: `model.onnx`, `tokenizer.json`, `config.json`, `special_tokens_map.json`,
/// `tokenizer_config.json`.
pub struct Transformer {
    id: String,
    centre: Vec<f32>,
    model: Mutex<TextEmbedding>,
}

impl Transformer {
    /// Loads the model of a folder with the ONNX Runtime library (version 1.24 or later) at `library`: a path,
    /// or a file name that the system finds. The library of the first call serves the whole process.
    ///
    /// # Errors
    /// [`Error::Model`] when the library or a file is missing, too old or not what it should be.
    pub fn load(folder: &Path, library: &Path) -> Result<Self> {
        let name = folder.display().to_string();
        let fails = |why: String| Error::Model { model: name.clone(), why };
        let file = |file: &str| {
            let path = folder.join(file);
            std::fs::read(&path).map_err(|e| fails(format!("{}: {e}", path.display())))
        };
        let onnx = file("model.onnx")?;
        let tokenizer = TokenizerFiles {
            tokenizer_file: file("tokenizer.json")?,
            config_file: file("config.json")?,
            special_tokens_map_file: file("special_tokens_map.json")?,
            tokenizer_config_file: file("tokenizer_config.json")?,
        };
        let id = format!("e5-{:016x}", fingerprint(&[&onnx, &tokenizer.tokenizer_file]));
        // fastembed panics when the library is missing or too old: it is loaded here first.
        drop(ort::init_from(library).map_err(|e| {
            fails(format!("{e}; give the path of an ONNX Runtime library, version 1.24 or later"))
        })?);
        let model = UserDefinedEmbeddingModel::new(onnx, tokenizer).with_pooling(Pooling::Mean);
        let options = InitOptionsUserDefined::new().with_max_length(MAX_TOKENS).with_intra_threads(1);
        let model =
            TextEmbedding::try_new_from_user_defined(model, options).map_err(|e| fails(e.to_string()))?;
        let mut loaded = Self { id, centre: vec![], model: Mutex::new(model) };
        let common = loaded.raw(&COMMON)?;
        let dim = common.first().map_or(0, Vec::len);
        loaded.centre =
            (0..dim).map(|i| common.iter().map(|v| v[i]).sum::<f32>() / common.len() as f32).collect();
        Ok(loaded)
    }

    /// Unit vectors as the model gives them. One text at a time: a dynamically quantised model rounds a whole
    /// batch alike, so that a text's vector would depend on its company.
    fn raw(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let texts: Vec<String> = texts.iter().map(|text| format!("{PREFIX}{text}")).collect();
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        model.embed(texts, Some(1)).map_err(|e| Error::Model { model: self.id.clone(), why: e.to_string() })
    }
}

impl Embedder for Transformer {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.centre.len()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let mut vectors = self.raw(texts)?;
        for vector in &mut vectors {
            for (x, centre) in vector.iter_mut().zip(&self.centre) {
                *x -= centre;
            }
            normalise(vector);
        }
        Ok(vectors)
    }
}

/// FNV-1a over the files, eight bytes at a time: tells contents apart, no more.
fn fingerprint(files: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for file in files {
        for chunk in file.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            hash = (hash ^ u64::from_le_bytes(eight)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(folder: &Path, library: &str) -> String {
        match Transformer::load(folder, Path::new(library)) {
            Err(Error::Model { why, .. }) => why,
            other => panic!("expected an error of the model, got {:?}", other.map(|t| t.id)),
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(why(folder.path(), "libonnxruntime.so").contains("model.onnx"));
    }

    #[test]
    fn a_missing_library_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "model.onnx",
            "tokenizer.json",
            "config.json",
            "special_tokens_map.json",
            "tokenizer_config.json",
        ] {
            std::fs::write(folder.path().join(file), "{}").unwrap();
        }
        let why = why(folder.path(), "/nowhere/libonnxruntime.so");
        assert!(why.contains("/nowhere/libonnxruntime.so") && why.contains("1.24"), "{why}");
    }

    #[test]
    fn a_real_model_brings_languages_together() {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let (Some(folder), Some(library)) = (set("JOBMATCH_TRANSFORMER_DIR"), set("ORT_DYLIB_PATH")) else {
            eprintln!("SKIPPED: set JOBMATCH_TRANSFORMER_DIR and ORT_DYLIB_PATH to try a real transformer");
            return;
        };
        let model = Transformer::load(Path::new(&folder), Path::new(&library)).unwrap();
        let texts = ["infirmier en soins généraux", "registered nurse", "plumber"];
        let vectors = model.embed(&texts).unwrap();
        let cosine =
            |i: usize, j: usize| -> f32 { vectors[i].iter().zip(&vectors[j]).map(|(a, b)| a * b).sum() };
        assert_eq!(vectors[0].len(), model.dim());
        assert!(cosine(0, 1) > cosine(0, 2) + 0.2, "{} {}", cosine(0, 1), cosine(0, 2));
        assert_eq!(model.embed(&texts[1..2]).unwrap()[0], vectors[1], "a vector depends on its text only");
    }
}
