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

    /// The themes that somebody can choose by name, besides what their terminal has.
    pub const NAMES: [&'static str; 6] = ["terminal", "sixteen", "mono", "grey-day", "grey-night", "high-contrast"];

    /// The text of a theme that comes with the program, by its name.
    pub fn text_of(name: &str) -> Option<&'static str> {
        Some(match name {
            "terminal" => include_str!("../../assets/themes/terminal.toml"),
            "sixteen" => include_str!("../../assets/themes/sixteen.toml"),
            "mono" => include_str!("../../assets/themes/mono.toml"),
            "grey-day" => include_str!("../../assets/themes/grey-day.toml"),
            "grey-night" => include_str!("../../assets/themes/grey-night.toml"),
            "high-contrast" => include_str!("../../assets/themes/high-contrast.toml"),
            _ => return None,
        })
    }

    /// The theme as a terminal of this palette can show it: one without colours keeps to weight and reverse, one with
    /// sixteen to those.
    pub fn fitting(self, palette: Palette) -> Result<Self, String> {
        let named = |colour: Option<Color>| !matches!(colour, Some(Color::Indexed(16..) | Color::Rgb(..)));
        let styles = self.styles();
        match palette {
            Palette::Terminal => Ok(self),
            Palette::Sixteen if styles.iter().all(|style| named(style.fg) && named(style.bg)) => Ok(self),
            Palette::Mono if styles.iter().all(|style| (style.fg, style.bg) == (None, None)) => Ok(self),
            Palette::Sixteen | Palette::Mono => Self::built_in(palette),
        }
    }

    const fn styles(&self) -> [Style; 8] {
        [self.normal, self.strong, self.dim, self.focus, self.warn, self.alarm, self.invalid, self.good]
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
        for style in mono.styles() {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn every_theme_can_be_chosen_by_name_and_shown_by_every_terminal() {
        for name in Theme::NAMES {
            let theme = Theme::parse(Theme::text_of(name).expect("a text")).expect(name);
            for palette in [Palette::Mono, Palette::Sixteen, Palette::Terminal] {
                let shown = theme.fitting(palette).expect(name);
                let is_plain = shown.styles().iter().all(|style| (style.fg, style.bg) == (None, None));
                assert!(is_plain || palette != Palette::Mono, "{name}");
            }
            assert_eq!(theme.fitting(Palette::Terminal), Ok(theme));
        }
        assert_eq!(Theme::text_of("pink"), None);
    }

    /// Light of a colour of the 256, as WCAG counts it.
    #[expect(clippy::suboptimal_flops, reason = "written as the standard writes it")]
    fn light(colour: Option<Color>) -> f64 {
        let Some(Color::Indexed(index)) = colour else { panic!("{colour:?} is not one of the 256") };
        let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        let [red, green, blue] = match index {
            232.. => [8 + 10 * (index - 232); 3],
            16.. => [level((index - 16) / 36), level((index - 16) / 6 % 6), level((index - 16) % 6)],
            _ => panic!("{index} looks different on every terminal"),
        };
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.039_28 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
    }

    #[test]
    fn what_the_grey_and_high_contrast_themes_write_can_be_read() {
        for (name, least) in [("grey-day", 4.5), ("grey-night", 4.5), ("high-contrast", 7.0)] {
            let theme = Theme::parse(Theme::text_of(name).expect("a text")).expect(name);
            for style in theme.styles() {
                let (text, ground) = (light(style.fg), light(style.bg.or(theme.normal.bg)));
                let contrast = (text.max(ground) + 0.05) / (text.min(ground) + 0.05);
                assert!(contrast >= least, "{name}: {style:?} has a contrast of {contrast:.1}");
            }
        }
    }

    #[test]
    fn a_wrong_theme_says_what_is_wrong() {
        let text = include_str!("../../assets/themes/mono.toml")
            .replace("normal    = {}", "normal = { colour = \"pinkish\" }");
        assert_eq!(Theme::parse(&text), Err("no such colour: pinkish".into()));
    }
}
