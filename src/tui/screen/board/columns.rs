//! The columns of the board's table: what stands in them and how wide they are. They are as wide as their figures
//! need; what is left goes to names, reasons and bars, and where room is short the least important go.

use super::{LineState, percent, reason};
use crate::domain::clock::PlantClock;
use crate::domain::measure::Units;
use crate::service::LineBoard;
use crate::tui::widget::{Pen, fill, short_duration, width};

/// Figures of a line: heading, heading where there is room, and whether it may go where there is little.
const FIGURES: [(&str, &str, bool); 7] = [
    ("Made", "Made", false),
    ("Due", "Due now", false),
    ("Pace", "Pace", false),
    ("Fcst/Plan", "Forecast/Target", false),
    ("Down", "Downtime", true),
    ("Def", "Defects", true),
    ("Count", "Last count", true),
];
/// Figures before the bar.
const BEFORE_BAR: usize = 3;
/// From this width on there is room for full headings.
const ROOMY: u16 = 104;
/// Columns of names and bars at least, and at most.
const LEAST_NAME: u16 = 12;
const NAME: u16 = 32;
const BAR: (u16, u16) = (6, 24);
/// A reason shorter than this says nothing.
const LEAST_REASON: u16 = 12;

/// The figures of a line as texts, in the order of [`FIGURES`].
fn figures(pen: &Pen, line: &LineBoard, clock: Option<PlantClock>) -> [String; 7] {
    let missing = || pen.glyphs.missing.to_owned();
    let known = |units: Option<Units>| units.map_or_else(missing, |units| units.to_string());
    if line.shift.is_none() {
        return std::array::from_fn(|_| missing());
    }
    let counted = line.last_count_at.zip(clock).map(|(at, clock)| clock.local(at).format("%H:%M").to_string());
    [
        line.made.to_string(),
        known(line.target_so_far),
        percent(line).map_or_else(missing, |percent| format!("{percent}%")),
        format!("{}/{}", known(line.forecast), known(line.target)),
        short_duration(line.stopped.get()),
        line.defects.to_string(),
        counted.unwrap_or_else(missing),
    ]
}

/// Widths of the columns: of each figure (0 where it had to go), the name, the bar, the state and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widths {
    figures: [u16; 7],
    /// Of the line's name.
    pub name: u16,
    /// Of the bar.
    pub bar: u16,
    /// Of the state's word.
    pub state: u16,
    /// Of the reason why it stands; 0 where there is no room for one.
    pub reason: u16,
}

/// What wants columns: the widest of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wanted {
    figures: [u16; 7],
    name: u16,
    state: u16,
    reason: u16,
}

impl Widths {
    /// The widths for these lines in a table this wide.
    pub fn for_lines(pen: &Pen, cells: &[Cells<'_>], room: u16) -> Self {
        Self::of(&wanted(pen, cells, room), room)
    }

    /// The row above the lines.
    pub fn heading(&self, pen: &Pen, room: u16) -> String {
        let figures = self.row(titles(pen, room), &fill("", self.bar, false));
        format!("   {} {figures}{}", fill(pen.say("Line"), self.name, false), pen.say("State"))
    }

    /// A line's figures and its bar as one text.
    pub fn figures(&self, cells: &Cells<'_>, bar: &str) -> String {
        self.row(cells.figures.iter().map(String::as_str), bar)
    }

    fn of(wanted: &Wanted, width: u16) -> Self {
        let mut figures = wanted.figures;
        let fixed = |figures: &[u16; 7]| figures.iter().filter(|width| **width > 0).map(|width| width + 1).sum::<u16>();
        // Names are told apart by their first words; the figures that may go stand in the selected line's facts too.
        let least = 3 + LEAST_NAME.min(wanted.name) + 1 + BAR.0 + 1 + wanted.state;
        for place in (0..figures.len()).rev() {
            let may_go = FIGURES.get(place).is_some_and(|(_, _, may_go)| *may_go);
            if may_go && least + fixed(&figures) > width {
                figures.iter_mut().skip(place).take(1).for_each(|given| *given = 0);
            }
        }
        let mut left = width.saturating_sub(least + fixed(&figures));
        let mut give = |want: u16| {
            let given = want.min(left);
            left -= given;
            given
        };
        let name = LEAST_NAME.min(wanted.name);
        let name = name + give(wanted.name.min(NAME / 2).saturating_sub(name));
        let reason = give(wanted.reason + 2);
        let name = name + give(wanted.name.min(NAME).saturating_sub(name));
        let bar = BAR.0 + give(BAR.1 - BAR.0);
        let reason = if reason < LEAST_REASON { 0 } else { reason };
        Self { figures, name, bar, state: wanted.state, reason }
    }

    /// The columns of a row in their order; the bar stands between the pace and the forecast.
    fn row<'a>(&self, texts: impl Iterator<Item = &'a str>, bar: &str) -> String {
        let mut line = String::new();
        for (place, (text, given)) in texts.zip(self.figures).enumerate() {
            if place == BEFORE_BAR {
                line.push_str(bar);
                line.push(' ');
            }
            if given > 0 {
                line.push_str(&fill(text, given, true));
                line.push(' ');
            }
        }
        line
    }
}

/// Everything that one line shows.
pub struct Cells<'a> {
    /// The line.
    pub line: &'a LineBoard,
    /// Its key and name.
    pub name: String,
    figures: [String; 7],
    /// Its state in words.
    pub state: String,
    /// Why it stands, and since when.
    pub reason: String,
}

impl<'a> Cells<'a> {
    /// What a line shows.
    pub fn of(pen: &Pen, line: &'a LineBoard, clock: Option<PlantClock>) -> Self {
        let state = LineState::of(line);
        let since = |at| clock.map_or_else(String::new, |clock| clock.local(at).format("%H:%M").to_string());
        Self {
            line,
            name: format!("{} {}", line.line_id, line.name),
            figures: figures(pen, line, clock),
            state: state.text(pen),
            reason: state.stop().map_or_else(String::new, |stop| {
                pen.language.tell(
                    "{reason}, since {time}",
                    &[("reason", &reason(pen, stop)), ("time", &since(stop.started_at))],
                )
            }),
        }
    }
}

fn wanted(pen: &Pen, cells: &[Cells<'_>], room: u16) -> Wanted {
    let widest = |texts: &mut dyn Iterator<Item = u16>| texts.max().unwrap_or(0);
    let figures = std::array::from_fn(|place| {
        let title = titles(pen, room).nth(place).map_or(0, width);
        widest(&mut cells.iter().filter_map(|cells| cells.figures.get(place)).map(|text| width(text))).max(title)
    });
    Wanted {
        figures,
        name: widest(&mut cells.iter().map(|cells| width(&cells.name))),
        // Room for a stop's running time from the start, so that nothing moves when one begins.
        state: widest(&mut cells.iter().map(|cells| width(&cells.state)))
            .max(width(pen.say("stopped")) + width(" 12m34")),
        reason: widest(&mut cells.iter().map(|cells| width(&cells.reason))),
    }
}

fn titles(pen: &Pen, room: u16) -> impl Iterator<Item = &'static str> {
    let language = pen.language;
    FIGURES
        .iter()
        .map(move |(short, long, _)| if room >= ROOMY { language.say(long) } else { language.say_short(short) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_fit_whatever_is_in_them(width in 76_u16..300, name in 1_u16..60, reason in 0_u16..40, figure in 1_u16..6) {
            let wanted = Wanted { figures: [figure; 7], name, state: 13, reason };
            let widths = Widths::of(&wanted, width);
            let figures: u16 = widths.figures.iter().filter(|given| **given > 0).map(|given| given + 1).sum();
            prop_assert!(3 + widths.name + 1 + figures + widths.bar + 1 + widths.state + widths.reason <= width);
            prop_assert_eq!(widths.figures[..4].iter().filter(|given| **given == 0).count(), 0);
        }
    }
}
