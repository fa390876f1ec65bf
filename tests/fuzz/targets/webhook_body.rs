//! Webhook bodies: each is a delivery, keeps its bytes, and has one key (P08).

#![no_main]

use libfuzzer_sys::fuzz_target;
use people_protect::webhooks::Delivery;

fuzz_target!(|body: &[u8]| {
    let delivery = Delivery::parse(body);
    assert_eq!(delivery.body(), body);
    let _ = format!("{delivery:?}");
    let _ = (
        delivery.entity(),
        delivery.callout_id(),
        delivery.customer_id(),
    );
    let _ = (
        delivery.subscription_id(),
        delivery.callout(),
        delivery.incidents(),
    );
    let _ = (
        delivery.subscription(),
        delivery.customer(),
        delivery.asks_for_a_read(),
    );
    let _ = (delivery.liveness(), delivery.is_live());
    let again = Delivery::parse(body);
    assert_eq!(
        delivery.dedup_key().to_string(),
        again.dedup_key().to_string()
    );
});
