//! The contract that answers are held to.

use std::sync::LazyLock;

use people_protect_contract::{Contract, Validator};

static CONTRACT: LazyLock<Result<(Contract, Validator), String>> = LazyLock::new(|| {
    let text = include_str!("../panic-api.yaml");
    let contract = Contract::parse(text, "panic-api.yaml").map_err(|error| error.to_string())?;
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
    use super::contract;

    #[test]
    fn it_is_there_with_all_operations() {
        assert_eq!(contract().operations().len(), 52);
    }
}
