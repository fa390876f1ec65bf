//! CSV uploads as people make them, and as nobody should.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use std::fmt::Write as _;

use crate::common::{Bench, Reply};

const HEADER: &str = "externalReferenceId,locationIdentifier,latitude,longitude";
const BOUNDARY: &str = "multipart/form-data; boundary=x";

/// A form with the file and any further text fields, as bytes.
fn form(file: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"locations\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n".to_vec();
    body.extend_from_slice(file);
    for (name, value) in fields {
        let part =
            format!("\r\n--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(b"\r\n--x--\r\n");
    body
}

const CALLBACK: (&str, &str) = ("callbackUrl", "https://example.com/hooks/csv");

async fn send(bench: &Bench, kind: Option<&str>, body: Vec<u8>) -> Reply {
    let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
    let mut request = bench.client.post(url).bearer_auth(&bench.token).body(body);
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    let response = request.send().await.unwrap();
    Reply {
        status: response.status().as_u16(),
        body: response.json().await.unwrap(),
    }
}

async fn upload(bench: &Bench, file: &str) -> Reply {
    send(bench, Some(BOUNDARY), form(file.as_bytes(), &[CALLBACK])).await
}

async fn places(bench: &Bench) -> Vec<String> {
    let listed = bench.get("/predefinedLocations").await.expect(200);
    let listed = listed.as_array().unwrap().iter();
    listed
        .map(|place| place["externalReferenceId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_form_that_is_none_is_400() {
    let bench = Bench::new().await;
    let file = format!("{HEADER}\na,a,1,1\n");
    let whole = form(file.as_bytes(), &[CALLBACK]);
    for kind in [
        None,
        Some("application/json"),
        Some("multipart/form-data"),
        Some("multipart/form-data; boundary="),
        Some("multipart/form-data; boundary=another"),
        Some("multipart/mixed; boundary=x"),
        Some("text/csv"),
    ] {
        let refused = send(&bench, kind, whole.clone()).await;
        assert_eq!(refused.status, 400, "{kind:?}");
        refused.refused(400);
    }
    // Cut off anywhere, it is never taken, and never a 500.
    for end in 0..whole.len() - 4 {
        let cut = send(&bench, Some(BOUNDARY), whole[..end].to_vec()).await;
        assert_eq!(cut.status, 400, "cut at {end}");
    }
    assert!(places(&bench).await.is_empty());
}

#[tokio::test]
async fn what_a_form_lacks_is_named() {
    let bench = Bench::new().await;
    let file = format!("{HEADER}\na,a,1,1\n");
    let lacks = send(&bench, Some(BOUNDARY), form(file.as_bytes(), &[])).await;
    assert!(lacks.refused(400).contains("callbackUrl"));
    let renamed = String::from_utf8(form(file.as_bytes(), &[CALLBACK])).unwrap();
    let renamed = renamed
        .replace("\"locations\"", "\"location\"")
        .into_bytes();
    let lacks = send(&bench, Some(BOUNDARY), renamed).await;
    assert!(lacks.refused(400).contains("locations"));
    for address in [
        "",
        "https://",
        "https:///a",
        "http://example.com/",
        "ftp://a/",
        "\u{0}",
    ] {
        let sent = form(file.as_bytes(), &[("callbackUrl", address)]);
        let refused = send(&bench, Some(BOUNDARY), sent).await;
        assert!(refused.refused(400).contains("callbackUrl"), "{address}");
    }
    for delimiter in ["", "ab", "\"", "\n", "a", "1", "é", "\u{0}", "."] {
        let sent = form(file.as_bytes(), &[CALLBACK, ("delimiter", delimiter)]);
        let refused = send(&bench, Some(BOUNDARY), sent).await;
        assert!(refused.refused(400).contains("delimiter"), "{delimiter:?}");
    }
    let bytes = send(&bench, Some(BOUNDARY), form(b"\xff\xfe\0a", &[CALLBACK])).await;
    bytes.refused(400);
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_400_by_row_or_column() {
    let bench = Bench::new().await;
    for (file, named) in [
        (String::new(), "externalReferenceId"),
        ("\n\n\n".to_owned(), "externalReferenceId"),
        (HEADER.replace("latitude", "lat"), "latitude"),
        (HEADER.replace(',', ";"), "externalReferenceId"),
        (format!("{HEADER}\na,a,1\n"), "row 1"),
        (format!("{HEADER}\na,a,1,1,1\n"), "row 1"),
        (format!("{HEADER}\na,a,1,1\n,b,1,1\n"), "row 2"),
        (format!("{HEADER}\na,a,1,1\nb,b,91,1\n"), "row 2"),
        (format!("{HEADER}\na,a,1,1\nb,b,1,\n"), "longitude"),
        (
            format!("{HEADER}\na,a,1,1\na,b,1,1\n"),
            "externalReferenceId",
        ),
        (
            format!("{HEADER}\na,a,1,1\nb,a,1,1\n"),
            "locationIdentifier",
        ),
        (format!("{HEADER},customerId\na,a,1,1,x\n"), "customerId"),
        (format!("{HEADER},customerId\na,a,1,1,5\n"), "customerId"),
        (
            format!("{HEADER},calloutLocationTypeId\na,a,1,1,9223372036854775808\n"),
            "calloutLocationTypeId",
        ),
    ] {
        let message = upload(&bench, &file).await.refused(400);
        assert!(message.contains(named), "{file:?}: {message}");
    }
    assert!(places(&bench).await.is_empty());
}

#[tokio::test]
async fn files_as_spreadsheets_write_them_are_read() {
    for file in [
        format!("\u{feff}{HEADER}\na,a,1,1\n"),
        format!("{HEADER}\r\na,a,1,1\r\n"),
        format!("{HEADER}\na,a,1,1"),
        "\"externalReferenceId\", locationIdentifier ,latitude,longitude\n\"a\",a,1,1\n".to_owned(),
        format!("{HEADER},somethingElse\na,a,1,1,5\n"),
    ] {
        let bench = Bench::new().await;
        upload(&bench, &file).await.expect(200);
        assert_eq!(places(&bench).await, ["a"], "{file:?}");
    }
    for delimiter in [";", "\t", "|"] {
        let bench = Bench::new().await;
        let file = format!("{HEADER}\na,a,1,1\n").replace(',', delimiter);
        let sent = form(file.as_bytes(), &[CALLBACK, ("delimiter", delimiter)]);
        send(&bench, Some(BOUNDARY), sent).await.expect(200);
        assert_eq!(places(&bench).await, ["a"], "{delimiter:?}");
    }
}

#[tokio::test]
async fn a_cell_may_hold_quotes_lines_and_delimiters() {
    let bench = Bench::new().await;
    let file = format!("{HEADER},formattedAddress\na,a,1,1,\"123 \"\"Main\"\", \nJohannesburg\"\n");
    upload(&bench, &file).await.expect(200);
    let listed = bench.get("/predefinedLocations").await.expect(200);
    assert_eq!(
        listed[0]["formattedAddress"],
        "123 \"Main\", \nJohannesburg"
    );
}

#[tokio::test]
async fn fifty_thousand_rows_are_one_upload() {
    let bench = Bench::new().await;
    let mut file = format!("{HEADER}\n");
    for row in 0..50_000 {
        writeln!(file, "site_{row},site_{row},-26.12345,28.12345").unwrap();
    }
    upload(&bench, &file).await.expect(200);
    let snapshot = bench.simulator.snapshot();
    assert_eq!(snapshot.fixed_locations_uploads()[0].added, 50_000);
    let path = "/predefinedLocations/externalRef/site_49999/callouts";
    bench.post(path, serde_json::json!({})).await.expect(201);
    let larger = vec![b' '; 17 * 1024 * 1024];
    let larger = String::from_utf8(larger).unwrap();
    upload(&bench, &larger).await.refused(413);
}
