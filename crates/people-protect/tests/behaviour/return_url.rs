//! What a browser brings back, in every shape.

use people_protect::{CustomerId, ReturnStatus, ReturnUrl};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[test]
fn p13_r53_every_parameter_is_read_from_every_kind_of_url() {
    let query = "status=failed&error_code=payment_failed&signupSessionId=css_123&customerId=987654&siteId=s-1";
    for url in [
        format!("https://shop.example.com/done?{query}"),
        format!("https://shop.example.com/done?lang=en&{query}#top"),
        format!("https://shop.example.com/#/done?{query}"),
        format!("https://shop.example.com/#{query}"),
        format!("https://shop.example.com/done?lang=en?{query}&x=1")
            .replace("?status=failed", "?status=FAILED"),
        format!("myapp://signup-done?{query}"),
        format!("myapp:?{query}"),
        format!("/done?{query}"),
        format!(" ?{query}\n"),
        query.to_owned(),
        query
            .to_uppercase()
            .replace("CSS_123", "css_123")
            .replace("S-1", "s-1"),
        query.replace('&', "&amp;"),
        query
            .replace("_code", "Code")
            .replace("signupSessionId", "signup_session_id"),
        query.replace("css_123", "css%5F123"),
        format!("signupSessionId=&customerId=null&{query}"),
        format!("{query}&signupSessionId=&customerId=undefined"),
    ] {
        let back = ReturnUrl::parse(&url);
        assert_eq!(back.status(), Some(&ReturnStatus::Failed), "{url}");
        let code = back.error_code().unwrap();
        assert!(code.eq_ignore_ascii_case("payment_failed"), "{url}");
        assert_eq!(back.session_id().unwrap().reveal(), "css_123", "{url}");
        assert_eq!(back.customer(), Some(CustomerId::new(987_654)), "{url}");
        assert_eq!(back.site_id(), Some("s-1"), "{url}");
    }
}

#[test]
fn p13_unknown_parameters_and_statuses_are_kept() {
    let back = ReturnUrl::parse("/done?order=7&status=On+Hold&order=8&flag&customerId=abc");
    assert_eq!(back.status(), Some(&ReturnStatus::Other("On Hold".into())));
    assert_eq!(back.customer(), None);
    let kept: Vec<_> = back.parameters().map(|(n, v)| (n, v.reveal())).collect();
    assert_eq!(
        kept,
        [
            ("order", "7"),
            ("status", "On Hold"),
            ("order", "8"),
            ("flag", ""),
            ("customerId", "abc")
        ]
    );
}

#[test]
fn p13_the_redirects_own_parameters_count_and_not_those_before_them() {
    let back =
        ReturnUrl::parse("/d?status=open&signupSessionId=a&status=completed&signupSessionId=b");
    assert_eq!(back.status(), Some(&ReturnStatus::Completed));
    assert_eq!(back.session_id().unwrap().reveal(), "b");
    // A URL within a parameter hides nothing that stands outside.
    let back = ReturnUrl::parse("/d?signupSessionId=b&next=/x?signupSessionId=c");
    assert_eq!(back.session_id().unwrap().reveal(), "b");
}

#[test]
fn what_is_no_return_url_says_nothing() {
    for text in [
        "",
        "?",
        "#",
        "https://shop.example.com/a=b",
        "myapp://x/a=b",
        "done",
    ] {
        let back = ReturnUrl::parse(text);
        assert_eq!((back.status(), back.session_id()), (None, None), "{text}");
        assert_eq!(back.parameters().count(), 0, "{text}");
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    // The same cases in every run.
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(20_260_610),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn reading_never_panics_and_shows_nothing(text in any::<String>()) {
        let back = ReturnUrl::parse(&text);
        let shown = format!("{back:?}");
        prop_assert!(shown.len() < 160, "{shown}");
    }

    #[test]
    fn p13_the_session_is_never_lost(
        before in "[^#]{0,20}",
        pairs in proptest::collection::vec("[a-z%+]{0,6}=?[a-z0-9%+/?]{0,6}", 0..4),
        id in "[^\\s]{1,40}",
        fragment in "[^=?#]{0,8}",
    ) {
        prop_assume!(!id.trim().is_empty() && !matches!(id.as_str(), "null" | "undefined"));
        let pairs: String = pairs.iter().map(|pair| format!("{pair}&")).collect();
        let url = format!("{before}?{pairs}signupSessionId={}#{fragment}", encoded(&id));
        let back = ReturnUrl::parse(&url);
        prop_assert_eq!(back.session_id().map(|id| id.reveal()), Some(id.as_str()));
        let shown = format!("{:?}", back);
        prop_assert!(id.len() < 8 || !shown.contains(&id), "{}", shown);
    }
}
