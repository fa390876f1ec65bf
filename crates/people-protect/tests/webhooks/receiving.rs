//! The check at the door.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use people_protect::ErrorKind;
use people_protect::webhooks::{Event, Receiver, Rejection, Unreadable};

use crate::fixtures;

const SECRET: &str = "a-long-random-text";

fn receiver() -> Receiver {
    Receiver::new("X-Webhook-Secret", SECRET).unwrap()
}

fn headers(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(
            HeaderName::from_static("x-webhook-secret"),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    headers
}

#[test]
fn p08_a_delivery_without_the_header_is_401_whatever_its_body() {
    let receiver = receiver().with_largest_body(10);
    let large = vec![b' '; 100];
    for body in [fixtures::new_callout.1, b"", b"<html>", &large] {
        let rejection = receiver.receive(&HeaderMap::new(), body).unwrap_err();
        assert_eq!(rejection, Rejection::MissingHeader);
        assert_eq!(rejection.status(), StatusCode::UNAUTHORIZED);
        let rejection = receiver.receive(&headers(&["wrong"]), body).unwrap_err();
        assert_eq!(rejection, Rejection::WrongHeader);
        assert_eq!(rejection.status(), StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn p08_only_the_whole_secret_opens() {
    let receiver = receiver();
    for wrong in [
        "",
        "a",
        "a-long-random-tex",
        "a-long-random-textt",
        "A-LONG-RANDOM-TEXT",
        "b-long-random-text",
        "Bearer a-long-random-text",
        "a-long-random-text, a-long-random-text",
    ] {
        let found = receiver.check(&headers(&[wrong]));
        assert_eq!(found, Err(Rejection::WrongHeader), "{wrong}");
    }
    receiver.check(&headers(&[SECRET])).unwrap();
    // A proxy may have added one.
    receiver.check(&headers(&["other", SECRET])).unwrap();
    assert!(receiver.check(&headers(&["other", "wrong"])).is_err());
}

#[test]
fn p08_the_header_counts_and_no_other_one() {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static(SECRET));
    assert_eq!(receiver().check(&headers), Err(Rejection::MissingHeader));
}

#[test]
fn r45_a_secret_can_be_changed_without_losing_a_delivery() {
    let receiver = receiver().with_former_secret("the-one-before").unwrap();
    for secret in [SECRET, "the-one-before"] {
        receiver.check(&headers(&[secret])).unwrap();
    }
    assert!(receiver.check(&headers(&["another"])).is_err());
}

#[test]
fn p08_a_secret_that_guards_nothing_is_refused() {
    for secret in ["", " ", "\t\n", " padded", "padded ", "two\nlines", "\u{1}"] {
        let error = Receiver::new("x-webhook-secret", secret).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{secret:?}");
        assert!(error.hint().is_some());
        let error = receiver().with_former_secret(secret).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{secret:?}");
    }
    for header in ["", "two words", "naïve"] {
        let error = Receiver::new(header, SECRET).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{header}");
    }
}

#[test]
fn p08_to_check_nothing_has_to_be_said_loudly() {
    let open = Receiver::without_header_check_so_anyone_can_forge_deliveries();
    open.receive(&HeaderMap::new(), fixtures::new_callout.1)
        .unwrap();
    let error = open.with_former_secret(SECRET).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[test]
fn p08_a_body_nobody_can_read_is_taken_in_with_its_bytes() {
    let cut_off = &fixtures::new_callout.1[..60];
    for (body, why) in [
        (b"".as_slice(), Unreadable::NotJson),
        (b"<html>", Unreadable::NotJson),
        (cut_off, Unreadable::NotJson),
        (b"\xff\xfe", Unreadable::NotJson),
        (b"null", Unreadable::NotAnObject),
        (b"[]", Unreadable::NotAnObject),
        (b"{}", Unreadable::NoMessage),
        (br#"{"message": null}"#, Unreadable::NoMessage),
        (br#"{"message": 5}"#, Unreadable::NoMessage),
        (br#"{"message": "  "}"#, Unreadable::NoMessage),
    ] {
        let delivery = receiver().receive(&headers(&[SECRET]), body).unwrap();
        assert_eq!(delivery.event(), &Event::Unreadable(why));
        assert_eq!(delivery.body(), body);
        assert!(delivery.asks_for_a_read());
        assert!(delivery.liveness().may_be_live());
    }
}

#[test]
fn a_body_over_the_limit_is_413_and_one_at_it_is_not() {
    let headers = headers(&[SECRET]);
    let body = fixtures::new_callout.1;
    let receiver = receiver().with_largest_body(body.len());
    receiver.receive(&headers, body).unwrap();
    let receiver = receiver.with_largest_body(body.len() - 1);
    let rejection = receiver.receive(&headers, body).unwrap_err();
    assert_eq!(rejection.status(), StatusCode::PAYLOAD_TOO_LARGE);

    let receiver = self::receiver();
    assert_eq!(receiver.largest_body(), 1024 * 1024);
    let large = vec![b' '; 1024 * 1024 + 1];
    assert!(receiver.receive(&headers, &large).is_err());
    receiver.receive(&headers, &large[1..]).unwrap();
}
