//! Answers of every shape: what is read can be shown, and written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::{fuzzing, raw::types};

fn read<T>(body: &[u8])
where
    T: serde::de::DeserializeOwned + serde::Serialize + std::fmt::Debug,
{
    let Ok(value) = serde_json::from_slice::<T>(body) else {
        return;
    };
    let _ = format!("{value:?}");
    let written = serde_json::to_vec(&value).expect("what was read can be written");
    serde_json::from_slice::<T>(&written).expect("what was written can be read");
}

fuzz_target!(|body: &[u8]| {
    read::<types::CalloutView>(body);
    read::<types::CustomerResponse>(body);
    read::<types::ErrorBody>(body);
    read::<types::Token>(body);
    let _ = fuzzing::callout_view(body);
    let _ = fuzzing::error_of(body);
});
