//! The `x-` extensions of the contract, as types.

use std::fmt;

/// Every extension key the contract may use. Any other is taken for a misspelling.
pub const KNOWN: &[&str] = &[
    "x-evidence",
    "x-source",
    "x-rules",
    "x-contradictions",
    "x-retry",
    "x-auth",
    "x-personal-data",
    "x-secret",
];

macro_rules! spelled {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every spelling the contract may use, in the order of the documentation.
            pub const SPELLINGS: &[&str] = &[$($text),+];

            /// Reads the contract's spelling; anything else is `None`.
            #[must_use]
            pub fn from_spelling(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The contract's spelling.
            #[must_use]
            pub fn spelling(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.spelling())
            }
        }
    };
}

spelled! {
    /// `x-evidence`: how well something is known.
    Evidence {
        /// Stated by the current documentation.
        Stated = "S",
        /// Stated by an older generation of the documentation only.
        Older = "O",
        /// Seen on the wire, or in the vendor's own sample code.
        Wire = "W",
        /// From one integrator's code that fits the documentation.
        Integrator = "B",
        /// Inferred: an assumption.
        Inferred = "I",
    }
}

spelled! {
    /// `x-retry`: what repeating an operation does.
    Retry {
        /// Repeating has no effect, or the same effect.
        Safe = "safe",
        /// The server folds a repeat into the first call.
        Deduplicated = "deduplicated",
        /// A repeat may do harm or be refused.
        Never = "never",
    }
}

spelled! {
    /// `x-auth`: which token an operation takes.
    Auth {
        /// No token.
        None = "none",
        /// A server token.
        Server = "server",
        /// A server token or one scoped to a callout.
        ServerOrCallout = "server-or-callout",
        /// A token scoped to a customer.
        Customer = "customer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_round_trip_and_nothing_else_is_read() {
        for text in Evidence::SPELLINGS {
            assert_eq!(Evidence::from_spelling(text).unwrap().to_string(), *text);
        }
        for text in Retry::SPELLINGS {
            assert_eq!(Retry::from_spelling(text).unwrap().spelling(), *text);
        }
        for text in Auth::SPELLINGS {
            assert_eq!(Auth::from_spelling(text).unwrap().spelling(), *text);
        }
        assert_eq!(Evidence::from_spelling("s"), None);
        assert_eq!(Auth::from_spelling("Server"), None);
    }
}
