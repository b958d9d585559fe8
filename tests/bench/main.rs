//! The benchmark of 6-quality.md: `cargo bench`, or `cargo bench -- --small` for a quick run on a tenth of the plant.
//!
//! Every figure is a ratio of two medians of one run, the two taking turns. The plant's files are kept in
//! `target/bench`, or where `KPI_OPS_BENCH_FOLDER` says; the big one takes some 7 GB.
//!
//! `cargo bench -- --rows 6,9` measures only these rows of the table.
//!
//! `cargo bench -- --panel CLIENTS DAYS ROUNDS` reads the small plant's panel so often and nothing else, for a profile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod chance;
mod crowd;
mod duck;
mod fill;
mod guard;
mod lists;
mod measure;
mod panel;
mod plant;
mod terminal;
mod write;

use duck::Duck;
use measure::Table;
use plant::{PlantFile, Size};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, path] = arguments.as_slice()
        && first == "--first-panel"
    {
        return panel::first(path.as_ref()).await;
    }
    if let [first, clients, days, rounds] = arguments.as_slice()
        && first == "--panel"
    {
        let number = |text: &String| text.parse::<i32>().expect("a number");
        let clients = clients.parse().expect("a number");
        return panel::again_and_again(clients, number(days), number(rounds)).await;
    }
    let is_quick = arguments.iter().any(|argument| argument == "--small");
    let small = PlantFile::ready(Size::Small).await;
    let big = if is_quick { None } else { Some(PlantFile::ready(Size::Big).await) };
    let wanted = arguments.iter().skip_while(|argument| *argument != "--rows").nth(1);
    let wanted = Wanted(wanted.map(|rows| rows.split(',').map(str::to_owned).collect()));
    measure(big.as_ref().unwrap_or(&small), &small, &wanted).await.print();
}

/// The rows of the table that are asked for; all of them without a word.
struct Wanted(Option<Vec<String>>);

impl Wanted {
    /// Whether one of these is.
    fn any(&self, rows: &[&str]) -> bool {
        self.0.as_ref().is_none_or(|wanted| wanted.iter().any(|row| rows.contains(&row.as_str())))
    }
}

/// What is wanted of all that is measured, on a plant and beside it the small one.
async fn measure(file: &PlantFile, small: &PlantFile, wanted: &Wanted) -> Table {
    let mut table = Table::default();
    let mut duck = if wanted.any(&["1", "2", "3", "4", "5", "6"]) {
        Duck::with(file)
    } else {
        Err("no row that is wanted needs it".into())
    };
    match &duck {
        Ok(duck) => eprintln!("DuckDB {}", duck.version),
        Err(why) => eprintln!("no DuckDB: {why}"),
    }
    if wanted.any(&["1", "2", "3", "4", "5", "10"]) {
        reads(&mut table, file, small, &mut duck, wanted).await;
    }
    if wanted.any(&["6"]) {
        panel::cold(&mut table, file, available(&mut duck));
    }
    if wanted.any(&["11", "12", "13", "14"]) {
        terminal::rows(&mut table, file);
    }
    if wanted.any(&["7", "8"]) {
        write::rows(&mut table, small).await;
    }
    if wanted.any(&["9"]) {
        crowd::rows(&mut table, small).await;
    }
    table
}

/// What is asked of plants that are open.
async fn reads(
    table: &mut Table,
    file: &PlantFile,
    small: &PlantFile,
    duck: &mut Result<Duck, String>,
    wanted: &Wanted,
) {
    let (plant, other) = (file.open().await, file.open().await);
    let (desk, colleague) = (lists::desk(&plant).await, PlantFile::desk(&other, "lena").await);
    let (small_plant, mut small_desk) = (small.open().await, None);
    if file.size != small.size {
        small_desk = Some(lists::desk(&small_plant).await);
    }
    if wanted.any(&["1", "2", "4"]) {
        panel::panels(table, &desk, small_desk.as_ref(), available(duck)).await;
    }
    if wanted.any(&["3"]) {
        panel::memory(table, &desk, &colleague, available(duck)).await;
    }
    if wanted.any(&["5"]) {
        panel::causes(table, &desk, available(duck)).await;
        lists::rows(table, &desk, available(duck)).await;
    }
    if wanted.any(&["10"]) {
        guard::rows(table, small_desk.as_ref().unwrap_or(&desk)).await;
    }
    for desk in [Some(desk), Some(colleague), small_desk].into_iter().flatten() {
        desk.leave().await;
    }
    // A file that this process has open loses its locks when it is copied.
    for plant in [plant, other, small_plant] {
        plant.close().await;
    }
}

/// DuckDB, or why there is none.
fn available(duck: &mut Result<Duck, String>) -> Result<&mut Duck, &str> {
    duck.as_mut().map_err(|why| why.as_str())
}
