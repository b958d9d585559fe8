//! Where input comes from and frames go: the terminal and the tests are two ports of the same loop.

use super::capability::Capability;
use super::input::Input;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::io;

/// What comes out of waiting at a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortEvent {
    /// Something came in.
    Input(Input),
    /// Nothing more comes for now: a test's keys are used up. A terminal never says this.
    Pause,
}

/// One end of the loop.
pub trait Port {
    /// What can be shown.
    fn capability(&self) -> Capability;

    /// How large the screen is.
    fn size(&self) -> io::Result<Rect>;

    /// Waits for the next input. `idle` says that nothing is on its way any more. Dropping the wait loses nothing.
    fn next(&mut self, idle: bool) -> impl Future<Output = io::Result<PortEvent>>;

    /// Input that is there already, without waiting.
    fn ready(&mut self) -> Option<Input>;

    /// Puts a text of one line into the clipboard of whoever sits there, where their terminal takes one.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Rings the bell of whoever sits there, where their terminal has one.
    fn ring(&mut self) -> io::Result<()>;

    /// Draws one frame.
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()>;
}
