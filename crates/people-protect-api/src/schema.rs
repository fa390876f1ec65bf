//! `JsonSchema` for the types written by hand: each has the schema of its wire form.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    Coordinate, IdOrText, List, OneOrMany, OpenObject, OpenValue, PersonalFlag, PersonalNumber,
    PersonalText, SecretText, Timestamp,
};

macro_rules! wire {
    ($($name:ident => $schema:tt),* $(,)?) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

wire! {
    SecretText => {"type": "string"},
    PersonalText => {"type": "string"},
    PersonalNumber => {"type": "number"},
    PersonalFlag => {"type": "boolean"},
    Timestamp => {"type": "string", "format": "date-time"},
    Coordinate => {"type": ["number", "string"]},
    IdOrText => {"type": ["integer", "string"]},
    OpenObject => {"type": "object"},
    OpenValue => {},
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("List_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Vec<T>>::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        let many = <Vec<T>>::json_schema(generator);
        json_schema!({"oneOf": [one, many]})
    }
}
