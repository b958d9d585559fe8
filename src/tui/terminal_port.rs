//! The port of a real terminal. Whatever ends the program, the terminal is left as it was found.

use super::capability::Capability;
use super::escape::{Pieces, WAIT, WAIT_OVER_SSH};
use super::input::Input;
use super::layout::{LEAST_HEIGHT, LEAST_WIDTH};
use super::port::{Port, PortEvent};
use super::quiet_backend::QuietBackend;
use base64ct::{Base64, Encoding};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, EventStream};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use futures::StreamExt;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc};

/// The least columns and rows on which the card about a small screen can be read.
const READABLE: (u16, u16) = (30, 6);
/// The terminal this process was started from.
#[derive(Debug)]
pub struct TerminalPort {
    terminal: Terminal<QuietBackend<Stdout>>,
    capability: Capability,
    inputs: mpsc::UnboundedReceiver<Input>,
    terminate: Signal,
    hangup: Signal,
}

impl TerminalPort {
    /// Takes the terminal over; refuses one on which not even that could be read that it is too small.
    pub fn open(capability: Capability) -> io::Result<Self> {
        let (columns, rows) = crossterm::terminal::size()?;
        if columns < READABLE.0 || rows < READABLE.1 {
            return Err(io::Error::other(format!(
                "the terminal is {columns}x{rows}; kpi-ops needs {LEAST_WIDTH}x{LEAST_HEIGHT}: make it larger and start again"
            )));
        }
        end_on_panic();
        // Whether colours are used is the theme's decision, made from this terminal's environment.
        crossterm::style::force_color_output(true);
        enable_raw_mode()?;
        let mut out = io::stdout();
        let entered = execute!(out, EnterAlternateScreen, EnableBracketedPaste).and_then(|()| {
            let terminal = Terminal::new(QuietBackend::new(out))?;
            Ok(Self {
                terminal,
                capability,
                inputs: listen(if capability.is_remote() { WAIT_OVER_SSH } else { WAIT }),
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
            })
        });
        if entered.is_err() {
            restore();
        }
        let mut port = entered?;
        port.terminal.clear()?;
        Ok(port)
    }
}

/// Takes input in as it comes. A task of its own, because the stream must always be polled with a waker that lives:
/// looking whether something is there would lose the next key.
fn listen(wait: Duration) -> mpsc::UnboundedReceiver<Input> {
    let (send, inputs) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut events = EventStream::new();
        let mut pieces = Pieces::default();
        loop {
            let next = events.next();
            let event =
                if pieces.is_waiting() { tokio::time::timeout(wait, next).await.ok() } else { Some(next.await) };
            let whole = match event {
                None => pieces.release(),
                Some(Some(Ok(event))) => Input::of(event).map(|input| pieces.take(input)).unwrap_or_default(),
                Some(None | Some(Err(_))) => return,
            };
            if whole.into_iter().any(|input| send.send(input).is_err()) {
                return;
            }
        }
    });
    inputs
}

impl Drop for TerminalPort {
    fn drop(&mut self) {
        // Restored twice, a terminal puts its cursor before what was told in between.
        if !IS_BROKEN.load(Ordering::SeqCst) {
            restore();
        }
    }
}

/// Leaves the terminal as it was found. Errors are of no use to anybody here: the terminal may be gone.
fn restore() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Whether any thread panicked: the program is broken then, whatever of it still runs.
static IS_BROKEN: AtomicBool = AtomicBool::new(false);
/// Wakes whoever waits for a key that would never come.
static BROKE: Notify = Notify::const_new();
/// So long the program may take to keep what is typed and to end, once something in it broke.
const LONGEST_END: Duration = Duration::from_secs(8);

/// The end of a program that broke: a panic's message must not be drawn over the screen nor leave the terminal raw, and a
/// thread that is gone must not leave a program behind that hears nothing any more. The loop is woken and ends; where it
/// is what broke, the process ends without it.
fn end_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_first = !IS_BROKEN.swap(true, Ordering::SeqCst);
        if is_first {
            restore();
            // Not waited for: a process that ends by itself takes it along.
            let _ = std::thread::Builder::new().spawn(|| {
                std::thread::sleep(LONGEST_END);
                std::process::exit(101);
            });
        }
        before(panic);
        BROKE.notify_one();
    }));
}

fn broken() -> io::Error {
    io::Error::other("the program broke down and ended; what was typed is kept where that was possible")
}

impl Port for TerminalPort {
    fn capability(&self) -> Capability {
        self.capability
    }

    fn size(&self) -> io::Result<Rect> {
        self.terminal.size().map(|size| Rect::new(0, 0, size.width, size.height))
    }

    async fn next(&mut self, _idle: bool) -> io::Result<PortEvent> {
        let input = tokio::select! {
            _ = self.terminate.recv() => Input::Hangup,
            _ = self.hangup.recv() => Input::Hangup,
            // The end of input and a lost terminal are one thing: nobody is there any more.
            input = self.inputs.recv() => input.unwrap_or(Input::Hangup),
            () = BROKE.notified() => return Err(broken()),
        };
        Ok(PortEvent::Input(input))
    }

    fn ready(&mut self) -> Option<Input> {
        self.inputs.try_recv().ok()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        // Encoded, so that no text can end the sequence; the clipboard alone is set, and nothing is ever asked of it.
        let sequence = format!("\u{1b}]52;c;{}\u{7}", Base64::encode_string(text.as_bytes()));
        let out = self.terminal.backend_mut();
        out.write_all(sequence.as_bytes())?;
        Write::flush(out)
    }

    fn ring(&mut self) -> io::Result<()> {
        let out = self.terminal.backend_mut();
        out.write_all(b"\x07")?;
        Write::flush(out)
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if IS_BROKEN.load(Ordering::SeqCst) {
            // The terminal is the shell's again.
            return Err(broken());
        }
        self.terminal.draw(render).map(|_| ())
    }
}
