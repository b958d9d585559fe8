//! Alarms: what on the shift board needs an answer by a person, how urgent each is, and which have been seen.
//!
//! What needs no answer is no alarm. Priorities are told apart by shape, letter and place, then by colour (ISA-18.2).

use super::locale::Language;
use super::screen::board::{LineState, percent, running};
use super::widget::{Pen, duration, long_duration};
use crate::domain::clock::Instant;
use crate::domain::hold::HoldStatus;
use crate::service::{Board, HoldOnBoard, LineBoard};
use ratatui::style::Style;
use std::collections::BTreeSet;

/// A shift without a count for this long has somebody who forgot one, in minutes.
const NO_COUNT: i64 = 90;
/// What was seen is forgotten after this long, in minutes: nothing of it is on the board any more.
const FORGOTTEN: i64 = 48 * 60;

/// How urgent an alarm is, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody has to go there now.
    High,
    /// In this hour.
    Medium,
    /// In this shift.
    Low,
}

impl Priority {
    /// Its letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::High => "H",
            Self::Medium => "M",
            Self::Low => "L",
        }
    }

    /// Its shape and style.
    pub const fn look(self, pen: &Pen) -> (&'static str, Style) {
        match self {
            Self::High => (pen.glyphs.alarm, pen.theme.alarm),
            Self::Medium => (pen.glyphs.warn, pen.theme.warn),
            Self::Low => (pen.glyphs.good, pen.theme.normal),
        }
    }
}

/// What makes an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A line stands and was not meant to.
    Stopped,
    /// A line made much less than it should have.
    FarBehind,
    /// Somebody waits for a decision about goods.
    Undecided,
    /// A line made a little less than it should have.
    Behind,
    /// Nothing was counted for long.
    NoCount,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 5] = [Self::Stopped, Self::FarBehind, Self::Undecided, Self::Behind, Self::NoCount];

    /// How urgent it is.
    pub const fn priority(self) -> Priority {
        match self {
            Self::Stopped => Priority::High,
            Self::FarBehind | Self::Undecided => Priority::Medium,
            Self::Behind | Self::NoCount => Priority::Low,
        }
    }

    /// What follows if nobody does anything, who answers, and how.
    pub const fn response(self) -> &'static str {
        match self {
            Self::Stopped => "A stopped line makes nothing. Line leader: go there, give the reason, end the stop.",
            Self::FarBehind => {
                "The shift's target is out of reach. Shift leader: find the loss, move people or orders."
            }
            Self::Undecided => "Goods wait and orders with them. Leader: grant or refuse it on the Holds screen.",
            Self::Behind => "The target slips. Line leader: look at the hours and what took them.",
            Self::NoCount => "Nobody knows the pace. Operator: log the count.",
        }
    }
}

/// Which alarm it is: the same one as long as its cause lasts. What comes and goes within a shift is one alarm, so that
/// a line at the edge of its target does not alarm every minute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlarmKey {
    rule: Rule,
    client_id: String,
    of: String,
    since: Instant,
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Which one.
    pub key: AlarmKey,
    /// The line or order it is about.
    pub name: String,
    /// What is the matter, in words.
    pub text: String,
}

impl Alarm {
    /// What made it.
    pub const fn rule(&self) -> Rule {
        self.key.rule
    }

    /// How urgent it is.
    pub const fn priority(&self) -> Priority {
        self.key.rule.priority()
    }
}

/// The alarms of a board, the most urgent first, then the oldest.
pub fn of_board(board: &Board, language: Language, now: Instant) -> Vec<Alarm> {
    let of_lines = board.lines.iter().flat_map(|line| of_line(line, language, now));
    let of_holds = board.holds.iter().filter_map(|hold| of_hold(hold, language, now));
    let mut alarms: Vec<Alarm> = of_lines.chain(of_holds).collect();
    alarms.sort_by(|one, other| {
        let order = |alarm: &Alarm| (alarm.priority(), alarm.key.since);
        order(one).cmp(&order(other)).then_with(|| one.key.cmp(&other.key))
    });
    alarms
}

fn of_line(line: &LineBoard, language: Language, now: Instant) -> Vec<Alarm> {
    let began = line.shift.as_ref().map_or(now, |shift| shift.starts_at);
    let alarm = |rule, since, text| Alarm {
        key: AlarmKey { rule, client_id: line.client_id.to_string(), of: line.line_id.to_string(), since },
        name: format!("{} {}", line.line_id, line.name),
        text,
    };
    let behind = || {
        let percent = percent(line).unwrap_or(0);
        language.tell("{percent}% of what is due by now", &[("percent", &percent)])
    };
    let mut alarms = Vec::new();
    match LineState::of(line) {
        LineState::Stopped(stop) => {
            let reason = if stop.unclassified { language.say("no reason given yet") } else { &stop.reason };
            let time = running(stop.started_at, now);
            let text = language.tell("stopped {time}: {reason}", &[("time", &time), ("reason", &reason)]);
            alarms.push(alarm(Rule::Stopped, stop.started_at, text));
        }
        LineState::FarBehind => alarms.push(alarm(Rule::FarBehind, began, behind())),
        LineState::Behind => alarms.push(alarm(Rule::Behind, began, behind())),
        LineState::Paused(_) | LineState::OnPace | LineState::NoTarget | LineState::Closed | LineState::NoShift => {}
    }
    let is_on = line.running_stop.is_none() && line.shift.as_ref().is_some_and(|shift| !shift.closed);
    let counted = line.last_count_at.unwrap_or(began).0.max(began.0);
    let silent = now.minutes_since(Instant(counted));
    if is_on && silent >= NO_COUNT {
        let text = language.tell("no count for {time}", &[("time", &duration(silent))]);
        alarms.push(alarm(Rule::NoCount, Instant(counted), text));
    }
    alarms
}

fn of_hold(hold: &HoldOnBoard, language: Language, now: Instant) -> Option<Alarm> {
    let english = match hold.status {
        HoldStatus::Requested => "{units} units: a hold was asked for {time} ago",
        HoldStatus::ReleaseRequested => "{units} units: their release was asked for, on hold for {time}",
        _ => return None,
    };
    let time = long_duration(now.minutes_since(hold.since));
    Some(Alarm {
        key: AlarmKey {
            rule: Rule::Undecided,
            client_id: hold.client_id.to_string(),
            of: format!("{} {}", hold.hold_id, hold.status),
            since: hold.since,
        },
        name: hold.work_order_id.to_string(),
        text: language.tell(english, &[("units", &hold.quantity), ("time", &time)]),
    })
}

/// Which alarms somebody at this terminal has seen, and which there were before.
#[derive(Debug, Default)]
pub struct AlarmBook {
    known: Option<BTreeSet<AlarmKey>>,
    seen: BTreeSet<AlarmKey>,
}

impl AlarmBook {
    /// Takes in the alarms there are now; says whether a high one came since the last time. The first look has nothing
    /// before it, and nothing on it came just now.
    pub fn take(&mut self, alarms: &[Alarm], now: Instant) -> bool {
        let there: BTreeSet<AlarmKey> = alarms.iter().map(|alarm| alarm.key.clone()).collect();
        self.seen.retain(|key| there.contains(key) || now.minutes_since(key.since) < FORGOTTEN);
        let before = self.known.replace(there);
        let is_new = |key: &&AlarmKey| before.as_ref().is_some_and(|before| !before.contains(*key));
        let mut came = self.known.iter().flatten().filter(is_new);
        came.any(|key| key.rule.priority() == Priority::High)
    }

    /// Whether nobody has seen it yet.
    pub fn is_new(&self, alarm: &Alarm) -> bool {
        !self.seen.contains(&alarm.key)
    }

    /// Somebody has seen these.
    pub fn see(&mut self, alarms: &[Alarm]) {
        self.seen.extend(alarms.iter().map(|alarm| alarm.key.clone()));
    }
}
