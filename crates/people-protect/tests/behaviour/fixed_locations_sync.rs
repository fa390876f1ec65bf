//! The portfolio as CSV.

use people_protect::{ErrorKind, FixedLocationRow, FixedLocationsCsv, SyncBasis};

use crate::fixed_locations::{scene, site};
use crate::server::{Reply, Server};

const CALLBACK: &str = "https://example.com/hooks/csv";

fn file(references: &[&str]) -> FixedLocationsCsv {
    FixedLocationsCsv::new(references.iter().map(|reference| site(reference))).unwrap()
}

fn texts<'a>(references: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    references.collect()
}

#[tokio::test]
async fn r49_r80_a_plan_says_what_an_upload_would_do_and_changes_nothing() {
    let (simulator, aura) = scene().await;
    for reference in ["over rest", "same", "moved"] {
        aura.create_fixed_location(site(reference)).await.unwrap();
    }
    let moved = site("moved").with_place(|place| place.latitude = "-26.2".into());
    let rows = [site("new"), site("same"), moved.description("Depot")];
    let file = FixedLocationsCsv::new(rows).unwrap();
    let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "1 to add, 1 to change, 1 to delete, 1 unchanged"
    );
    assert_eq!(texts(plan.added()), ["new"]);
    assert_eq!(texts(plan.deleted()), ["over rest"]);
    let [change] = plan.changed() else {
        panic!("one change")
    };
    assert_eq!(change.external_reference, "moved");
    assert_eq!(change.columns, ["latitude", "locationDescription"]);
    assert_eq!(plan.basis(), SyncBasis::Download);
    assert!(plan.not_compared().is_empty());
    assert!(simulator.snapshot().fixed_locations_uploads().is_empty());
    assert_eq!(aura.fixed_locations().await.unwrap().len(), 3);
}

#[tokio::test]
async fn r49_an_upload_does_what_the_plan_says() {
    let (simulator, aura) = scene().await;
    for delimiter in [',', ';'] {
        let file = file(&["a", "b", "c"]).with_delimiter(delimiter).unwrap();
        let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
        let accepted = plan
            .with_source_label("nightly")
            .upload(CALLBACK)
            .await
            .unwrap();
        assert!(accepted.message.is_some());
        let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
        assert!(plan.is_empty(), "{plan}");
        assert_eq!(plan.unchanged(), 3);
    }
    let plan = aura
        .plan_fixed_locations_sync(&file(&["a", "c"]))
        .await
        .unwrap();
    assert_eq!(texts(plan.deleted()), ["b"]);
    plan.with_allowed_deletions(1)
        .upload(CALLBACK)
        .await
        .unwrap();
    let list = aura.fixed_locations().await.unwrap();
    let left: Vec<_> = list
        .iter()
        .filter_map(|place| place.external_reference_id.as_deref())
        .collect();
    assert_eq!(left, ["a", "c"]);
    let snapshot = simulator.snapshot();
    let [first, ..] = snapshot.fixed_locations_uploads() else {
        panic!("uploads")
    };
    // R81: the result goes there.
    assert_eq!(first.callback_url.reveal(), CALLBACK);
    assert_eq!(first.label.as_deref(), Some("nightly"));
}

#[tokio::test]
async fn r49_nothing_is_deleted_unless_it_is_allowed() {
    let (simulator, aura) = scene().await;
    for reference in ["a", "b", "c"] {
        aura.create_fixed_location(site(reference)).await.unwrap();
    }
    let plan = aura.plan_fixed_locations_sync(&file(&["a"])).await.unwrap();
    assert_eq!(plan.deletions(), 2);
    for plan in [plan.clone(), plan.clone().with_allowed_deletions(1)] {
        let error = plan.upload(CALLBACK).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("would delete 2 fixed locations"));
        assert!(!error.may_have_reached_server());
    }
    assert!(simulator.snapshot().fixed_locations_uploads().is_empty());
    plan.with_allowed_deletions(2)
        .upload(CALLBACK)
        .await
        .unwrap();
    assert_eq!(aura.fixed_locations().await.unwrap().len(), 1);
}

#[tokio::test]
async fn r49_deleting_everything_takes_two_words() {
    let (_simulator, aura) = scene().await;
    aura.create_fixed_location(site("a")).await.unwrap();
    let empty = FixedLocationsCsv::deleting_everything().unwrap();
    let plan = aura.plan_fixed_locations_sync(&empty).await.unwrap();
    plan.upload(CALLBACK).await.unwrap_err();
    assert_eq!(aura.fixed_locations().await.unwrap().len(), 1);
    plan.with_allowed_deletions(1)
        .upload(CALLBACK)
        .await
        .unwrap();
    assert!(aura.fixed_locations().await.unwrap().is_empty());
}

#[tokio::test]
async fn r80_what_came_after_the_plan_is_not_deleted() {
    let (simulator, aura) = scene().await;
    aura.create_fixed_location(site("a")).await.unwrap();
    let plan = aura.plan_fixed_locations_sync(&file(&["b"])).await.unwrap();
    let plan = plan.with_allowed_deletions(10);
    aura.create_fixed_location(site("late")).await.unwrap();
    let error = plan.upload(CALLBACK).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint().unwrap().contains("plan again"));
    assert!(simulator.snapshot().fixed_locations_uploads().is_empty());
}

#[tokio::test]
async fn r50_the_callback_is_https() {
    let (simulator, aura) = scene().await;
    let plan = aura.plan_fixed_locations_sync(&file(&["a"])).await.unwrap();
    for callback in [
        "http://example.com/",
        "example.com",
        "",
        "https://",
        "ftp://example.com/",
    ] {
        let error = plan.upload(callback).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{callback}");
        assert!(!error.may_have_reached_server(), "{callback}");
    }
    assert!(simulator.snapshot().fixed_locations_uploads().is_empty());
}

#[tokio::test]
async fn r50_the_file_goes_to_the_csv_base_under_its_own_field() {
    let download = "externalReferenceId\n";
    let server = Server::replying([
        Reply::with(200, "content-type: text/csv\r\n", download),
        Reply::json(200, "[]"),
        Reply::with(200, "content-type: text/csv\r\n", download),
        Reply::json(200, "[]"),
        Reply::json(200, r#"{"message": "taken"}"#),
    ])
    .await;
    let file = file(&["a"]).with_delimiter(';').unwrap();
    let aura = server.client();
    let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
    let plan = plan.with_user_email("jane.doe@example.com");
    plan.upload(CALLBACK).await.unwrap();
    assert_eq!(server.count("/v1/predefinedlocations/download"), 2);
    let seen = server.seen();
    let upload = seen.last().unwrap();
    assert_eq!(upload.path, "/v1/predefinedlocations/upload");
    for part in [
        "name=\"locations\"; filename=\"locations.csv\"",
        "name=\"callbackUrl\"\r\n\r\nhttps://example.com/hooks/csv\r\n",
        "name=\"userEmail\"\r\n\r\njane.doe@example.com\r\n",
        "name=\"delimiter\"\r\n\r\n;\r\n",
        file.text().reveal(),
    ] {
        assert!(
            upload.body.contains(part),
            "{part} is not in {}",
            upload.body
        );
    }
}

#[tokio::test]
async fn r81_an_upload_without_an_answer_is_not_repeated_and_says_so() {
    let download = || Reply::with(200, "content-type: text/csv\r\n", "externalReferenceId\n");
    let server = Server::replying([
        download(),
        Reply::json(200, "[]"),
        download(),
        Reply::json(200, "[]"),
        Reply::raw(""),
        Reply::json(200, "{}"),
    ])
    .await;
    let aura = server.client();
    let plan = aura.plan_fixed_locations_sync(&file(&["a"])).await.unwrap();
    let error = plan.upload(CALLBACK).await.unwrap_err();
    assert!(error.may_have_reached_server());
    assert!(!error.is_retryable());
    assert!(error.hint().unwrap().contains("wait for the callback"));
    assert_eq!(server.count("/upload"), 1);
}

#[tokio::test]
async fn the_list_stands_in_for_a_download_that_cannot_be_read() {
    const LIST: &str = r#"[{"id": 1, "externalReferenceId": "a", "locationIdentifier": "a",
        "latitude": "-26.123450", "longitude": "28.12345"}, {"id": 2, "externalReferenceId": null}]"#;
    for download in [
        Reply::json(404, "{}"),
        Reply::json(200, r#"{"url": "https://example.com/file"}"#),
        Reply::with(200, "content-type: text/csv\r\n", "name;address\nx;y\n"),
        Reply::with(
            200,
            "content-type: text/csv\r\n",
            "externalReferenceId,latitude\na,1,2\n",
        ),
    ] {
        let server = Server::replying([download, Reply::json(200, LIST)]).await;
        let aura = server.client();
        let plan = aura.plan_fixed_locations_sync(&file(&["a"])).await.unwrap();
        assert_eq!(plan.basis(), SyncBasis::List);
        assert_eq!(plan.unchanged(), 1);
        // No row can keep a place without an external reference.
        assert_eq!(plan.deletions(), 1);
        assert_eq!(plan.deleted().len(), 0);
    }
}

#[tokio::test]
async fn r49_a_download_that_lacks_places_is_not_believed() {
    const LIST: &str = r#"[{"id": 1, "externalReferenceId": "a"}, {"id": 2, "externalReferenceId": "b"},
        {"id": 3}]"#;
    for download in ["externalReferenceId\n", "externalReferenceId\na\n"] {
        let download = || Reply::with(200, "content-type: text/csv\r\n", download);
        let list = || Reply::json(200, LIST);
        let server = Server::replying([download(), list(), download(), list()]).await;
        let aura = server.client();
        let plan = aura.plan_fixed_locations_sync(&file(&["a"])).await.unwrap();
        assert_eq!(texts(plan.deleted()), ["b"]);
        assert_eq!(plan.deletions(), 2);
        assert_eq!(plan.added().len(), 0);
        assert_eq!(plan.basis(), SyncBasis::DownloadAndList);
        assert!(plan.to_string().contains("lacks"), "{plan}");
        plan.upload(CALLBACK).await.unwrap_err();
        assert_eq!(server.count("/upload"), 0);
    }
}

#[tokio::test]
async fn r49_a_download_alone_is_not_believed() {
    let download = Reply::with(
        200,
        "content-type: text/csv\r\n",
        "externalReferenceId\na\n",
    );
    let server = Server::replying([download, Reply::json(403, "{}")]).await;
    let aura = server.client();
    assert!(aura.plan_fixed_locations_sync(&file(&["a"])).await.is_err());
}

#[tokio::test]
async fn a_portfolio_that_cannot_be_read_is_no_empty_one() {
    for replies in [
        vec![Reply::json(403, "{}")],
        vec![Reply::json(404, "{}"), Reply::json(404, "{}")],
        vec![Reply::json(200, "{}"), Reply::json(200, "<html>")],
    ] {
        let server = Server::replying(replies).await;
        let aura = server.client();
        assert!(aura.plan_fixed_locations_sync(&file(&["a"])).await.is_err());
    }
}

#[tokio::test]
async fn columns_the_portfolio_does_not_show_are_named() {
    let download = "External Reference Id;Latitude\na;-26.12345\n";
    let server = Server::replying([
        Reply::with(200, "", download),
        Reply::json(200, r#"[{"id": 1, "externalReferenceId": "a"}]"#),
    ])
    .await;
    let row = FixedLocationRow::new(site("a")).with_column("region", "north");
    let file = FixedLocationsCsv::new([row]).unwrap();
    let plan = server
        .client()
        .plan_fixed_locations_sync(&file)
        .await
        .unwrap();
    assert_eq!(plan.unchanged(), 1);
    assert_eq!(
        plan.not_compared(),
        ["locationIdentifier", "longitude", "region"]
    );
}

#[tokio::test]
async fn p12_files_and_plans_show_nothing_planted() {
    let (_simulator, aura) = scene().await;
    let row = FixedLocationRow::new(site("a").formatted_address("Plantedstreet 1"))
        .with_column("contact", "planted@example.com");
    let file = FixedLocationsCsv::new([row.clone()]).unwrap();
    let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
    let plan = plan.with_user_email("planted@example.com");
    let error = plan.upload("http://planted.example/").await.unwrap_err();
    let shown = format!("{row:?} {file:?} {file:#?} {plan:?} {plan} {error} {error:?}");
    for planted in ["lanted", "26.12345", "28.12345"] {
        assert!(!shown.contains(planted), "{planted} shows in {shown}");
    }
}
