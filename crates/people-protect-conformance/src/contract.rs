//! The contract that answers are held to.

use std::sync::LazyLock;

use people_protect_contract::{Contract, Validator};

use crate::generated;

// As JSON: a run is short, and reading YAML would be an eighth of it.
static CONTRACT: LazyLock<Result<(Contract, Validator), String>> = LazyLock::new(|| {
    let value = serde_json::from_str(generated::CONTRACT).map_err(|error| error.to_string())?;
    let contract =
        Contract::from_value(value, "panic-api.yaml").map_err(|error| error.to_string())?;
    let validator = Validator::new(&contract).map_err(|error| error.to_string())?;
    Ok((contract, validator))
});

/// The contract of this release, as it is checked in.
pub(crate) fn contract() -> &'static Contract {
    &read().0
}

pub(crate) fn validator() -> &'static Validator {
    &read().1
}

fn read() -> &'static (Contract, Validator) {
    match &*CONTRACT {
        Ok(both) => both,
        // It is compiled in, and the tests below read it.
        Err(error) => unreachable!("the contract that is compiled in: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use people_protect_contract::Contract;

    use super::contract;

    #[test]
    fn it_is_the_document_that_is_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/panic-api.yaml");
        let checked_in = Contract::read(path).unwrap();
        assert_eq!(contract().value(), checked_in.value());
        assert_eq!(contract().operations(), checked_in.operations());
    }

    #[test]
    fn it_is_there_with_all_operations() {
        assert_eq!(contract().operations().len(), 52);
    }
}
