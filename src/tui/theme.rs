//! Roles of what is drawn, and how a theme file says they look. Nothing else in the program names a colour.

use super::capability::Palette;
use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// How each role looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Text as usual.
    pub normal: Style,
    /// Headings and the figure that matters.
    pub strong: Style,
    /// What is old, off or explanation.
    pub dim: Style,
    /// Where the keys go.
    pub focus: Style,
    /// Worse than wished.
    pub warn: Style,
    /// Somebody has to act.
    pub alarm: Style,
    /// A refused input.
    pub invalid: Style,
    /// As wished; quiet on purpose.
    pub good: Style,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    normal: Look,
    strong: Look,
    dim: Look,
    focus: Look,
    warn: Look,
    alarm: Look,
    invalid: Look,
    good: Look,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "a theme file sets each attribute by its own name")]
struct Look {
    colour: Option<String>,
    ground: Option<String>,
    bold: bool,
    dim: bool,
    reverse: bool,
    underline: bool,
}

impl Look {
    fn style(&self) -> Result<Style, String> {
        let colour = |name: &Option<String>| {
            name.as_deref().map(|name| name.parse::<Color>().map_err(|_| format!("no such colour: {name}"))).transpose()
        };
        let mut style = Style::new();
        style.fg = colour(&self.colour)?;
        style.bg = colour(&self.ground)?;
        let modifiers = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.reverse, Modifier::REVERSED),
            (self.underline, Modifier::UNDERLINED),
        ];
        Ok(modifiers.iter().filter(|(on, _)| *on).fold(style, |style, (_, modifier)| style.add_modifier(*modifier)))
    }
}

impl Theme {
    /// Reads a theme file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: ThemeFile = toml::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self {
            normal: file.normal.style()?,
            strong: file.strong.style()?,
            dim: file.dim.style()?,
            focus: file.focus.style()?,
            warn: file.warn.style()?,
            alarm: file.alarm.style()?,
            invalid: file.invalid.style()?,
            good: file.good.style()?,
        })
    }

    /// The theme that comes with the program for a palette.
    pub fn built_in(palette: Palette) -> Result<Self, String> {
        Self::parse(match palette {
            Palette::Mono => include_str!("../../assets/themes/mono.toml"),
            Palette::Sixteen => include_str!("../../assets/themes/sixteen.toml"),
            Palette::Terminal => include_str!("../../assets/themes/terminal.toml"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_that_comes_along_can_be_read_and_mono_has_no_colour() {
        for palette in [Palette::Mono, Palette::Sixteen, Palette::Terminal] {
            Theme::built_in(palette).expect("theme");
        }
        let mono = Theme::built_in(Palette::Mono).expect("mono");
        for style in [mono.normal, mono.strong, mono.dim, mono.focus, mono.warn, mono.alarm, mono.invalid, mono.good] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn a_wrong_theme_says_what_is_wrong() {
        let text = include_str!("../../assets/themes/mono.toml")
            .replace("normal    = {}", "normal = { colour = \"pinkish\" }");
        assert_eq!(Theme::parse(&text), Err("no such colour: pinkish".into()));
    }
}
