//! One line per step: a spinner on a terminal, plain lines anywhere else.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows the steps.
pub(crate) struct Progress {
    terminal: bool,
    step: RefCell<Option<(String, ProgressBar)>>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            terminal: std::io::stdout().is_terminal(),
            step: RefCell::new(None),
        }
    }

    /// A step begins.
    pub(crate) fn begin(&self, title: &str) {
        let bar = if self.terminal {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
            bar.set_style(
                ProgressStyle::with_template("{spinner} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.set_message(title.to_owned());
            bar.enable_steady_tick(Duration::from_millis(80));
            bar
        } else {
            ProgressBar::hidden()
        };
        *self.step.borrow_mut() = Some((title.to_owned(), bar));
    }

    /// Says something while a step goes on.
    pub(crate) fn note(&self, text: &str) {
        match &*self.step.borrow() {
            Some((_, bar)) if self.terminal => bar.println(text),
            _ => line(text),
        }
    }

    /// The step is done.
    pub(crate) fn done(&self, result: impl AsRef<str>) {
        if let Some((title, bar)) = self.step.borrow_mut().take() {
            bar.finish_and_clear();
            line(&format!("✔ {title:<18} {}", result.as_ref()));
        }
    }

    /// Everything is done.
    pub(crate) fn finish(&self, text: &str) {
        self.abandon();
        line(text);
    }

    /// Leaves the step that is going on, marked as not done.
    pub(crate) fn abandon(&self) {
        if let Some((title, bar)) = self.step.borrow_mut().take() {
            bar.finish_and_clear();
            line(&format!("✘ {title}"));
        }
    }
}

fn line(text: &str) {
    // A reader that went away (`| head`) is no reason to fail half-way through an emergency.
    let _ = writeln!(std::io::stdout(), "{text}");
}
