//! A secret that a header has to carry, compared in constant time.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Up to here texts are compared as they are, padded; above, by their hashes. Secrets of a sensible
/// length are below, and to hash each delivery's costs a tenth of what reading its body does.
const PADDED: usize = 64;
const WORDS: usize = PADDED / size_of::<u64>();

/// No length of a short text, so that nothing short is equal to a long secret.
const LONG: u64 = u64::MAX;

/// What a delivery has to bring.
///
/// How long a comparison takes follows from the value that was sent and from nothing of the
/// secret, its length included: every secret is kept in both forms, and which of them is compared
/// is the value's to say.
#[derive(Clone)]
pub(super) struct Secret {
    padded: Padded,
    hash: [u8; 32],
}

/// What a delivery brings.
pub(super) enum Value {
    Short(Padded),
    Long([u8; 32]),
}

/// A text and its length. Without the length, one that ends in zeros would equal a shorter one.
#[derive(Clone)]
pub(super) struct Padded {
    words: [u64; WORDS],
    length: u64,
}

impl Secret {
    pub(super) fn new(text: &[u8]) -> Self {
        Self {
            padded: Padded::new(text).unwrap_or(Padded {
                words: [0; WORDS],
                length: LONG,
            }),
            hash: Sha256::digest(text).into(),
        }
    }

    /// Whether the value is this secret.
    pub(super) fn is(&self, value: &Value) -> Choice {
        match value {
            Value::Short(value) => {
                self.padded.words.ct_eq(&value.words) & self.padded.length.ct_eq(&value.length)
            }
            Value::Long(hash) => self.hash.ct_eq(hash),
        }
    }
}

impl Value {
    pub(super) fn new(text: &[u8]) -> Self {
        match Padded::new(text) {
            Some(padded) => Self::Short(padded),
            None => Self::Long(Sha256::digest(text).into()),
        }
    }
}

impl Padded {
    /// None if the text is too long.
    fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; PADDED];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        let mut words = [0; WORDS];
        let (chunks, _) = bytes.as_chunks();
        for (word, chunk) in words.iter_mut().zip(chunks) {
            *word = u64::from_ne_bytes(*chunk);
        }
        let length = u64::try_from(text.len()).ok()?;
        Some(Self { words, length })
    }
}

#[cfg(test)]
mod tests {
    use super::{PADDED, Secret, Value};

    #[test]
    fn texts_of_every_length_are_equal_to_themselves_only() {
        let text = |length: usize| -> Vec<u8> {
            let letters = (0..length).map(|at| u8::try_from(at % 251).unwrap_or(0));
            letters.collect()
        };
        for secret in 0..=2 * PADDED + 1 {
            let known = Secret::new(&text(secret));
            for value in 0..=2 * PADDED + 1 {
                let same: bool = known.is(&Value::new(&text(value))).into();
                assert_eq!(same, secret == value, "{secret} and {value}");
            }
            for at in 0..secret {
                let mut other = text(secret);
                other[at] ^= 1;
                assert!(!bool::from(known.is(&Value::new(&other))), "{secret}, {at}");
            }
            let mut zeros = text(secret);
            zeros.push(0);
            assert!(!bool::from(known.is(&Value::new(&zeros))), "{secret}");
        }
    }
}
