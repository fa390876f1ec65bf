//! Nothing of a report shows a person, a secret or a token.

use people_protect_conformance::{Options, Paint, Run, Target};

#[tokio::test(flavor = "multi_thread")]
async fn no_form_of_a_report_shows_what_was_sent_or_came() {
    let target = Target::embedded(0, |simulator| simulator.break_rule("R11").break_rule("R31"));
    let target = target.await.unwrap();
    let report = Run::new()
        .against(target, Options::default())
        .await
        .unwrap();
    assert!(report.summary.broken > 0);
    let forms = [
        report.to_json(),
        report.to_html(),
        report.to_junit(),
        report.to_markdown(),
        report.to_github(),
        report.to_console(Paint::Plain),
        format!("{report:?}"),
    ];
    for secret in [
        "+27821",
        "27821",
        "Jane",
        "jane.doe",
        "not-a-real-secret",
        "eyJ",
        "26.123",
        "28.123",
        "?token",
        "?session",
        "simulator-one",
    ] {
        for (number, form) in forms.iter().enumerate() {
            if let Some(at) = form.find(secret) {
                let begin = at.saturating_sub(80);
                panic!(
                    "{secret} in form {number}: {}",
                    form.get(begin..at + 40).unwrap_or("?")
                );
            }
        }
    }
}
