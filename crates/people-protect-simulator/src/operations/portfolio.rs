//! The portfolio as CSV (R49, R50, R80, R81). The columns are not documented: that they are named
//! as the fields of the API is an assumption.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use people_protect_api::{PersonalText, types};

use crate::answer::{Answer, DONE};
use crate::call::Call;
use crate::problem::Problem;
use crate::signup::check_email;
use crate::state::State;
use crate::webhook;

const COLUMNS: [&str; 10] = [
    "externalReferenceId",
    "locationIdentifier",
    "latitude",
    "longitude",
    "locationDescription",
    "locationAdditionalInformation",
    "formattedAddress",
    "w3w",
    "calloutLocationTypeId",
    "customerId",
];

/// The fields of the form beside the file.
const FIELDS: [&str; 4] = ["callbackUrl", "userEmail", "delimiter", "source"];

/// The file is applied at once, where the service takes its time; its result is posted to the
/// callback address after the answer (R81).
pub(crate) fn upload_fixed_locations(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let source = call.source()?.id;
    let mut form = form(call)?;
    // R50: that a missing field is 400 is an assumption.
    let other = form.keys().find(|name| !FIELDS.contains(&name.as_str()));
    let any = other.filter(|_| !state.settings.keeps("R50")).cloned();
    let file = form
        .remove("locations")
        .or_else(|| form.remove(&any?))
        .ok_or_else(|| Problem::bad_request("the form has no file field `locations`"))?;
    let callback = form
        .remove("callbackUrl")
        .ok_or_else(|| Problem::bad_request("the form has no field `callbackUrl`"))?;
    if !webhook::is_deliverable(&callback, &state.settings) {
        return Err(Problem::bad_request(
            "`callbackUrl` must be an https address",
        ));
    }
    let delimiter = match form.get("delimiter").map(|text| text.as_bytes()) {
        None => b',',
        // What would also be a quote, a line's end or part of a value divides nothing.
        Some([one]) if *one == b'\t' || one.is_ascii_punctuation() && !b"\"-._".contains(one) => {
            *one
        }
        Some(_) => {
            return Err(Problem::bad_request(
                "`delimiter` must be one ASCII punctuation character or a tab",
            ));
        }
    };
    let rows = rows(state, source, &file, delimiter)?;
    if let Some(address) = form.get("userEmail") {
        check_email(Some(&address.as_str().into()), "userEmail")?;
    }
    let upload = (callback.into(), form.remove("source"));
    state.sync_fixed_locations(source, rows, upload, call.now)?;
    let mut answer = types::FixedLocationsUploadAccepted::default();
    answer.message = Some(DONE.to_owned());
    Answer::ok(&answer)
}

pub(crate) fn download_fixed_locations(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(COLUMNS)
        .map_err(|_| Problem::defect())?;
    for place in state.fixed_locations_of(call.source()?.id) {
        let place = &place.place;
        let text = |text: &Option<PersonalText>| {
            text.as_ref()
                .map(|text| text.reveal().to_owned())
                .unwrap_or_default()
        };
        let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        writer
            .write_record([
                place.external_reference_id.clone(),
                place.location_identifier.clone(),
                place.latitude.reveal().to_owned(),
                place.longitude.reveal().to_owned(),
                text(&place.location_description),
                text(&place.location_additional_information),
                text(&place.formatted_address),
                text(&place.w3w),
                number(place.callout_location_type_id),
                number(place.customer_id),
            ])
            .map_err(|_| Problem::defect())?;
    }
    let file = writer.into_inner().map_err(|_| Problem::defect())?;
    Ok(Answer::text("text/csv", file))
}

/// The fields of the form. The whole body is there already, so reading it never waits.
fn form(call: &Call<'_>) -> Result<BTreeMap<String, String>, Problem> {
    let unreadable =
        || Problem::bad_request("the body must be multipart/form-data, with every field in UTF-8");
    let boundary = call
        .content_type
        .and_then(|kind| multer::parse_boundary(kind).ok())
        .ok_or_else(unreadable)?;
    let body = Body::from(call.body.to_vec()).into_data_stream();
    let mut parts = multer::Multipart::new(body, boundary);
    let read = pin!(async move {
        let mut fields = BTreeMap::new();
        while let Some(field) = parts.next_field().await? {
            if let Some(name) = field.name().map(str::to_owned) {
                fields.insert(name, field.bytes().await?);
            }
        }
        Ok::<_, multer::Error>(fields)
    });
    let fields = match read.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(fields) => fields.map_err(|_| unreadable())?,
        Poll::Pending => return Err(Problem::defect()),
    };
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = String::from_utf8(value.to_vec()).map_err(|_| unreadable())?;
            Ok((name, text))
        })
        .collect()
}

/// The rows of the file over what is stored: a column that the file lacks stays as it is, an empty
/// cell empties (assumptions).
fn rows(
    state: &State,
    source: i64,
    file: &str,
    delimiter: u8,
) -> Result<Vec<types::FixedLocationInput>, Problem> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(file.as_bytes());
    let unreadable = || Problem::bad_request("`locations` is no CSV file with a header");
    let header = reader.headers().map_err(|_| unreadable())?.clone();
    let at = |name: &str| header.iter().position(|column| column.trim() == name);
    for required in &COLUMNS[..4] {
        if at(required).is_none() {
            return Err(Problem::bad_request(format!(
                "`locations` has no column `{required}`"
            )));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| {
            Problem::bad_request(format!(
                "`locations`: row {} has more or fewer cells than the header",
                rows.len() + 1
            ))
        })?;
        // Some: the file has the column. Some(None): the cell is empty.
        let cell = |name: &str| {
            let index = at(name)?;
            Some(record.get(index).filter(|text| !text.trim().is_empty()))
        };
        let required = |name: &str| cell(name).flatten().unwrap_or_default();
        let mut row = types::FixedLocationInput::new(
            required(COLUMNS[0]),
            required(COLUMNS[1]),
            required(COLUMNS[2]),
            required(COLUMNS[3]),
        );
        if let Some(known) = state.fixed_location_by(source, &row.external_reference_id) {
            let place = known.place.clone();
            row.location_description = place.location_description;
            row.location_additional_information = place.location_additional_information;
            row.formatted_address = place.formatted_address;
            row.w3w = place.w3w;
            row.callout_location_type_id = place.callout_location_type_id;
            row.customer_id = place.customer_id;
            row.duress_code = place.duress_code;
        }
        for (name, field) in [
            ("locationDescription", &mut row.location_description),
            (
                "locationAdditionalInformation",
                &mut row.location_additional_information,
            ),
            ("formattedAddress", &mut row.formatted_address),
            ("w3w", &mut row.w3w),
        ] {
            if let Some(text) = cell(name) {
                *field = text.map(Into::into);
            }
        }
        for (name, field) in [
            ("calloutLocationTypeId", &mut row.callout_location_type_id),
            ("customerId", &mut row.customer_id),
        ] {
            if let Some(text) = cell(name) {
                let number = text.map(|text| text.trim().parse()).transpose();
                *field = number.map_err(|_| {
                    Problem::bad_request(format!(
                        "row {}: `{name}` must be a whole number",
                        rows.len() + 1
                    ))
                })?;
            }
        }
        rows.push(row);
    }
    Ok(rows)
}
