//! Takes a terminal over as the dashboard does, and panics: `tests/suite/pty.rs` looks at what is left of the terminal.
#![allow(clippy::expect_used, clippy::panic)]

use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::port::Port;
use kpi_ops::tui::terminal_port::TerminalPort;

#[tokio::main]
async fn main() {
    let mut port = TerminalPort::open(Capability::PLAIN).expect("a terminal");
    port.draw(|frame| frame.render_widget("about to panic", frame.area())).expect("a frame");
    panic!("on purpose");
}
