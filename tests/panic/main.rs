//! Opens the dashboard of a plant as the program does, and panics in a thread of its own when a file appears, or at once
//! without one: `tests/suite/pty.rs` looks at what is left of the terminal and of what was typed.
#![allow(clippy::expect_used, clippy::panic)]

use kpi_ops::domain::idle::IdleLock;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{DatabaseUrl, Plant};
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::port::Port;
use kpi_ops::tui::terminal_port::TerminalPort;
use kpi_ops::tui::{Looks, Place, open};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some((database, flag)) = arguments.next().zip(arguments.next()) else {
        let mut port = TerminalPort::open(Capability::PLAIN).expect("a terminal");
        port.draw(|frame| frame.render_widget("about to panic", frame.area())).expect("a frame");
        panic!("on purpose");
    };
    std::thread::spawn(move || {
        while !Path::new(&flag).exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("on purpose");
    });
    let url = DatabaseUrl::parse(&database).expect("a URL");
    let plant = Plant::open(&url, Clock::System).await.expect("a plant");
    let looks = Looks::built_in().expect("looks");
    let place = Place { terminal: "test".into(), idle: IdleLock::default(), looks, holder: None };
    match open(plant, Capability::PLAIN, place).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
