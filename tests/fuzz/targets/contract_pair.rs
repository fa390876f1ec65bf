//! Two documents that anybody may have written are compared without a panic, whatever they hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect_contract::compare::{Format, Written, compare_values, parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    // The first line that is a rule divides them.
    let (one, other) = text.split_once("\n---\n").unwrap_or((text, text));
    let (Ok(one), Ok(other)) = (parse(one, "old.yaml"), parse(other, "new.yaml")) else {
        return;
    };
    let same = compare_values(&one, &one);
    assert!(same.changes().is_empty(), "{}", same.to_text());
    let there = compare_values(&one, &other);
    let back = compare_values(&other, &one);
    assert_eq!(there.changes().is_empty(), back.changes().is_empty());
    for format in [
        Format::Text,
        Format::Coloured,
        Format::Markdown,
        Format::Json,
        Format::Junit,
        Format::Github,
    ] {
        assert!(
            !there
                .to_report(format, Written::new("new.yaml", text))
                .is_empty()
                || there.changes().is_empty()
        );
    }
});
