//! Runs programs that must end by themselves, and ends those that do not.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Far more than any of them needs, on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How a program ended, and what it wrote.
#[derive(Debug)]
#[allow(
    dead_code,
    reason = "not every test looks at all of it; a failure shows it"
)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An example, which cargo builds beside the tests, with nothing set and nobody to type.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let mut path = target.join("examples").join(name);
    path.set_extension(std::env::consts::EXE_EXTENSION);
    let mut command = Command::new(path);
    for setting in ["AURA_CLIENT_ID", "AURA_CLIENT_SECRET", "AURA_ENVIRONMENT"] {
        command.env_remove(setting);
    }
    command
}

/// Runs a program to its end.
///
/// # Panics
///
/// If it has not ended after the patience; then it is killed.
pub(crate) fn run(mut command: Command, patience: Duration) -> Ended {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let written = [
        collect(child.stdout.take().unwrap()),
        collect(child.stderr.take().unwrap()),
    ];
    // Both ends close with the program.
    let [stdout, stderr] = written.map(|text| match text.recv_timeout(patience) {
        Ok(text) => text,
        Err(_) => stop(&mut child, &command),
    });
    Ended {
        status: child.wait().unwrap(),
        stdout,
        stderr,
    }
}

fn stop(child: &mut Child, command: &Command) -> ! {
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("{command:?} does not end");
}

fn collect(mut from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (all, text) = mpsc::channel();
    thread::spawn(move || {
        let mut written = Vec::new();
        // What breaks off is judged as far as it came.
        let _ = from.read_to_end(&mut written);
        let _ = all.send(String::from_utf8_lossy(&written).into_owned());
    });
    text
}
