//! Mobile numbers.

use people_protect::{ErrorKind, Mobile};
use proptest::prelude::*;

#[test]
fn p11_no_country_is_guessed_and_no_number_is_repeated() {
    for text in [
        "",
        "+",
        "082 123 4567",
        "27821234567",
        "0027821234567",
        "+0821234567",
        "+27",
        "+2782123456789012",
        "+27821234567x",
        "+27 82 1234567 ext 1",
        "++27821234567",
        "+999 82 123 4567",
        "+27 82 123 4567 8901",
        "tel:+27821234567",
    ] {
        let error = text.parse::<Mobile>().expect_err(text);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        let shown = format!("{error} {error:?}").replace("+27821234567", "");
        assert!(!shown.contains("82"), "{shown}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn p11_the_hint_says_what_to_write_instead() {
    for (text, advice) in [
        ("0821234567", "instead of the leading 0,"),
        ("(082) 123-4567", "the country is never guessed"),
        ("0027821234567", "+ instead of the leading 00"),
        ("27821234567", "the country is never guessed"),
        ("+2782123456789", "missing or doubled digit"),
        ("+999123456789", "Mobile::as_written"),
    ] {
        let error = text.parse::<Mobile>().expect_err(text);
        assert!(error.hint().unwrap().contains(advice), "{text}: {error}");
    }
}

#[test]
fn separators_are_dropped() {
    for text in [
        "+27821234567",
        " +27 82 123 4567 ",
        "+27 (82) 123.45-67",
        "+27\u{a0}82\u{2011}123/4567",
        "\u{202a}+27 82 123 4567\u{202c}",
        "\u{ff0b}27821234567",
    ] {
        assert_eq!(text.parse::<Mobile>().unwrap().reveal(), "+27821234567");
    }
}

#[test]
fn the_zero_dialled_at_home_is_left_out_and_no_other_digit_is() {
    for (text, number) in [
        ("+27 (0)82 123 4567", "+27821234567"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        // Italy's leading zero belongs to the number.
        ("+39 02 3661 8300", "+390236618300"),
        // Russia's trunk prefix is 8, and so do numbers there begin.
        ("+7 812 555 35 35", "+78125553535"),
        ("+7 800 555 35 35", "+78005553535"),
    ] {
        assert_eq!(text.parse::<Mobile>().unwrap().reveal(), number);
    }
}

#[test]
fn a_number_in_a_range_that_no_table_has_is_accepted() {
    // No such area code; Niue, with the shortest numbers; a block nobody has opened.
    for text in [
        "+12345678901",
        "+1 999 555 0100",
        "+6834000",
        "+27991234567",
    ] {
        text.parse::<Mobile>().expect(text);
    }
}

#[test]
fn a_number_that_a_person_confirms_is_accepted_against_the_table() {
    let long = "+27 82 123 4567 89";
    assert!(long.parse::<Mobile>().is_err());
    assert_eq!(
        Mobile::as_written(long).unwrap().reveal(),
        "+27821234567".to_owned() + "89"
    );
    for text in ["0821234567", "+0821234567", "+123456", "+1234567890123456"] {
        assert!(Mobile::as_written(text).is_err(), "{text}");
    }
}

#[test]
fn r34_the_safe_code_is_the_last_four_digits() {
    let mobile: Mobile = "+27 82 123 4567".parse().unwrap();
    assert_eq!(mobile.safe_code().reveal(), "4567");
}

/// Anything a person may type or paste.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[+0-9 ().\\-/]{0,24}",
        "\\+[1-9][0-9]{6,14}",
        "[0-9]{1,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        ..ProptestConfig::with_cases(512)
    })]

    #[test]
    fn whatever_is_typed_gives_a_number_or_advice(text in anything()) {
        for read in [text.parse(), Mobile::as_written(&text)] {
            match read {
                Ok(mobile) => {
                    let digits = mobile.reveal().strip_prefix('+').unwrap();
                    prop_assert!((7..=15).contains(&digits.len()));
                    prop_assert!(digits.bytes().all(|digit| digit.is_ascii_digit()));
                    prop_assert!(!digits.starts_with('0'));
                    prop_assert_eq!(format!("{mobile:?}"), "Mobile(REDACTED)");
                }
                Err(error) => prop_assert!(error.hint().is_some()),
            }
        }
    }

    #[test]
    fn a_number_that_was_read_reads_as_itself(text in anything()) {
        if let Ok(mobile) = text.parse::<Mobile>() {
            prop_assert_eq!(&mobile.reveal().parse::<Mobile>().unwrap(), &mobile);
        }
    }

    #[test]
    fn p11_a_number_without_a_plus_is_never_completed(text in "[0-9][0-9 ().\\-]{0,20}") {
        prop_assert!(text.parse::<Mobile>().is_err());
        prop_assert!(Mobile::as_written(&text).is_err());
    }

    #[test]
    fn p11_no_digit_is_made_up_or_dropped_but_a_zero(text in "\\+[1-9][0-9]{6,14}") {
        if let Ok(mobile) = text.parse::<Mobile>() {
            let number = mobile.reveal();
            let shorter = text.match_indices('0').map(|(at, _)| {
                format!("{}{}", &text[..at], &text[at + 1..])
            });
            prop_assert!(number == text || shorter.into_iter().any(|zero| zero == number));
        }
    }

    #[test]
    fn p12_an_error_never_shows_what_was_typed(digits in "[2-9][0-9]{5,20}", form in 0..4_usize) {
        let text = match form {
            0 => digits.clone(),
            1 => format!("0{digits}"),
            2 => format!("00{digits}"),
            _ => format!("+{digits}"),
        };
        if let Err(error) = text.parse::<Mobile>() {
            let shown = format!("{error} {error:?}").replace("+27821234567", "");
            prop_assert!(!shown.contains(&digits[..5]), "{}", shown);
        }
    }
}
