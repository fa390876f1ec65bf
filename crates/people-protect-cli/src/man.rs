//! `people-protect man`.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

/// Which pages.
#[derive(Args)]
pub(crate) struct Asked {
    /// The command, such as `contract diff`; the program without it.
    command: Vec<String>,
    /// Writes the pages of the program and of all its commands into this folder instead.
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

impl Asked {
    pub(crate) fn run(&self, mut program: Command) -> Result<(), String> {
        // Gives each command its whole name.
        program.build();
        if let Some(folder) = &self.out {
            let said = |error: std::io::Error| format!("{}: {error}", folder.display());
            std::fs::create_dir_all(folder).map_err(said)?;
            return clap_mangen::generate_to(program, folder).map_err(said);
        }
        let mut command = &program;
        for name in &self.command {
            command = command.find_subcommand(name).ok_or_else(|| {
                format!(
                    "there is no command `{}`; --help lists them",
                    self.command.join(" ")
                )
            })?;
        }
        let mut page = Vec::new();
        let man = Man::new(command.clone());
        man.render(&mut page).map_err(|error| error.to_string())?;
        super::out(&page);
        Ok(())
    }
}
