//! Vectors as int8 with one scale, and their products.

use simsimd::SpatialSimilarity;

use crate::features::Quantised;

/// A vector of any length as a unit vector in int8, the largest component at ±127. The zero vector stays zero.
pub fn quantise(vector: &[f32]) -> Quantised {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    let largest = vector.iter().fold(0f32, |m, x| m.max(x.abs()));
    if largest == 0.0 || !norm.is_finite() {
        return Quantised { values: vec![0; vector.len()], scale: 0.0 };
    }
    let values: Vec<i8> = vector.iter().map(|x| (x / largest * 127.0).round() as i8).collect();
    // The length of what was rounded, so that the cosine of a vector with itself is 1.
    let length = (dot(&values, &values) as f32).sqrt();
    Quantised { values, scale: 1.0 / length }
}

/// Product of two int8 vectors of the same length (at most 2^17 components, so that it cannot overflow).
pub(crate) fn dot(a: &[i8], b: &[i8]) -> i32 {
    // Of the same length, so that there is a product; whole, and far below 2^53.
    i8::dot(a, b).unwrap_or_default() as i32
}

/// Product of a float vector and an int8 one. Eight sums side by side: vectorised, and in a fixed order.
pub(super) fn dot_float(a: &[f32], b: &[i8]) -> f32 {
    let mut sums = [0f32; 8];
    let (left, right) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = left.remainder().iter().zip(right.remainder()).map(|(x, &y)| x * f32::from(y)).sum();
    for (x, y) in left.zip(right) {
        for i in 0..8 {
            sums[i] += x[i] * f32::from(y[i]);
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// 64-bit words that hold the signs of `dim` components.
pub(super) fn sign_words(dim: usize) -> usize {
    dim.div_ceil(64)
}

/// Appends the signs of a vector, one bit a component.
pub(super) fn push_signs(values: &[i8], out: &mut Vec<u64>) {
    out.extend(
        values
            .chunks(64)
            .map(|chunk| chunk.iter().enumerate().fold(0u64, |bits, (i, &v)| bits | (u64::from(v > 0) << i))),
    );
}
