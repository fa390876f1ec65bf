//! What must look random and still be the same in every run with the same seed.

use sha2::{Digest, Sha256};

/// The number that every derived secret follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// 32 bytes that belong to `purpose` and `number` under this seed.
    pub(crate) fn bytes(self, purpose: &str, number: i64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_be_bytes());
        hash.update(number.to_be_bytes());
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }

    /// 128 bits of the same, as 32 hexadecimal digits.
    pub(crate) fn text(self, purpose: &str, number: i64) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(32);
        for byte in &self.bytes(purpose, number)[..16] {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn seed_purpose_and_number_each_make_a_difference() {
        let text = Seed(1).text("tracking", 992_011);
        assert_eq!(text.len(), 32);
        assert_eq!(text, Seed(1).text("tracking", 992_011));
        assert_ne!(text, Seed(2).text("tracking", 992_011));
        assert_ne!(text, Seed(1).text("tracking", 992_012));
        assert_ne!(text, Seed(1).text("token", 992_011));
    }
}
