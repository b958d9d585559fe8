//! A backend that never asks the terminal anything: a terminal that does not answer (a slow link, a recorder, a
//! screen reader's relay) must not make a resize wait or fail. And that says nothing new: a frame that changes nothing
//! writes no byte, one that changes something is one synchronized update.

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};

/// The beginning and the end of a synchronized update.
const UPDATE: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// Lets a frame out in one write: once an update has begun, flushing waits for its end, however often the terminal's
/// library flushes between.
#[derive(Debug)]
struct Whole<W: Write> {
    out: W,
    waiting: Vec<u8>,
}

impl<W: Write> Write for Whole<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.starts_with(UPDATE.0) && !self.waiting.ends_with(UPDATE.1) {
            return Ok(());
        }
        let written = self.out.write_all(&self.waiting).and_then(|()| self.out.flush());
        self.waiting.clear();
        written
    }
}

/// Draws as crossterm does, and remembers where the cursor was put instead of asking for it.
#[derive(Debug)]
pub struct QuietBackend<W: Write> {
    inner: CrosstermBackend<Whole<W>>,
    cursor: Position,
    /// Where the terminal's cursor is, if nothing was drawn since it was put there.
    placed: Option<Position>,
    /// Whether it is shown, once that was said.
    shown: Option<bool>,
    /// Whether something of a frame was written.
    begun: bool,
}

impl<W: Write> QuietBackend<W> {
    /// A backend that writes to `out`.
    pub const fn new(out: W) -> Self {
        let inner = CrosstermBackend::new(Whole { out, waiting: Vec::new() });
        Self { inner, cursor: Position::ORIGIN, placed: None, shown: None, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            queue!(self.inner, BeginSynchronizedUpdate)?;
        }
        Ok(())
    }

    fn show(&mut self, is_shown: bool) -> io::Result<()> {
        if self.shown.replace(is_shown) == Some(is_shown) {
            return Ok(());
        }
        self.begin()?;
        if is_shown { queue!(self.inner, Show) } else { queue!(self.inner, Hide) }
    }
}

impl<W: Write> Write for QuietBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

impl<W: Write> Backend for QuietBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.begin()?;
        self.placed = None;
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.show(false)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.show(true)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        if self.placed.replace(self.cursor) == Some(self.cursor) {
            return Ok(());
        }
        self.begin()?;
        queue!(self.inner, MoveTo(self.cursor.x, self.cursor.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.begin()?;
        self.placed = None;
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.begin()?;
        self.placed = None;
        self.inner.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.begun) {
            queue!(self.inner, EndSynchronizedUpdate)?;
            Backend::flush(&mut self.inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::layout::Rect;
    use ratatui::widgets::Paragraph;
    use ratatui::{TerminalOptions, Viewport};
    use std::cell::RefCell;
    use std::rc::Rc;

    /// What was written since somebody looked.
    #[derive(Debug, Clone, Default)]
    struct Written(Rc<RefCell<Vec<Vec<u8>>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn drawn(
        (terminal, written): &mut (Terminal<QuietBackend<Written>>, Written),
        text: &str,
        cursor: Option<(u16, u16)>,
    ) -> String {
        terminal
            .draw(|frame| {
                frame.render_widget(Paragraph::new(text), frame.area());
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .expect("a frame");
        let mut writes = written.0.take();
        assert!(writes.len() <= 1, "a frame is one write: {writes:?}");
        String::from_utf8(writes.pop().unwrap_or_default()).expect("text")
    }

    #[test]
    fn a_frame_writes_what_changed_in_one_update_and_nothing_where_nothing_did() {
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 20, 3)) };
        let written = Written::default();
        let terminal = Terminal::with_options(QuietBackend::new(written.clone()), options).expect("a terminal");
        let mut terminal = (terminal, written);
        let first = drawn(&mut terminal, "120 units", None);
        assert!(first.contains("120") && first.contains("units"), "{first:?}");
        assert_eq!(drawn(&mut terminal, "120 units", None), "");
        let one = drawn(&mut terminal, "121 units", None);
        assert_eq!((one.matches("2026h").count(), one.matches("2026l").count()), (1, 1), "{one:?}");
        assert!(one.contains('1') && !one.contains("units"), "{one:?}");
        let placed = drawn(&mut terminal, "121 units", Some((3, 0)));
        assert!(placed.contains("[1;4H") && placed.contains("?25h"), "{placed:?}");
        assert_eq!(drawn(&mut terminal, "121 units", Some((3, 0))), "");
        // What is drawn takes the cursor along, so it is put back.
        assert!(drawn(&mut terminal, "122 units", Some((3, 0))).contains("[1;4H"));
        terminal.0.clear().expect("an empty screen");
        assert!(drawn(&mut terminal, "122 units", None).contains("units"), "all of it again, and still one write");
    }
}
