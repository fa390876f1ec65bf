//! Fixed locations, their CSV file, and callouts raised for them.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::receiver::Receiver;
use crate::session::Session;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R30", "A fixed location needs no body to call")
            .steps("raise for an external reference with `{}` and with nothing")
            .expects("a 2xx both times")
            .run(no_body_needed),
        Case::new("R31", "An unknown external reference is 400")
            .steps("raise for a reference nobody has")
            .expects("400 with a `message`")
            .run(unknown_is_400),
        Case::new("R49", "An upload is the whole portfolio")
            .steps("upload three rows, then two of them")
            .expects("the third is gone from the list")
            .needs(&[Need::FullSync])
            .run(an_upload_is_the_whole),
        Case::new("R50", "The file is in the field `locations`, below /v1")
            .steps("upload under another field name, then below /panic-api, then as documented")
            .expects("refusals (400 and 404 are assumptions), then a 2xx")
            .needs(&[Need::FullSync])
            .run(the_file_has_its_field),
        Case::new("R77", "Four fields are needed, coordinates are texts")
            .steps("store a location, then without each of the four")
            .expects("a 2xx, then 400 each")
            .run(four_fields),
        Case::new("R78", "Some keys have a dot in them")
            .steps("store a location without a type")
            .expects("keys such as `calloutLocationType.id`, all null")
            .run(dotted_keys),
        Case::new("R79", "Raising for a fixed location answers four keys")
            .steps("raise with an `installerIdentifier`")
            .expects("`message`, `callout`, `externalReferenceId` and `installerIdentifier`")
            .run(four_keys),
        Case::new(
            "R80",
            "A location over REST does not survive an upload without it",
        )
        .steps("store a location, upload a file that lacks it")
        .expects("it is gone from the list")
        .needs(&[Need::FullSync])
        .run(rest_does_not_survive),
        Case::new("R81", "An upload is accepted, and its result posted")
            .steps("upload with the receiver as `callbackUrl`")
            .expects("`message`, and a POST to the receiver")
            .needs(&[Need::FullSync, Need::Receiver])
            .run(its_result_is_posted),
    ]
}

/// A fixed location nobody else in this run has.
pub(crate) fn site(s: &Session) -> Value {
    let reference = format!("conformance-{}", s.serial());
    json!({
        "externalReferenceId": reference,
        "locationIdentifier": reference,
        "latitude": "-26.12345",
        "longitude": "28.12345",
    })
}

/// Stores one: its external reference.
async fn stored(s: &Session) -> Result<String, Stop> {
    let site = site(s);
    let reference = site["externalReferenceId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    s.call("create_fixed_location")
        .json(site)
        .send()
        .await?
        .or_not_run()?;
    Ok(reference)
}

async fn no_body_needed(s: Session) -> Outcome {
    let reference = stored(&s).await?;
    let call = || {
        let call = s.call("create_fixed_location_callout");
        call.with("externalReferenceId", &reference)
    };
    call().json(json!({})).send().await?.expect_ok()?;
    call().send().await?.expect_ok()?;
    Ok(())
}

async fn unknown_is_400(s: Session) -> Outcome {
    let unknown = format!("nowhere-{}", s.serial());
    let call = s
        .call("create_fixed_location_callout")
        .with("externalReferenceId", unknown);
    let answer = call
        .json(json!({ "installerIdentifier": "one" }))
        .send()
        .await?;
    let answer = answer.expect_status(400)?;
    expect(!answer.text_at("/message").is_empty(), || {
        "400 without a `message`".to_owned()
    })
}

fn file(rows: &[&str]) -> String {
    let mut file = String::from("externalReferenceId,locationIdentifier,latitude,longitude\n");
    for row in rows {
        file.push_str(&format!("{row},{row},-26.12345,28.12345\n"));
    }
    file
}

fn form(field: &'static str, rows: &[&str], callback: &str) -> Form {
    let part = Part::text(file(rows)).file_name("locations.csv");
    Form::new()
        .part(field, part)
        .text("callbackUrl", callback.to_owned())
}

/// Where nobody listens, as the rules that use it do not look at it.
const CALLBACK: &str = "https://example.com/hooks/csv";

async fn upload(s: &Session, rows: &[&str]) -> Result<Answer, Stop> {
    let form = form("locations", rows, CALLBACK);
    s.call("upload_fixed_locations")
        .form(form)
        .send()
        .await?
        .or_not_run()
}

/// The external references of all locations.
async fn references(s: &Session) -> Result<Vec<String>, Stop> {
    let list = s.call("list_fixed_locations").send().await?.or_not_run()?;
    let all = list.body().as_array().cloned().unwrap_or_default();
    let reference = |one: &Value| one["externalReferenceId"].as_str().map(ToOwned::to_owned);
    Ok(all.iter().filter_map(reference).collect())
}

async fn an_upload_is_the_whole(s: Session) -> Outcome {
    let rows =
        [s.serial(), s.serial(), s.serial()].map(|number| format!("conformance-csv-{number}"));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    upload(&s, &rows).await?;
    upload(&s, &rows[..2]).await?;
    let left = references(&s).await?;
    if left.iter().any(|one| one == rows[2]) {
        return against("the row that the second file lacks is still there");
    }
    let kept = rows[..2]
        .iter()
        .all(|row| left.iter().any(|one| one == row));
    expect(kept, || "a row of the second file is not there".to_owned())
}

async fn the_file_has_its_field(s: Session) -> Outcome {
    let row = format!("conformance-csv-{}", s.serial());
    let other = form("file", &[&row], CALLBACK);
    let other = s
        .call("upload_fixed_locations")
        .form(other)
        .unchecked()
        .send()
        .await?;
    let other = other.expect_refused()?;
    s.assume_status(&other, Grade::I, 400);
    let below = s.raw(Method::POST, "/predefinedlocations/upload");
    let below = below
        .form(form("locations", &[&row], CALLBACK))
        .send()
        .await?;
    let below = below.expect_refused()?;
    s.assume_status(&below, Grade::I, 404);
    let right = form("locations", &[&row], CALLBACK);
    s.call("upload_fixed_locations")
        .form(right)
        .send()
        .await?
        .expect_ok()?;
    Ok(())
}

async fn four_fields(s: Session) -> Outcome {
    let stored = s
        .call("create_fixed_location")
        .json(site(&s))
        .send()
        .await?
        .expect_ok()?;
    if !stored.at("/latitude").is_string() || !stored.at("/longitude").is_string() {
        return against("the coordinates are answered as something other than texts");
    }
    for name in [
        "externalReferenceId",
        "locationIdentifier",
        "latitude",
        "longitude",
    ] {
        let mut lacking = site(&s);
        if let Some(fields) = lacking.as_object_mut() {
            fields.remove(name);
        }
        let answer = s.call("create_fixed_location").json(lacking).send().await?;
        if answer.status() != 400 {
            return against(format!("without `{name}` it answered {}", answer.status()));
        }
    }
    Ok(())
}

async fn dotted_keys(s: Session) -> Outcome {
    let stored = s
        .call("create_fixed_location")
        .json(site(&s))
        .send()
        .await?
        .or_not_run()?;
    for name in [
        "id",
        "value",
        "description",
        "addressType",
        "createdAt",
        "updatedAt",
    ] {
        let key = format!("calloutLocationType.{name}");
        match stored.body().get(&key) {
            Some(Value::Null) => {}
            Some(_) => return against(format!("`{key}` is set without a type")),
            None => return against(format!("there is no key `{key}`")),
        }
    }
    Ok(())
}

async fn four_keys(s: Session) -> Outcome {
    let reference = stored(&s).await?;
    let call = s
        .call("create_fixed_location_callout")
        .with("externalReferenceId", &reference);
    let sent = json!({ "installerIdentifier": "one" });
    let raised = call.json(sent).send().await?.or_not_run()?;
    let wanted = [
        "callout",
        "externalReferenceId",
        "installerIdentifier",
        "message",
    ];
    raised.expect_keys(&wanted)?;
    if raised.at("/installerIdentifier") != "one" {
        s.note(
            Grade::I,
            "`installerIdentifier` is not answered as it was sent",
        );
    }
    Ok(())
}

async fn rest_does_not_survive(s: Session) -> Outcome {
    let reference = stored(&s).await?;
    let row = format!("conformance-csv-{}", s.serial());
    upload(&s, &[&row]).await?;
    let left = references(&s).await?;
    expect(!left.contains(&reference), || {
        "it is still there".to_owned()
    })
}

async fn its_result_is_posted(s: Session) -> Outcome {
    let receiver = Receiver::start(s.options()).await?;
    let row = format!("conformance-csv-{}", s.serial());
    let form = form("locations", &[&row], &receiver.url);
    let answer = s
        .call("upload_fixed_locations")
        .form(form)
        .send()
        .await?
        .expect_ok()?;
    answer.expect_keys(&["message"])?;
    let received = s.settled(&receiver, 1).await?;
    let posted = received.iter().any(|one| one.method == "POST");
    expect(posted, || "nothing was posted to `callbackUrl`".to_owned())
}
