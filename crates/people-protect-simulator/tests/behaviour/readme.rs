//! The README shows the example programs as they are.

const README: &str = include_str!("../../README.md");

#[test]
fn the_quickstarts_in_the_readme_are_those_that_are_run() {
    for (name, program) in [
        (
            "quickstart.sh",
            include_str!("../../examples/quickstart.sh"),
        ),
        (
            "quickstart.mjs",
            include_str!("../../examples/quickstart.mjs"),
        ),
        (
            "quickstart.py",
            include_str!("../../examples/quickstart.py"),
        ),
    ] {
        assert!(
            README.contains(&format!("\n{program}```")),
            "README.md shows another {name}: copy the file into its block"
        );
    }
}
