//! Cancelling: what the answer says, and what it does not.

use people_protect::{CalloutId, ErrorKind, Mobile, SafeCode, Stage};

use crate::scene::Scene;
use crate::server::{Reply, Server};

#[tokio::test]
async fn r34_with_the_safe_code_and_without_one_the_callout_is_cancelled() {
    let mobile: Mobile = "+27821234567".parse().unwrap();
    for code in [Some(mobile.safe_code()), None] {
        let scene = Scene::raised().await;
        let cancellation = scene.callout().cancel(code).await.unwrap();
        assert_eq!(cancellation.stage(), Some(Stage::Cancelled));
        assert_eq!(cancellation.callout().unwrap().id(), Some(scene.id));
    }
}

#[tokio::test]
async fn r34_a_wrong_code_is_answered_and_the_callout_goes_on() {
    let scene = Scene::raised().await;
    let wrong = SafeCode::new("0000").unwrap();
    let cancellation = scene.callout().cancel(Some(wrong)).await.unwrap();
    assert_eq!(cancellation.stage(), Some(Stage::Raised));
    assert!(!scene.callout().get().await.unwrap().is_over());
}

#[tokio::test]
async fn c16_the_answer_is_read_nested_flat_and_empty() {
    let cancelled = (Some(CalloutId::new(992_011)), Some(Stage::Cancelled));
    for (body, expected) in [
        (
            r#"{"callout":{"id":992011,"status":"Cancelled","incidentInformation":[{}]}}"#,
            cancelled.clone(),
        ),
        (
            r#"{"callout":{"id":992011,"status":"Cancelled","latitude":-26.1}}"#,
            cancelled.clone(),
        ),
        (
            r#"{"message":"ok","callout":{"id":"992011","status":"CANCELLED"}}"#,
            cancelled.clone(),
        ),
        (r#"{"id":992011,"status":"cancelled"}"#, cancelled),
        (r#"{"message":"ok"}"#, (None, None)),
        ("", (None, None)),
    ] {
        let server = Server::replying([Reply::json(200, body)]).await;
        let cancellation = server.client().callout(992_011).cancel(None).await.unwrap();
        let id = cancellation.callout().and_then(|callout| callout.id());
        assert_eq!((id, cancellation.stage()), expected, "{body}");
        assert_eq!(cancellation.answer().body(), body.as_bytes());
    }
}

#[tokio::test]
async fn r63_there_is_nothing_to_cancel_where_there_is_no_callout() {
    let scene = Scene::raised().await;
    let error = scene.aura.callout(1).cancel(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
