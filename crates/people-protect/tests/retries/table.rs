//! Reads the table.

/// A kind of failure: a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    NotSent,
    Lost,
    Timeout,
    Unauthorised,
    TooMany,
    Server,
    CutOff,
    Refused,
}

/// The columns as they are headed, in order.
const COLUMNS: [(&str, Failure); 8] = [
    ("not sent", Failure::NotSent),
    ("lost", Failure::Lost),
    ("timeout", Failure::Timeout),
    ("401", Failure::Unauthorised),
    ("429", Failure::TooMany),
    ("5xx", Failure::Server),
    ("cut off", Failure::CutOff),
    ("4xx", Failure::Refused),
];

impl Failure {
    pub(crate) fn name(self) -> String {
        let found = COLUMNS.iter().find(|(_, failure)| *failure == self);
        found.unwrap().0.replace(' ', "_")
    }
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Yes,
    No,
    Once,
    ToTheDeadline,
}

pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) class: String,
    pub(crate) cells: Vec<(Failure, Cell)>,
    /// What the caller sees after a lost answer.
    pub(crate) lost: String,
}

pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// What the errors say, by the name of the column.
    kinds: Vec<(String, String)>,
}

impl Table {
    /// Panics on a document that is not of this form: then there is nothing to test.
    pub(crate) fn read(document: &str) -> Self {
        let mut lines = document.lines().map(cells_of);
        let kinds = lines
            .by_ref()
            .skip_while(|cells| cells.first() != Some(&"column"))
            .skip(2)
            .take_while(|cells| cells.len() == 3)
            .map(|cells| (cells[0].to_owned(), cells[2].to_owned()))
            .collect();
        let head = lines
            .find(|cells| cells.first() == Some(&"operation"))
            .expect("RETRIES.md has a table with a column `operation`");
        let titles: Vec<&str> = COLUMNS.iter().map(|(title, _)| *title).collect();
        assert_eq!(head[2..10], titles, "the columns of RETRIES.md");
        let rows = lines
            .skip(1)
            .take_while(|cells| cells.len() == head.len())
            .map(|cells| Row {
                operation: cells[0].to_owned(),
                class: cells[1].to_owned(),
                cells: COLUMNS
                    .iter()
                    .zip(&cells[2..])
                    .map(|((_, failure), cell)| (*failure, read_cell(cell)))
                    .collect(),
                lost: cells[11].to_owned(),
            })
            .collect();
        Self { rows, kinds }
    }

    /// What the document says of an error after this failure.
    pub(crate) fn kind(&self, failure: Failure) -> String {
        let title = failure.name().replace('_', " ");
        let found = self.kinds.iter().find(|(name, _)| *name == title);
        found.expect("RETRIES.md describes every column").1.clone()
    }
}

fn cells_of(line: &str) -> Vec<&str> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(str::trim).collect()
}

fn read_cell(text: &str) -> Cell {
    match text {
        "yes" => Cell::Yes,
        "no" => Cell::No,
        "once" => Cell::Once,
        "to the deadline" => Cell::ToTheDeadline,
        other => panic!("RETRIES.md: no cell says {other:?}"),
    }
}
