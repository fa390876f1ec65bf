//! Servers that are measured: each is a process of its own, on a core that the load does not use.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::by_hand::Failed;
use crate::context::{Context, said};
use crate::load::Done;
use crate::stopwatch::hold;

/// Where a process may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    /// What is asked.
    Server,
    /// What asks.
    Load,
}

/// A process that listens; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What its paths begin with.
    pub base: String,
    /// Id and secret.
    pub credentials: (String, String),
}

/// The simulator as a program, built as it is released.
pub const SIMULATOR: &str = "people-protect-simulator";

/// Whether server and load have a core each.
fn are_apart() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores >= 2 && said("taskset", &["--version"]).is_ok()
}

/// A command that stays on a core of its own, where there are two and a program to say so.
#[must_use]
pub fn on(core: Core, program: &Path) -> Command {
    if !are_apart() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    let core = match core {
        Core::Server => "0",
        Core::Load => "1",
    };
    command.args(["-c", core]).arg(program);
    command
}

/// Builds a program of the workspace as it is released; it lies beside this one then.
///
/// # Errors
///
/// If it does not build.
pub fn build(context: &Context, package: &str) -> Result<(), Failed> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", package])
        .args(["--bin", package])
        .current_dir(&context.root)
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{package} does not build").into()),
    }
}

impl Server {
    /// Starts a program of ours: it says in one line on stdout where it listens.
    ///
    /// # Errors
    ///
    /// If it does not start or says something else.
    pub fn that_says_where(mut command: Command) -> Result<Self, Failed> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let mut server = Self {
            child,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            base: String::new(),
            credentials: ("id".to_owned(), "secret".to_owned()),
        };
        let ready: Value = serde_json::from_str(&line)
            .map_err(|error| format!("{command:?} said {line:?} instead of where: {error}"))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let api = text(&ready["api"]);
        let api = api.strip_prefix("http://").ok_or("no address")?;
        let (address, base) = api.split_at(api.find('/').unwrap_or(api.len()));
        server.address = address.parse()?;
        base.clone_into(&mut server.base);
        let source = &ready["sources"][0];
        if source.is_object() {
            server.credentials = (text(&source["client_id"]), text(&source["client_secret"]));
        }
        Ok(server)
    }

    /// Starts a simulator with options.
    ///
    /// # Errors
    ///
    /// If it is not built or does not start.
    pub fn simulator(context: &Context, options: &[&str]) -> Result<Self, Failed> {
        let mut command = on(Core::Server, &context.beside(SIMULATOR)?);
        command.args(["--port", "0"]).args(options);
        Self::that_says_where(command)
    }

    /// Starts a program that is told its port and says nothing that could be read.
    ///
    /// # Errors
    ///
    /// If it does not listen within a minute.
    pub fn told_where(command: impl FnOnce(u16) -> Command) -> Result<Self, Failed> {
        // Free a moment ago: nobody else is asked to take one here.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        drop(listener);
        let mut command = command(address.port());
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self {
            child,
            address,
            base: String::new(),
            credentials: ("id".to_owned(), "secret".to_owned()),
        };
        for _ in 0..600 {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() {
                break;
            }
            hold(Duration::from_millis(100));
        }
        Err(format!("{command:?} does not listen").into())
    }

    /// Puts load on it, from a process on the other core.
    ///
    /// # Errors
    ///
    /// If any call is not answered 2xx.
    pub fn load(&self, context: &Context, what: &str, words: &[String]) -> Result<Done, Failed> {
        let (id, secret) = &self.credentials;
        let output = on(Core::Load, &context.beside("load")?)
            .arg(what)
            .arg(self.address.to_string())
            .args(["--base", &self.base])
            .args(["--client-id", id, "--client-secret", secret])
            // To wake who sleeps on another core costs a server more than its answer does, and the quicker
            // server finds it awake more often.
            .args(are_apart().then_some("--awake"))
            .args(words)
            .output()?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{what}: {}", why.trim()).into());
        }
        let done: Done = serde_json::from_slice(&output.stdout)?;
        match done.calls {
            0 => Err(format!("{what}: nothing was asked").into()),
            _ => Ok(done),
        }
    }

    /// Does something once for each id.
    ///
    /// # Errors
    ///
    /// As [`Server::load`], and if it takes longer than two minutes.
    pub fn fill(
        &self,
        context: &Context,
        what: &str,
        first: u64,
        count: u64,
    ) -> Result<(), Failed> {
        let done = self.load(context, what, &words(first, count, 120.0))?;
        match done.calls == count {
            true => Ok(()),
            false => Err(format!("{what}: {} of {count} in two minutes", done.calls).into()),
        }
    }

    /// How long its threads have had a processor, in seconds.
    ///
    /// # Errors
    ///
    /// If the system does not say.
    pub fn worked(&self) -> Result<f64, Failed> {
        let mut nanoseconds = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let line = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let first = line.split(' ').next().unwrap_or_default();
            nanoseconds += first.parse::<f64>()?;
        }
        Ok(nanoseconds / 1e9)
    }

    /// How much memory it holds, in bytes.
    ///
    /// # Errors
    ///
    /// If the system does not say.
    pub fn holds(&self) -> Result<f64, Failed> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
            .ok_or("no VmRSS")?;
        Ok(kib.parse::<f64>()? * 1024.0)
    }
}

/// Which ids are asked for, and for how long at most.
#[must_use]
pub fn words(first: u64, count: u64, seconds: f64) -> Vec<String> {
    [
        ("--first", first.to_string()),
        ("--count", count.to_string()),
        ("--seconds", seconds.to_string()),
    ]
    .into_iter()
    .flat_map(|(flag, value)| [flag.to_owned(), value])
    .collect()
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself cannot be ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
