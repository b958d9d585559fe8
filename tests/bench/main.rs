//! The benchmark of 6-quality.md: `cargo bench`, or `cargo bench -- --small` for a quick run on a tenth of the plant.
//!
//! Every figure is a ratio of two medians of one run, the two taking turns. The plant's files are kept in
//! `target/bench`, or where `KPI_OPS_BENCH_FOLDER` says; the big one takes some 7 GB.
//!
//! `cargo bench -- --panel CLIENTS DAYS ROUNDS` reads the small plant's panel so often and nothing else, for a profile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod chance;
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
    measure(big.as_ref().unwrap_or(&small), &small).await.print();
}

/// Everything that is measured, on a plant and beside it the small one.
async fn measure(file: &PlantFile, small: &PlantFile) -> Table {
    let mut table = Table::default();
    let mut duck = Duck::with(file);
    match &duck {
        Ok(duck) => eprintln!("DuckDB {}", duck.version),
        Err(why) => eprintln!("no DuckDB: {why}"),
    }
    let (plant, other) = (file.open().await, file.open().await);
    let (desk, colleague) = (lists::desk(&plant).await, PlantFile::desk(&other, "lena").await);
    let (small_plant, mut small_desk) = (small.open().await, None);
    if file.size != small.size {
        small_desk = Some(lists::desk(&small_plant).await);
    }
    panel::panels(&mut table, &desk, small_desk.as_ref(), available(&mut duck)).await;
    panel::memory(&mut table, &desk, &colleague, available(&mut duck)).await;
    panel::causes(&mut table, &desk, available(&mut duck)).await;
    lists::rows(&mut table, &desk, available(&mut duck)).await;
    guard::rows(&mut table, small_desk.as_ref().unwrap_or(&desk)).await;
    for desk in [Some(desk), Some(colleague), small_desk].into_iter().flatten() {
        desk.leave().await;
    }
    // A file that this process has open loses its locks when it is copied.
    for plant in [plant, other, small_plant] {
        plant.close().await;
    }
    panel::cold(&mut table, file, available(&mut duck));
    terminal::rows(&mut table, file);
    write::rows(&mut table, small).await;
    table
}

/// DuckDB, or why there is none.
fn available(duck: &mut Result<Duck, String>) -> Result<&mut Duck, &str> {
    duck.as_mut().map_err(|why| why.as_str())
}
