//! The port of tests: keys in as a story, a screen out as text. It types the next key when everything that was
//! asked for has come back, so a story needs no waiting and no time.

use super::capability::Capability;
use super::input::Input;
use super::port::{Port, PortEvent};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use std::collections::VecDeque;
use std::io;

/// A terminal made of memory.
#[derive(Debug)]
pub struct TestPort {
    terminal: Terminal<TestBackend>,
    capability: Capability,
    keys: VecDeque<Input>,
    at_once: bool,
    /// Frames drawn so far.
    pub frames: usize,
    /// Those of them that changed something on the screen.
    pub changes: usize,
    /// What was copied.
    pub copied: Vec<String>,
    /// How often the bell rang.
    pub rings: usize,
}

impl TestPort {
    /// A screen of this size.
    pub fn new(width: u16, height: u16, capability: Capability) -> io::Result<Self> {
        let terminal = Terminal::new(TestBackend::new(width, height)).map_err(io::Error::other)?;
        Ok(Self {
            terminal,
            capability,
            keys: VecDeque::new(),
            at_once: false,
            frames: 0,
            changes: 0,
            copied: Vec::new(),
            rings: 0,
        })
    }

    /// Types a story; see [`Input::story`].
    pub fn type_story(&mut self, story: &str) -> Result<(), String> {
        self.keys.extend(Input::story(story)?);
        self.at_once = false;
        Ok(())
    }

    /// Types a story as fast as a scanner does, without waiting for anything.
    pub fn type_at_once(&mut self, story: &str) -> Result<(), String> {
        self.keys.extend(Input::story(story)?);
        self.at_once = true;
        Ok(())
    }

    /// Gives something else than keys.
    pub fn give(&mut self, input: Input) {
        if let Input::Resize(width, height) = input {
            self.terminal.backend_mut().resize(width, height);
        }
        self.keys.push_back(input);
    }

    /// What is on the screen.
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// The screen as lines of text, without spaces at their ends.
    pub fn screen(&self) -> String {
        let buffer = self.buffer();
        let area = buffer.area();
        let mut text = String::new();
        for y in area.y..area.bottom() {
            let line: String =
                (area.x..area.right()).filter_map(|x| buffer.cell((x, y)).map(ratatui::buffer::Cell::symbol)).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

impl Port for TestPort {
    fn capability(&self) -> Capability {
        self.capability
    }

    fn size(&self) -> io::Result<Rect> {
        Ok(self.buffer().area)
    }

    async fn next(&mut self, idle: bool) -> io::Result<PortEvent> {
        if !idle && !self.at_once {
            return std::future::pending().await;
        }
        match self.keys.pop_front() {
            Some(input) => Ok(PortEvent::Input(input)),
            None if idle => Ok(PortEvent::Pause),
            None => std::future::pending().await,
        }
    }

    fn ready(&mut self) -> Option<Input> {
        if self.at_once { self.keys.pop_front() } else { None }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.copied.push(text.to_owned());
        Ok(())
    }

    fn ring(&mut self) -> io::Result<()> {
        self.rings += 1;
        Ok(())
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let before = self.buffer().clone();
        self.terminal.draw(render).map_err(io::Error::other)?;
        self.frames += 1;
        self.changes += usize::from(*self.buffer() != before);
        Ok(())
    }
}
