//! DuckDB beside us: a Python process in a virtual environment of the benchmark's own. Where it cannot be had, the
//! rows say so.

use crate::measure::median;
use crate::plant::{PlantFile, folder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What is installed.
const WHEELS: [&str; 2] = ["duckdb==2.0.0", "numpy"];

/// A running DuckDB.
pub struct Duck {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Its version.
    pub version: String,
    /// Its copy of the plant.
    pub path: PathBuf,
}

impl Duck {
    /// DuckDB with the rows of a plant, or why there is none.
    pub fn with(plant: &PlantFile) -> Result<Self, String> {
        let python = environment()?;
        let path = plant.path.with_extension("duckdb");
        let mut duck = Self::start(&python, path)?;
        if !duck.path.exists() {
            eprintln!("DuckDB copies the rows …");
            let request = json!({"do": "load", "plant": plant.path, "duck": duck.path});
            duck.ask(&request)?;
        }
        let known = duck.ask(&json!({"do": "version"}))?;
        duck.version = known["version"].as_str().map_or_else(String::new, str::to_owned);
        duck.ask(&json!({"do": "open", "duck": duck.path}))?;
        Ok(duck)
    }

    fn start(python: &Path, path: PathBuf) -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/duck.py");
        let mut command = Command::new(python);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("Python has no standard input".into());
        };
        Ok(Self { child, input, output: BufReader::new(output), version: String::new(), path })
    }

    fn ask(&mut self, request: &Value) -> Result<Value, String> {
        writeln!(self.input, "{request}").map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|_| format!("DuckDB ended at {request}"))
    }

    /// Prepares a question on both copies, in each way that it can be asked.
    pub fn prepare(&mut self, name: &str, ways: &[Vec<String>]) {
        self.ask(&json!({"do": "prepare", "name": name, "ways": ways})).expect("DuckDB prepares");
    }

    /// Microseconds of its best copy and way.
    pub fn time(&mut self, name: &str, runs: usize) -> f64 {
        let answer = self.ask(&json!({"do": "time", "name": name, "runs": runs})).expect("DuckDB answers");
        let micros = |times: &Value| {
            let times = times.as_array().expect("times").iter().map(|time| time.as_f64().expect("a time"));
            median(times.collect())
        };
        answer["times"].as_array().expect("times").iter().map(micros).fold(f64::INFINITY, f64::min)
    }

    /// The sums of the columns of a question's answer.
    pub fn sums(&mut self, name: &str) -> BTreeMap<String, i128> {
        let answer = self.ask(&json!({"do": "sums", "name": name})).expect("DuckDB answers");
        let sums = answer["sums"].as_object().expect("sums").iter();
        #[allow(clippy::cast_possible_truncation)]
        sums.map(|(name, sum)| (name.clone(), sum.as_f64().expect("a sum") as i128)).collect()
    }

    /// Microseconds of opening the file and asking, in the better copy: each time in a process that runs already and
    /// has not opened it, with the file evicted.
    pub fn cold(&self, ways: &[Vec<String>], mut evict: impl FnMut(&Path)) -> f64 {
        let mut best = f64::INFINITY;
        for (copy, statements) in ["sorted", "nat"].into_iter().flat_map(|copy| ways.iter().map(move |way| (copy, way)))
        {
            let python = folder().join("python/bin/python");
            let mut fresh = Self::start(&python, self.path.clone()).expect("Python starts");
            fresh.ask(&json!({"do": "version"})).expect("DuckDB is loaded");
            evict(&self.path);
            let answer = fresh.ask(&json!({"do": "cold", "duck": self.path, "statements": statements, "copy": copy}));
            best = best.min(answer.expect("DuckDB answers")["micros"].as_f64().expect("a time"));
        }
        best
    }
}

impl Drop for Duck {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python of an environment that has DuckDB, made if there is none.
fn environment() -> Result<PathBuf, String> {
    let place = folder().join("python");
    let python = place.join("bin/python");
    let has_all = |python: &Path| {
        let known = Command::new(python).args(["-c", "import duckdb, numpy"]).output();
        known.is_ok_and(|output| output.status.success())
    };
    if !has_all(&python) {
        eprintln!("a Python environment with DuckDB is made in {} …", place.display());
        done(Command::new("python3").arg("-m").arg("venv").arg(&place))?;
        done(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(WHEELS))?;
    }
    if has_all(&python) { Ok(python) } else { Err("DuckDB was installed and does not start".into()) }
}

fn done(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("python3: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(said.lines().last().unwrap_or("it failed").to_owned())
}
