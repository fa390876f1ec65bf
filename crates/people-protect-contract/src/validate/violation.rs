//! One way in which a body does not fit.

use std::fmt;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::unknown::Field;
use crate::pointer::join;

/// What kind of misfit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// The operation does not document this status, nor a range or default that covers it.
    UndocumentedStatus,
    /// The status, or the request, does not document this media type.
    UndocumentedMediaType,
    /// A body is documented and none came.
    MissingBody,
    /// A body came where none is documented.
    UnexpectedBody,
    /// A required field is absent.
    MissingRequired,
    /// A value has another JSON type, or the body is not JSON at all.
    WrongType,
    /// A field the contract does not name; reported in closed mode.
    UnknownField,
    /// A string does not have its format.
    BadFormat,
    /// A value is not among the allowed ones.
    NotAllowedValue,
    /// Any other keyword: limits, lengths, patterns, unions.
    Other,
}

impl ViolationKind {
    /// A short name for reports, for example `unknown field`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UndocumentedStatus => "undocumented status",
            Self::UndocumentedMediaType => "undocumented media type",
            Self::MissingBody => "missing body",
            Self::UnexpectedBody => "unexpected body",
            Self::MissingRequired => "missing required",
            Self::WrongType => "wrong type",
            Self::UnknownField => "unknown field",
            Self::BadFormat => "bad format",
            Self::NotAllowedValue => "value not allowed",
            Self::Other => "constraint broken",
        }
    }
}

/// One misfit. No text in it repeats a value of the body, which may be personal; only field names
/// and JSON types are named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What kind of misfit it is.
    pub kind: ViolationKind,
    /// JSON pointer in the body; of the absent field itself when one is missing. Empty for the
    /// body as a whole.
    pub instance_path: String,
    /// JSON pointer in the contract of the schema, followed by `#` and the path of the keyword
    /// inside it. Empty when no schema is involved.
    pub schema_path: String,
    /// What is wrong, in words.
    pub message: String,
    /// What the contract expects there.
    pub expected: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.instance_path.is_empty() {
            "body"
        } else {
            &self.instance_path
        };
        write!(f, "{place}: {}: {}", self.kind.name(), self.message)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", self.expected)?;
        }
        Ok(())
    }
}

impl Violation {
    fn whole(kind: ViolationKind, message: String, expected: String) -> Self {
        Self {
            kind,
            instance_path: String::new(),
            schema_path: String::new(),
            message,
            expected,
        }
    }

    pub(super) fn undocumented_status(status: u16, known: &str) -> Self {
        let message = format!("status {status} is not documented");
        Self::whole(ViolationKind::UndocumentedStatus, message, known.to_owned())
    }

    pub(super) fn undocumented_media_type(given: &str, known: &str) -> Self {
        let message = format!("{given} is not documented");
        Self::whole(
            ViolationKind::UndocumentedMediaType,
            message,
            known.to_owned(),
        )
    }

    pub(super) fn missing_body(media_types: &str) -> Self {
        let message = "there is no body".to_owned();
        Self::whole(ViolationKind::MissingBody, message, media_types.to_owned())
    }

    pub(super) fn unexpected_body(place: &str) -> Self {
        let message = format!("the contract documents no body for {place}");
        Self::whole(ViolationKind::UnexpectedBody, message, "no body".to_owned())
    }

    pub(super) fn not_json() -> Self {
        let message = "the body is not JSON".to_owned();
        Self::whole(ViolationKind::WrongType, message, "JSON".to_owned())
    }

    pub(super) fn unusable(pointer: &str, message: &str) -> Self {
        Self {
            schema_path: pointer.to_owned(),
            ..Self::whole(
                ViolationKind::Other,
                format!("the contract's own schema is unusable: {message}"),
                String::new(),
            )
        }
    }

    pub(super) fn unknown_field(field: &Field, schema: &str) -> Self {
        Self {
            kind: ViolationKind::UnknownField,
            instance_path: field.path.clone(),
            schema_path: schema.to_owned(),
            message: format!(
                "the contract does not name `{}`",
                crate::pointer::last(&field.path)
            ),
            expected: format!("one of {}", field.known.join(", ")),
        }
    }

    /// One violation per fault; closed objects may report several fields in one error.
    pub(super) fn of(error: &ValidationError<'_>, schema: &str) -> Vec<Self> {
        let at = error.instance_path().as_str();
        let (kind, paths, message, expected) = describe(error);
        let paths = if paths.is_empty() {
            vec![at.to_owned()]
        } else {
            paths
        };
        paths
            .into_iter()
            .map(|instance_path| Self {
                kind,
                instance_path,
                // Past the `$ref` through which every schema is entered.
                schema_path: format!("{schema}#{}", keyword_path(error)),
                message: message.clone(),
                expected: expected.clone(),
            })
            .collect()
    }
}

fn keyword_path(error: &ValidationError<'_>) -> String {
    let path = error.evaluation_path().as_str();
    path.strip_prefix("/$ref").unwrap_or(path).to_owned()
}

type Description = (ViolationKind, Vec<String>, String, String);

fn describe(error: &ValidationError<'_>) -> Description {
    use ValidationErrorKind as Kind;
    let at = error.instance_path().as_str();
    let plain =
        |kind, message: &str, expected: String| (kind, Vec::new(), message.to_owned(), expected);
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (
                ViolationKind::MissingRequired,
                vec![join(at, name)],
                format!("the required field `{name}` is absent"),
                "a value".to_owned(),
            )
        }
        Kind::Type { kind } => {
            let message = format!("is {}", article(error.instance()));
            plain(ViolationKind::WrongType, &message, types(kind))
        }
        Kind::Format { format } => plain(
            ViolationKind::BadFormat,
            "does not have its format",
            format.clone(),
        ),
        Kind::Enum { options } => plain(
            ViolationKind::NotAllowedValue,
            "is not among the allowed values",
            options.to_string(),
        ),
        Kind::Constant { expected_value } => plain(
            ViolationKind::NotAllowedValue,
            "is not the one allowed value",
            expected_value.to_string(),
        ),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => (
            ViolationKind::UnknownField,
            unexpected.iter().map(|name| join(at, name)).collect(),
            "the contract allows no further fields here".to_owned(),
            "only the documented fields".to_owned(),
        ),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => union(error, context),
        Kind::OneOfMultipleValid { .. } => plain(
            ViolationKind::Other,
            "fits more than one alternative",
            "exactly one".to_owned(),
        ),
        other => {
            let expected = limit(other);
            plain(
                ViolationKind::Other,
                &format!("breaks `{}`", other.keyword()),
                expected,
            )
        }
    }
}

/// A failed union: a list of types when types alone decide, else one reason per alternative.
fn union(error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>]) -> Description {
    let at = error.instance_path().as_str();
    // An alternative of another type may break more than its type; the type is reason enough.
    let type_of = |branch: &Vec<ValidationError<'static>>| {
        branch.iter().find_map(|fault| match fault.kind() {
            ValidationErrorKind::Type { kind } if fault.instance_path().as_str() == at => {
                Some(types(kind))
            }
            _ => None,
        })
    };
    let wanted: Option<Vec<String>> = context.iter().map(type_of).collect();
    if let Some(mut wanted) = wanted {
        let mut seen = Vec::new();
        wanted.retain(|name| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
        let message = format!("is {}", article(error.instance()));
        return (
            ViolationKind::WrongType,
            Vec::new(),
            message,
            wanted.join(" or "),
        );
    }
    let reasons: Vec<String> = context
        .iter()
        .enumerate()
        .map(|(index, branch)| {
            let first = branch.first().map(|fault| {
                let (_, paths, message, expected) = describe(fault);
                let path = paths.into_iter().next();
                let path = path.unwrap_or_else(|| fault.instance_path().as_str().to_owned());
                format!("{path} {message}, expected {expected}")
            });
            format!("{}: {}", index + 1, first.unwrap_or_default().trim())
        })
        .collect();
    let message = format!(
        "fits none of {} alternatives ({})",
        context.len(),
        reasons.join("; ")
    );
    (
        ViolationKind::Other,
        Vec::new(),
        message,
        "one of the alternatives".to_owned(),
    )
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(name) => name.to_string(),
        TypeKind::Multiple(set) => {
            let names: Vec<String> = set.iter().map(|name| name.to_string()).collect();
            names.join(" or ")
        }
    }
}

fn limit(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Minimum { limit } => format!("at least {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        Kind::Maximum { limit } => format!("at most {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Kind::MinLength { limit } => format!("at least {limit} characters"),
        Kind::MaxLength { limit } => format!("at most {limit} characters"),
        Kind::MinItems { limit } => format!("at least {limit} items"),
        Kind::MaxItems { limit } => format!("at most {limit} items"),
        Kind::MinProperties { limit } => format!("at least {limit} fields"),
        Kind::MaxProperties { limit } => format!("at most {limit} fields"),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Kind::Pattern { pattern } => format!("a match of {pattern}"),
        Kind::UniqueItems => "no item twice".to_owned(),
        _ => String::new(),
    }
}

/// The JSON type of a value, never the value.
fn article(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
