//! Answer first, work later.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use http::StatusCode;
use people_protect::webhooks::{Delivery, Event, Inbox};

use crate::fixtures::{self, delivery};

#[tokio::test]
async fn r47_deliveries_come_out_in_the_order_they_went_in() {
    let (inbox, mut deliveries) = Inbox::new(10);
    for fixture in fixtures::ALL {
        inbox.accept(delivery(*fixture)).unwrap();
    }
    drop(inbox);
    for (_, body) in fixtures::ALL {
        assert_eq!(deliveries.next().await.unwrap().body(), *body);
    }
    assert!(deliveries.next().await.is_none());
}

#[tokio::test]
async fn r47_a_full_inbox_is_503_and_hands_the_delivery_back() {
    let (inbox, mut deliveries) = Inbox::new(1);
    inbox.accept(delivery(fixtures::new_callout)).unwrap();
    let overflow = inbox
        .accept(delivery(fixtures::callout_closed))
        .unwrap_err();
    assert_eq!(overflow.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(overflow.to_string().contains("full"));
    assert_eq!(overflow.delivery().event(), &Event::CalloutClosed);
    assert_eq!(overflow.into_delivery().body(), fixtures::callout_closed.1);

    deliveries.next().await.unwrap();
    inbox.accept(delivery(fixtures::callout_closed)).unwrap();
}

#[tokio::test]
async fn r47_an_inbox_nobody_works_on_is_503_too() {
    let (inbox, deliveries) = Inbox::new(1);
    drop(deliveries);
    let overflow = inbox.accept(delivery(fixtures::new_callout)).unwrap_err();
    assert_eq!(overflow.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(overflow.to_string().contains("nobody"));
}

#[tokio::test]
async fn r47_a_closed_inbox_is_emptied_before_it_ends() {
    let (inbox, mut deliveries) = Inbox::new(10);
    inbox.accept(delivery(fixtures::new_callout)).unwrap();
    deliveries.close();
    assert!(inbox.accept(delivery(fixtures::callout_closed)).is_err());
    assert!(deliveries.next().await.is_some());
    assert!(deliveries.next().await.is_none());
}

#[test]
fn r47_the_workers_half_is_a_stream() {
    let (inbox, mut deliveries) = Inbox::new(0);
    let mut context = Context::from_waker(Waker::noop());
    let mut poll = || Pin::new(&mut deliveries).poll_next(&mut context);
    assert!(poll().is_pending());
    inbox.accept(Delivery::parse(b"{}")).unwrap();
    assert!(matches!(poll(), Poll::Ready(Some(_))));
}
