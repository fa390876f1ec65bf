//! Positions: what is one, and what comes back from texts.

use people_protect::Position;
use people_protect::raw::types;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn place(latitude: &str, longitude: &str) -> types::FixedLocation {
    let mut place = types::FixedLocation::default();
    place.latitude = Some(latitude.into());
    place.longitude = Some(longitude.into());
    place
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::with_cases(512)
    })]

    #[test]
    fn every_pair_of_numbers_is_a_position_or_advice(latitude: f64, longitude: f64) {
        let on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        match Position::new(latitude, longitude) {
            Ok(position) => {
                prop_assert!(on_earth);
                prop_assert_eq!((position.latitude(), position.longitude()), (latitude, longitude));
            }
            Err(error) => {
                prop_assert!(!on_earth);
                prop_assert!(error.hint().is_some());
                // P12: the refused numbers are not repeated.
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains(&latitude.to_string()) || latitude.to_string().len() < 4);
            }
        }
    }

    #[test]
    fn r77_every_position_comes_back_from_its_texts(
        latitude in -90.0..=90.0_f64,
        longitude in -180.0..=180.0_f64,
    ) {
        let position = Position::new(latitude, longitude).unwrap();
        let read = Position::of_fixed_location(&place(
            &format!(" {latitude} "),
            &longitude.to_string(),
        ));
        prop_assert_eq!(read, Some(position));
    }

    #[test]
    fn p18_no_text_is_taken_for_a_position_that_is_none(latitude: String, longitude: String) {
        if let Some(position) = Position::of_fixed_location(&place(&latitude, &longitude)) {
            prop_assert!(position.latitude().abs() <= 90.0);
            prop_assert!(position.longitude().abs() <= 180.0);
        }
    }
}

#[test]
fn what_is_no_number_is_no_position() {
    for text in ["", "NaN", "inf", "26,1", "91", "-26.1 S", "\u{0}"] {
        assert_eq!(
            Position::of_fixed_location(&place(text, "28.1")),
            None,
            "{text}"
        );
    }
}
