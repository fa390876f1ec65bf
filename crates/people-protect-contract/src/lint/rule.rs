//! The list of rules, for the lint and for the page that documents them.

/// Which lint a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Set {
    /// [`lint::house`](super::house).
    House,
    /// [`lint::generator`](super::generator).
    Generator,
}

/// A rule: its id, what it demands, and what it catches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The id in kebab case, as findings carry it.
    pub id: &'static str,
    /// The lint it belongs to.
    pub set: Set,
    /// What it demands.
    pub what: &'static str,
    /// What happens without it.
    pub catches: &'static str,
}

macro_rules! rules {
    ($($set:ident $name:ident $id:literal: $what:literal => $catches:literal;)+) => {
        $(pub(super) const $name: Rule = Rule {
            id: $id,
            set: Set::$set,
            what: $what,
            catches: $catches,
        };)+

        /// Every rule of both lints, house first.
        pub const RULES: &[Rule] = &[$($name),+];
    };
}

rules! {
    House OPERATION_ID_STYLE "operation-id-style":
        "every operation has an operationId in snake_case" =>
        "method names that differ from the ones the documentation uses";
    House SUMMARY "summary-missing":
        "every operation has a summary" =>
        "generated methods without a first line of documentation";
    House DESCRIPTION "description-missing":
        "every operation has a description" =>
        "operations whose behaviour nobody wrote down";
    House TAG_COUNT "tag-count":
        "every operation has exactly one tag" =>
        "operations listed twice or nowhere";
    House TAG_UNDECLARED "tag-undeclared":
        "every tag in use is declared at the top" =>
        "misspelt tags that open a section of their own";
    House EVIDENCE_OPERATION "evidence-on-operation":
        "every operation carries x-evidence, one of S O W B I" =>
        "operations stated as fact without a source";
    House EVIDENCE_PARAMETER "evidence-on-parameter":
        "every parameter carries x-evidence" =>
        "guessed parameters that look documented";
    House EVIDENCE_PROPERTY "evidence-on-property":
        "every property of a component carries x-evidence" =>
        "guessed fields that look documented";
    House EVIDENCE_STATUS "evidence-on-status":
        "every response carries x-evidence, directly or in components/responses" =>
        "guessed statuses that look documented";
    House SOURCE "source-page":
        "every operation carries x-source, a path that starts with /" =>
        "operations nobody can check against the documentation";
    House RULE_REFERENCES "rule-references":
        "every operation carries x-rules, a list of R01 to R99, possibly empty" =>
        "behaviour rules that no operation leads to";
    House RETRY_CLASS "retry-class":
        "every operation carries x-retry: safe, deduplicated or never" =>
        "a retry table with holes";
    House AUTH_CLASS "auth-class":
        "every operation carries x-auth: none, server, server-or-callout or customer" =>
        "calls sent with the wrong token";
    House UNCLASSIFIED "unclassified-property":
        "every leaf property that can hold free data, and every string in a path or query, carries x-secret or x-personal-data, true or false" =>
        "personal data and secrets in logs";
    House CLASSIFIED_TWICE "classified-twice":
        "a property or parameter carries x-secret or x-personal-data, not both" =>
        "two owners of one decision";
    House UNKNOWN_EXTENSION "unknown-extension":
        "extensions are spelled as the lint knows them" =>
        "a misspelt extension, which has no effect and no error";
    House REQUEST_AND_RESPONSE "request-and-response-component":
        "a schema component is reached from requests or from responses, not from both" =>
        "answers forced into the strictness of requests, and the reverse";
    House UNUSED_COMPONENT "unused-component":
        "every component is referred to" =>
        "remains of former shapes";
    House STATUS_285 "status-285":
        "285 carries the same schema reference as 200" =>
        "a second success type, which the generator cannot express";
    House REQUEST_EXAMPLE "request-example-missing":
        "every JSON request body has an example" =>
        "operations nobody can try";
    House RESPONSE_EXAMPLE "response-example-missing":
        "every JSON success response has an example, its own or that of an earlier one of its schema" =>
        "answers nobody can picture";
    House EXAMPLE_INVALID "example-invalid":
        "every example fits its schema" =>
        "examples or schemas that lie";
    House EXAMPLE_UNDOCUMENTED "example-undocumented-field":
        "no example has a field its schema does not name" =>
        "fields that were seen and never described";

    Generator VERSION_ASCII "version-ascii":
        "info.version is visible ASCII" =>
        "a panic at run time: the version is sent as a header";
    Generator PATH_SLASH "path-without-slash":
        "every path begins with a slash" =>
        "operations silently left out";
    Generator OPERATION_ID_MISSING "operation-id-missing":
        "every operation has an operationId" =>
        "`path ... is missing operation ID`";
    Generator OPERATION_ID_DUPLICATE "operation-id-duplicate":
        "operationIds differ by more than case and punctuation" =>
        "two methods of one name, which do not compile";
    Generator OWN_SERVERS "own-servers":
        "no path or operation has servers of its own" =>
        "requests silently sent to the base URL of all others";
    Generator SUCCESS_KINDS "success-kinds":
        "an operation has one kind of success body" =>
        "`assertion failed: response_types.len() <= 1`";
    Generator ERROR_KINDS "error-kinds":
        "an operation has one kind of error body" =>
        "`assertion failed: response_types.len() <= 1`";
    Generator NO_SUCCESS "no-success":
        "an operation lists a success status" =>
        "a silent success type of raw bytes";
    Generator IGNORED_STATUS "ignored-status":
        "no 1xx or 3xx status is listed" =>
        "statuses the client silently never reports";
    Generator JSON_WITHOUT_SCHEMA "json-without-schema":
        "a JSON response has a schema" =>
        "`not yet implemented: media type encoding, no schema`";
    Generator RAW_JSON "raw-json":
        "JSON responses are spelled application/json" =>
        "a silent stream of bytes for +json types and other spellings";
    Generator MEDIA_ENCODING "media-encoding":
        "no JSON or form content has an encoding" =>
        "an assertion without a place";
    Generator REQUEST_MEDIA_TYPES "request-media-types":
        "a request body has one media type" =>
        "`more media types than expected`";
    Generator REQUEST_MEDIA_TYPE "request-media-type":
        "a request body is JSON, a form, plain text or octets" =>
        "`unexpected content type`, without the operation";
    Generator REQUEST_WITHOUT_SCHEMA "request-without-schema":
        "a request body has a schema" =>
        "`No schema specified for request body`, without the operation";
    Generator RAW_BODY_SCHEMA "raw-body-schema":
        "plain text is exactly a string, octets exactly a binary string" =>
        "`invalid schema for application/octet-stream`, without the operation";
    Generator OPTIONAL_BODY "optional-body":
        "a request body is required" =>
        "an optional body silently taken as required";
    Generator INLINE_SCHEMA "inline-schema":
        "objects, unions and enums in bodies, items and properties are components" =>
        "types silently merged under one generated name";
    Generator COOKIE_PARAMETER "cookie-parameter":
        "no parameter is a cookie" =>
        "`cookie parameters are not supported`";
    Generator QUERY_EXPLODE "query-explode":
        "no list in the query says explode: false" =>
        "`a=1&a=2` silently sent instead of `a=1,2`";
    Generator PARAMETER_STYLE "parameter-style":
        "parameters have the default style of their place" =>
        "`unsupported style of query parameter`";
    Generator PARAMETER_CONTENT "parameter-content":
        "a parameter has a schema, not content" =>
        "`unexpected content`";
    Generator QUERY_OBJECT "query-object":
        "no query parameter is an object" =>
        "the fields silently sent in place of the parameter";
    Generator PATH_UNDECLARED "path-parameter-undeclared":
        "every name in a path template is declared" =>
        "`missing path name mapping`";
    Generator PATH_UNUSED "path-parameter-unused":
        "every path parameter occurs in the template" =>
        "`missing path name mapping`";
    Generator PATH_OPTIONAL "path-parameter-optional":
        "path parameters are required" =>
        "an assertion without a place";
    Generator PARAMETER_TWICE "parameter-name-twice":
        "a parameter name occurs in one place only" =>
        "one of the two silently lost, or `missing path name mapping`";
    Generator PARAMETER_COLLISION "parameter-collision":
        "parameter names give different arguments, none of them `body` beside a body" =>
        "code that does not compile (E0415)";
    Generator RESERVED_HEADER "reserved-header":
        "no header parameter is Authorization, Accept or Content-Type" =>
        "an argument that competes with what the client sends itself";
    Generator REF_SIBLINGS "ref-siblings":
        "nothing but extensions stands beside $ref" =>
        "nullable and descriptions silently lost";
    Generator PATH_ITEM_REF "path-item-ref":
        "no path is a reference" =>
        "`uses reference, unsupported`";
    Generator EXTERNAL_REF "external-ref":
        "references stay in the document" =>
        "`external references are not supported`";
    Generator DANGLING_REF "dangling-ref":
        "references lead somewhere" =>
        "`key ... is missing`";
    Generator MISPLACED_REF "misplaced-ref":
        "references lead to a component of their own kind" =>
        "a panic, or the wrong component of the same last name";
    Generator CIRCULAR_REF "circular-ref":
        "no component is an alias that leads back to itself" =>
        "a type that nothing defines";
    Generator UNKNOWN_TYPE "unknown-type":
        "a schema's type is string, number, integer, boolean, object or array" =>
        "a misspelt type, which is not told from any other fault";
    Generator ANY_OF_SCALARS "any-of-scalars":
        "no anyOf has a scalar alternative" =>
        "a struct of flattened options: reading fails";
    Generator NOT_REQUIRED "not-required":
        "no schema says not: {required}" =>
        "an empty struct, all data silently lost";
    Generator DISCRIMINATOR "discriminator":
        "no schema has a discriminator" =>
        "the first alternative that parses silently wins";
    Generator CLOSED_OBJECT "closed-object":
        "no object says additionalProperties: false" =>
        "a client that one new field of the server breaks";
    Generator CONFLICTING_ALL_OF "conflicting-all-of":
        "the members of an allOf agree" =>
        "an empty enum, silently";
    Generator RESPONSE_STRING_LIMITS "response-string-limits":
        "no string a response can carry has pattern, minLength or maxLength" =>
        "whole answers refused for one unexpected string";
    Generator ENUM_COLLISION "enum-collision":
        "enum values differ by more than case and punctuation" =>
        "`Failed to make unique variant names`";
    Generator PROPERTY_COLLISION "property-collision":
        "property names of one object give different fields" =>
        "code that does not compile (E0124)";
    Generator DEFAULT_MISMATCH "default-mismatch":
        "a default fits its schema" =>
        "`value does not conform to the given schema`, without the place";
    Generator COMPONENT_COLLISION "component-collision":
        "schema names differ by more than case and punctuation" =>
        "one type silently standing for two";
    Generator TITLE_COLLISION "title-collision":
        "titles of inner types differ from each other and from component names" =>
        "one type silently standing for two";
    Generator GENERATED_NAME "generated-name-taken":
        "no component is called like an operation's generated Response or Body unless it is that" =>
        "the component silently taken for the operation's own type";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let ids: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        let kebab = |id: &str| {
            id.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        assert!(ids.iter().all(|id| kebab(id)));
    }
}
