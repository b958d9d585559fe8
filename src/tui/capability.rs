//! What a terminal can show, as a value of each session. Read from its environment once, when it opens.

/// How many colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Palette {
    /// None: bold, dim and reverse only.
    Mono,
    /// The sixteen that every colour terminal has; also where dim is not to be trusted.
    Sixteen,
    /// The terminal's own colours with its attributes.
    Terminal,
}

/// Which characters may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Characters {
    /// Lines, blocks and marks beyond ASCII.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// Frames a second at most.
const FRAMES: u8 = 30;
const FRAMES_OVER_SSH: u8 = 10;

/// What one terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Capability {
    /// Colours.
    pub palette: Palette,
    /// Characters.
    pub characters: Characters,
    /// Frames a second at most; 0 is without limit, for tests.
    pub frames: u8,
}

impl Capability {
    /// What the tests draw with unless they say otherwise.
    pub const PLAIN: Self = Self { palette: Palette::Terminal, characters: Characters::Unicode, frames: 0 };

    /// Reads a terminal's environment through `variable`.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let dumb = matches!(term.as_str(), "" | "dumb" | "vt100" | "vt220");
        let console = matches!(term.as_str(), "linux" | "cons25" | "sun");
        let palette = if set("NO_COLOR").is_some() || dumb {
            Palette::Mono
        } else if console || (term.ends_with("-16color") && set("COLORTERM").is_none()) {
            Palette::Sixteen
        } else {
            Palette::Terminal
        };
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| set(name)).unwrap_or_default().to_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        let characters = if utf8 && !dumb && !console { Characters::Unicode } else { Characters::Ascii };
        let is_remote = set("SSH_CONNECTION").is_some() || set("SSH_TTY").is_some();
        let frames = if is_remote { FRAMES_OVER_SSH } else { FRAMES };
        Self { palette, characters, frames }
    }

    /// Whether the terminal is at the other end of a link.
    pub const fn is_remote(self) -> bool {
        self.frames == FRAMES_OVER_SSH
    }

    /// The characters to draw with.
    pub const fn glyphs(self) -> &'static Glyphs {
        match self.characters {
            Characters::Unicode => &UNICODE,
            Characters::Ascii => &ASCII,
        }
    }
}

/// The marks and lines of one character set. Each mark is one column wide, in every terminal.
#[derive(Debug)]
pub struct Glyphs {
    /// A horizontal line.
    pub rule: &'static str,
    /// A vertical line.
    pub bar: &'static str,
    /// Between parts of a line.
    pub dot: &'static str,
    /// Before what has the focus.
    pub focus: &'static str,
    /// Before how much lies further to the left.
    pub less: &'static str,
    /// After what was cut.
    pub cut: &'static str,
    /// As wished.
    pub good: &'static str,
    /// Worse than wished.
    pub warn: &'static str,
    /// Bad: somebody has to act.
    pub alarm: &'static str,
    /// Nothing to judge by.
    pub neutral: &'static str,
    /// Saved.
    pub done: &'static str,
    /// A refused field.
    pub reject: &'static str,
    /// It runs.
    pub run: &'static str,
    /// It stands.
    pub stop: &'static str,
    /// Up, and the largest first.
    pub up: &'static str,
    /// Down, and the smallest first... as the word beside it says.
    pub down: &'static str,
    /// The same as before.
    pub same: &'static str,
    /// No value.
    pub missing: &'static str,
    /// A full piece of a bar.
    pub full: &'static str,
    /// An empty piece of a bar.
    pub empty: &'static str,
    /// Where the target is on a bar.
    pub mark: &'static str,
    /// A limit across a chart.
    pub limit: &'static str,
    /// The target across a chart.
    pub target: &'static str,
    /// A point in the upper half of its row.
    pub point_high: &'static str,
    /// A point in the lower half.
    pub point_low: &'static str,
    /// Levels of a trend line, from low to high.
    pub levels: &'static [&'static str],
    /// Corners and sides of a box: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// From one to another, in dates and times.
    pub to: &'static str,
    /// What a secret's characters are shown as.
    pub secret: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    rule: "─",
    bar: "│",
    dot: "·",
    focus: "›",
    less: "‹",
    cut: "…",
    good: "○",
    warn: "■",
    alarm: "▲",
    neutral: "·",
    done: "✓",
    reject: "✗",
    run: "►",
    stop: "■",
    up: "↑",
    down: "↓",
    same: "=",
    missing: "—",
    full: "█",
    empty: "░",
    mark: "│",
    limit: "┄",
    target: "═",
    point_high: "▀",
    point_low: "▄",
    levels: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    corners: ["┌", "┐", "└", "┘"],
    to: "–",
    secret: "•",
};

const ASCII: Glyphs = Glyphs {
    rule: "-",
    bar: "|",
    dot: "-",
    focus: ">",
    less: "<",
    cut: "~",
    good: "o",
    warn: "=",
    alarm: "!",
    neutral: ".",
    done: "+",
    reject: "x",
    run: ">",
    stop: "#",
    up: "^",
    down: "v",
    same: "=",
    missing: "-",
    full: "#",
    empty: ".",
    mark: "|",
    limit: ".",
    target: "=",
    point_high: "o",
    point_low: "o",
    levels: &["_", ".", "-", "~", "=", "+", "*", "#"],
    corners: ["+", "+", "+", "+"],
    to: "-",
    secret: "*",
};

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use unicode_width::UnicodeWidthStr;

    #[rstest]
    #[case(&[("TERM", "xterm-256color"), ("LANG", "de_AT.UTF-8")], Palette::Terminal, Characters::Unicode)]
    #[case(&[("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("NO_COLOR", "1")], Palette::Mono, Characters::Unicode)]
    #[case(&[("TERM", "linux"), ("LANG", "en_US.UTF-8")], Palette::Sixteen, Characters::Ascii)]
    #[case(&[("TERM", "dumb")], Palette::Mono, Characters::Ascii)]
    #[case(&[("TERM", "xterm"), ("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], Palette::Terminal, Characters::Ascii)]
    #[case(&[("TERM", "xterm"), ("NO_COLOR", ""), ("LANG", "en_US.UTF-8")], Palette::Terminal, Characters::Unicode)]
    fn the_environment_says_what_a_terminal_can(
        #[case] environment: &[(&str, &str)],
        #[case] palette: Palette,
        #[case] characters: Characters,
    ) {
        let read = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let capability = Capability::of(read);
        assert_eq!((capability.palette, capability.characters), (palette, characters));
    }

    #[test]
    fn every_mark_is_one_column_wide_and_ascii_is_ascii() {
        for glyphs in [&UNICODE, &ASCII] {
            let singles = [
                glyphs.rule,
                glyphs.bar,
                glyphs.dot,
                glyphs.focus,
                glyphs.less,
                glyphs.cut,
                glyphs.good,
                glyphs.warn,
                glyphs.alarm,
                glyphs.neutral,
                glyphs.done,
                glyphs.reject,
                glyphs.run,
                glyphs.stop,
                glyphs.up,
                glyphs.down,
                glyphs.same,
                glyphs.missing,
                glyphs.full,
                glyphs.empty,
                glyphs.mark,
                glyphs.limit,
                glyphs.target,
                glyphs.point_high,
                glyphs.point_low,
                glyphs.to,
                glyphs.secret,
            ];
            for mark in singles.iter().chain(glyphs.levels).chain(&glyphs.corners) {
                assert_eq!(mark.width(), 1, "{mark}");
            }
        }
        assert!(format!("{ASCII:?}").is_ascii());
    }
}
