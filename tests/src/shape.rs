//! A shape that is pinned, and words for what moved when it changes.

use people_protect_contract::Contract;

use crate::catalogue::Row;
use crate::outline::Outline;
use crate::scene::Exchange;

/// The heads of the three sections, and what a reader calls them.
const SECTIONS: [(&str, &str); 3] = [
    ("== contract", "the contract (openapi/panic-api.yaml)"),
    (
        "== generated type",
        "the generated type (cargo xtask generate)",
    ),
    ("== on the wire", "the simulator's answer"),
];

/// The three outlines of one shape.
#[derive(Debug)]
pub struct Shape {
    documented: Outline,
    generated: Outline,
    sent: Outline,
}

impl Shape {
    /// Outlines a component of the contract, its generated type and an answer.
    ///
    /// # Panics
    ///
    /// If the component or its type does not exist.
    #[must_use]
    pub fn of(contract: &Contract, component: &str, exchange: &Exchange) -> Self {
        let Some(schema) = contract.schema(component) else {
            panic!("the contract has no component {component}; did it move?");
        };
        let Some(row) = Row::find(component) else {
            panic!("{component} has no generated type; run: cargo xtask generate");
        };
        let generated = (row.schema)();
        Self {
            documented: Outline::of_schema(schema, contract.value()),
            generated: Outline::of_schema(&generated, &generated),
            sent: Outline::of_value(&exchange.body),
        }
    }

    /// The text that is pinned.
    #[must_use]
    pub fn text(&self) -> String {
        let outlines = [&self.documented, &self.generated, &self.sent];
        SECTIONS
            .iter()
            .zip(outlines)
            .map(|((head, _), outline)| format!("{head}\n{outline}"))
            .collect()
    }

    /// What the three say about each other, independent of anything pinned.
    #[must_use]
    pub fn disagreements(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.documented.as_read_by(&self.generated) != self.generated {
            found.push(
                "the generated type does not follow from the contract; run: cargo xtask generate"
                    .to_owned(),
            );
        }
        for line in self.sent.beyond(&self.documented) {
            found.push(format!(
                "the simulator sends `{line}`, which the contract does not have"
            ));
        }
        found
    }

    /// Which of the three moved since `pinned` (the text of the snapshot), in one sentence.
    #[must_use]
    pub fn moved_since(&self, pinned: &str) -> String {
        let now = self.text();
        let moved: Vec<&str> = SECTIONS
            .iter()
            .filter(|(head, _)| section(&now, head) != section(pinned, head))
            .map(|(_, name)| *name)
            .collect();
        match moved.as_slice() {
            [] => "nothing moved".to_owned(),
            moved => format!(
                "moved since it was pinned: {}. If that was meant, read the difference and accept it: INSTA_UPDATE=always cargo test -p people-protect-tests",
                moved.join(" and ")
            ),
        }
    }
}

/// The lines below a head, up to the next one.
fn section<'a>(text: &'a str, head: &str) -> Vec<&'a str> {
    text.lines()
        .skip_while(|line| *line != head)
        .skip(1)
        .take_while(|line| !line.starts_with("== "))
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Exchange, Shape};
    use serde_json::json;

    fn shape(body: serde_json::Value) -> Shape {
        let exchange = Exchange {
            operation: "get_callout",
            status: 200,
            content_type: String::new(),
            body,
        };
        Shape::of(&crate::contract(), "ErrorBody", &exchange)
    }

    #[test]
    fn the_one_that_moved_is_named() {
        let pinned = shape(json!({"message": "no"})).text();
        let same = shape(json!({"message": "yes"}));
        assert_eq!(same.moved_since(&pinned), "nothing moved");
        let simulator = shape(json!({"message": "no", "code": 7}));
        let moved = simulator.moved_since(&pinned);
        assert!(
            moved.starts_with("moved since it was pinned: the simulator's answer."),
            "{moved}"
        );
        assert_eq!(simulator.disagreements().len(), 1);
        let contract = pinned.replacen("message: string\n", "text: string\n", 1);
        let moved = same.moved_since(&contract);
        assert!(
            moved.starts_with("moved since it was pinned: the contract (openapi/panic-api.yaml)."),
            "{moved}"
        );
    }
}
