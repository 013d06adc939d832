//! The generators: how each makes its clients, and how its program is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::plan::Generator;

/// The sources of the programs, and what those of one language share.
const PROGRAMS: &str = "crates/internal/contract-tests/clients";
const CONTRACTS: [&str; 6] = [
    "Aparat",
    "Podlink",
    "Sabapayamak",
    "SabapayamakApi",
    "Smsafzar",
    "SmsafzarApi",
];

pub(crate) struct Tool {
    generator: Generator,
    /// Where the programs of Python and of Node are.
    programs: [PathBuf; 2],
    /// Where the program and its clients are put.
    folder: PathBuf,
}

impl Tool {
    /// The paths are those of one program each in the folders of Python's and of Node's.
    pub(crate) fn new(generator: Generator, python: &Path, node: &Path) -> Result<Self> {
        let folder = |program: &Path| fs::canonicalize(program.with_file_name(""));
        let programs = [folder(python)?, folder(node)?];
        // Node looks for packages in the folders above a program.
        let folder = programs[1]
            .join("../../made")
            .join(generator.name.replace(' ', "-"));
        Ok(Self {
            generator,
            programs,
            folder,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.generator.name
    }

    fn language(&self) -> &str {
        self.generator.program.rsplit('.').next().unwrap_or_default()
    }

    /// Why it cannot be run here.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let guzzle = ["-r", "exit((int) !@include 'GuzzleHttp/autoload.php');"];
        let php = std::process::Command::new("php").args(guzzle).output();
        let missing = self.language() == "php" && !php.is_ok_and(|it| it.status.success());
        missing.then_some("it needs PHP with Guzzle on its include path")
    }

    /// Makes its clients, and whatever its program needs.
    pub(crate) async fn make(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(self.folder.join("made"))?;
        let shared = match self.language() {
            "ts" => &["report.ts", "tsconfig.json"][..],
            "py" => &["report.py"],
            _ => &[],
        };
        for file in shared.iter().chain([&&*self.generator.program]) {
            fs::copy(Path::new(PROGRAMS).join(file), self.folder.join(file))?;
        }
        for contract in CONTRACTS {
            let name = contract.to_lowercase();
            let yaml = format!("docs/openapi/{}.yaml", name.replace("api", "-api"));
            let yaml = fs::canonicalize(yaml)?;
            let words = self.generator.generate.split(' ').map(|word| {
                let word = word.replace("{name}", &name).replace("{Name}", contract);
                word.replace("{yaml}", &yaml.to_string_lossy())
            });
            self.command(words, "").await?;
        }
        if self.language() == "ts" {
            self.command(["tsc", "-p", "."].map(str::to_owned), "").await?;
        }
        Ok(())
    }

    /// What its program prints of a run.
    pub(crate) async fn run(&self, run: &str, values: &str) -> Result<String> {
        let program = &self.generator.program;
        let words = match self.language() {
            "ts" => ["node".to_owned(), format!("js/{}", program.replace(".ts", ".js"))],
            "py" => ["python".to_owned(), program.clone()],
            _ => ["php".to_owned(), program.clone()],
        };
        let words = words.into_iter().chain([run.to_owned()]);
        self.command(words, values).await
    }

    /// Runs a program of Python's, of Node's or of the machine's in its folder, and gives what it prints.
    async fn command(&self, words: impl IntoIterator<Item = String>, values: &str) -> Result<String> {
        let words: Vec<_> = words.into_iter().collect();
        let (program, arguments) = words.split_first().context("no program")?;
        let there = self
            .programs
            .iter()
            .map(|it| it.join(program))
            .find(|it| it.exists());
        let output = Command::new(there.unwrap_or_else(|| program.into()))
            .args(arguments)
            .current_dir(&self.folder)
            .env("VALUES", values)
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::null())
            .output()
            .await
            .with_context(|| program.clone())?;
        let [printed, complaints] =
            [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
        ensure!(
            output.status.success(),
            "{}: {printed}{complaints}",
            words.join(" ")
        );
        Ok(printed)
    }
}
