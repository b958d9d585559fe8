//! A dashboard without a plant: somebody sits there, and its questions are answered by the test. At a fixed time.

use super::scene_detail;
use kpi_ops::domain::clock::{Instant, PlantClock, ProductionDate};
use kpi_ops::domain::hold::HoldStatus;
use kpi_ops::domain::id::{ClientId, EntryId, LineId, ProductId, ShiftId, WorkOrderId};
use kpi_ops::domain::measure::{Minutes, Units};
use kpi_ops::domain::role::Role;
use kpi_ops::domain::scope::ScopedClient;
use kpi_ops::kpi::{ClientPart, Kpi, Panel, Tally, Target, Targets, Window};
use kpi_ops::service::{
    Answer, Board, HoldOnBoard, HourOnBoard, KpiDetail, KpiScreen, LineBoard, Query, RunningStop, Setup, ShiftOnBoard,
};
use kpi_ops::tui::capability::{Capability, Characters};
use kpi_ops::tui::draw::draw_on;
use kpi_ops::tui::effect::Effect;
use kpi_ops::tui::input::Input;
use kpi_ops::tui::keymap::Keymap;
use kpi_ops::tui::message::{Msg, Outcome, Refusal, Seat, Slot, Ticket};
use kpi_ops::tui::model::Model;
use kpi_ops::tui::theme::Theme;
use kpi_ops::tui::update::update;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Wednesday 2026-05-20, 10:30 in Vienna.
pub const NOW: Instant = Instant(1_779_265_800_000);
/// The production date of then.
pub const TODAY: ProductionDate = ProductionDate(20_593);

/// A dashboard whose questions the test answers.
pub struct Scene {
    pub model: Model,
    asked: Vec<(Ticket, Slot, Query)>,
    /// How often the bell rang.
    pub rings: usize,
}

impl Scene {
    /// Luis, a leader with these clients in view, on the shift board; nothing is answered yet.
    pub fn new(capability: Capability, clients: &[&str]) -> Self {
        let theme = Theme::built_in(capability.palette).unwrap();
        let mut model = Model::new(Keymap::built_in().unwrap(), theme, capability, Rect::new(0, 0, 80, 24), NOW);
        let clients: Vec<ScopedClient> = clients.iter().map(|id| scoped(id)).collect();
        model.seat = Some(Seat {
            login: "luis".into(),
            full_name: "Luis Leader".into(),
            role: Role::Leader,
            all: clients.clone(),
            clients,
            ends_at: NOW.plus_minutes(12 * 60),
        });
        let mut scene = Self { model, asked: Vec::new(), rings: 0 };
        scene.keys("1");
        scene
    }

    /// Types a story.
    pub fn keys(&mut self, story: &str) -> &mut Self {
        for input in Input::story(story).unwrap() {
            self.take(Msg::Input(input));
        }
        self
    }

    /// Goes on to a time.
    pub fn clock(&mut self, now: Instant) -> &mut Self {
        self.take(Msg::Clock(now));
        self
    }

    fn take(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg) {
            match effect {
                Effect::Ask(ticket, slot, query) => self.asked.push((ticket, slot, query)),
                Effect::Ring => self.rings += 1,
                _ => {}
            }
        }
    }

    /// The last question for a place.
    pub fn question(&self, slot: Slot) -> Option<&Query> {
        self.asked.iter().rev().find(|(_, other, _)| *other == slot).map(|(_, _, query)| query)
    }

    /// Answers every question for a place, the newest last.
    pub fn answer(&mut self, slot: Slot, answer: &Result<Answer, Refusal>) -> &mut Self {
        let (asked, rest) = std::mem::take(&mut self.asked).into_iter().partition(|(_, other, _)| *other == slot);
        self.asked = rest;
        let asked: Vec<(Ticket, Slot, Query)> = asked;
        for (ticket, slot, _) in asked {
            self.take(Msg::Answer(ticket, Box::new(Outcome::Answered(slot, answer.clone()))));
        }
        self
    }

    /// Answers with a board.
    pub fn board(&mut self, board: Board) -> &mut Self {
        let setup = Setup { clients: 3, lines: 8, products: 4, shifts: 3, other_users: Some(9) };
        self.answer(Slot::Setup, &Ok(Answer::Setup(setup)));
        self.answer(Slot::Board, &Ok(Answer::Board(board)))
    }

    /// Answers with a KPI screen.
    pub fn panel(&mut self, screen: KpiScreen) -> &mut Self {
        self.answer(Slot::Kpis, &Ok(Answer::KpiPanel(Box::new(screen))))
    }

    /// Answers with a KPI in detail.
    pub fn detail(&mut self, detail: KpiDetail) -> &mut Self {
        self.answer(Slot::KpiDetail, &Ok(Answer::KpiDetail(Box::new(detail))))
    }

    /// The screen at a size, as text.
    pub fn at(&mut self, width: u16, height: u16) -> String {
        self.take(Msg::Input(Input::Resize(width, height)));
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        draw_on(&self.model, area, &mut buffer);
        let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..height).map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A terminal without colour and beyond ASCII nothing.
pub const POOR: Capability =
    Capability { palette: kpi_ops::tui::capability::Palette::Mono, characters: Characters::Ascii, frames: 0 };

fn scoped(id: &str) -> ScopedClient {
    let name = match id {
        "ACME" => "Acme Bottling",
        "RIVAL" => "Rival Foods",
        other => other,
    };
    ScopedClient { client_id: client(id), name: name.into(), clock: vienna() }
}

pub fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

fn vienna() -> PlantClock {
    PlantClock::parse("Europe/Vienna").unwrap()
}

/// A line in the early shift, 06:00 to 14:00, with a target and what it made of it hour by hour.
pub fn line(client_id: &str, id: &str, name: &str, target: i64, hours: [i64; 5]) -> LineBoard {
    let (starts_at, ends_at) = (NOW.plus_minutes(-270), NOW.plus_minutes(210));
    let made: i64 = hours.iter().sum();
    let hour = |index: i64| HourOnBoard {
        local_start: vienna().local(starts_at.plus_minutes(60 * index)),
        plan: Some(Units(target / 8)),
        made: Units(usize::try_from(index).ok().and_then(|index| hours.get(index)).copied().unwrap_or(0)),
        estimated: Units(0),
        main_stop: None,
        signed: None,
    };
    LineBoard {
        client_id: client(client_id),
        line_id: LineId::parse(id).unwrap(),
        name: name.into(),
        shift: Some(ShiftOnBoard {
            production_date: TODAY,
            shift_id: ShiftId::parse("E").unwrap(),
            name: "Early".into(),
            starts_at,
            ends_at,
            local: (vienna().local(starts_at), vienna().local(ends_at)),
            closed: false,
        }),
        made: Units(made),
        estimated: Units(0),
        defects: Units(made / 90),
        target: Some(Units(target)),
        target_so_far: Some(Units(target * 270 / 480)),
        forecast: Some(Units(made * 480 / 270)),
        product_id: Some(ProductId::parse("WATER-05").unwrap()),
        work_order_id: Some(WorkOrderId::parse("WO-1007").unwrap()),
        last_count_at: Some(NOW.plus_minutes(-18)),
        stopped: Minutes(0),
        running_stop: None,
        hours: (0..8).map(hour).collect(),
    }
}

/// The line with a stop that has been running for so many seconds.
pub fn standing(line: LineBoard, reason: &str, planned: bool, seconds: i64) -> LineBoard {
    let stop = RunningStop {
        entry_id: EntryId(uuid::Uuid::nil()),
        reason: reason.into(),
        planned,
        unclassified: reason.is_empty(),
        started_at: NOW.plus_millis(-seconds * 1000),
    };
    let mut line = LineBoard { stopped: Minutes(33 + seconds / 60), running_stop: Some(stop), ..line };
    for (index, hour) in line.hours.iter_mut().enumerate().filter(|(index, _)| [2, 4].contains(index)) {
        hour.main_stop = Some((reason.to_owned(), Minutes(if index == 2 { 33 } else { seconds / 60 })));
    }
    line
}

pub fn hold(client_id: &str, order: &str, quantity: i64, status: HoldStatus, minutes: i64) -> HoldOnBoard {
    HoldOnBoard {
        client_id: client(client_id),
        hold_id: EntryId(uuid::Uuid::nil()),
        work_order_id: WorkOrderId::parse(order).unwrap(),
        reason: "Contamination".into(),
        quantity: Units(quantity),
        status,
        since: NOW.plus_minutes(-minutes),
    }
}

/// Two clients with a line in every state but those without a shift.
pub fn two_clients() -> Board {
    let behind = line("ACME", "L3", "Labeller", 4000, [480, 440, 450, 460, 210]);
    let no_target = LineBoard {
        target: None,
        target_so_far: None,
        hours: Vec::new(),
        ..line("RIVAL", "P2", "Palletiser", 800, [90, 80, 95, 100, 40])
    };
    let filler = line("ACME", "L1", "Filler", 12_000, [1480, 1510, 640, 1390, 480]);
    Board {
        lines: vec![
            standing(filler, "Breakdown", false, 725),
            line("ACME", "L2", "Packer", 4000, [510, 500, 520, 490, 250]),
            behind,
            line("RIVAL", "P1", "Mixer", 8000, [800, 700, 900, 650, 0]),
            no_target,
            standing(line("RIVAL", "P3", "Oven with a long name", 240, [30, 31, 30, 30, 15]), "Cleaning", true, 3_900),
        ],
        holds: vec![
            hold("ACME", "WO-1003", 480, HoldStatus::OnHold, 1_500),
            hold("ACME", "WO-1007", 36, HoldStatus::Requested, 25),
            hold("RIVAL", "R-77", 1_200, HoldStatus::OnHold, 125),
        ],
    }
}

/// Sums of one day: better and worse days take turns, Sundays are free.
pub fn day(date: ProductionDate) -> Option<Tally> {
    let step = i64::from(date.0);
    if step % 7 == 3 {
        return None;
    }
    let stopped = 20 + step * 37 % 95;
    let units = (840 - stopped) * 55;
    Some(Tally {
        line_shifts: 2,
        planned_minutes: 840,
        planned_stop_minutes: 30,
        unplanned_stop_minutes: stopped,
        unplanned_stops: 1 + step % 5,
        micro_stop_minutes: 6,
        micro_stops: 4,
        units,
        defects: units / (30 + step % 20),
        scrap: units / (60 + step % 20),
        rework: units / 90,
        earned_millis: i128::from(units) * 980,
        labour_millis: i128::from(units) * 2_000,
        units_inferred: units / 4,
        crew_minutes: 2 * 840,
        inspected: 400,
        passed: 400 - 8 - step % 9,
        inspection_defects: 10 + step % 9,
        opportunity_defects: 10 + step % 9,
        opportunities: 4000,
        scheduled_minutes: 4800,
        absence_minutes: 120 + 40 * (step % 5),
        covered_minutes: 90,
        due_orders: 3,
        on_time_orders: 3 - step % 2,
        in_full_orders: 2 - step % 2,
        ..Tally::default()
    })
}

fn percent(kpi: Kpi, target: i64, warn: i64) -> (Kpi, Target) {
    (kpi, Target { target_micro: target * 1_000_000, warn_micro: Some(warn * 1_000_000) })
}

/// Targets that are met, nearly met and missed.
pub fn targets() -> Targets {
    let micro = |kpi, target_micro| (kpi, Target { target_micro, warn_micro: None });
    [
        percent(Kpi::Availability, 90, 85),
        percent(Kpi::Performance, 95, 90),
        percent(Kpi::QualityRate, 99, 98),
        percent(Kpi::Oee, 75, 70),
        micro(Kpi::ScrapRate, 2_000_000),
        percent(Kpi::Fpy, 98, 96),
        percent(Kpi::Otd, 95, 90),
        micro(Kpi::Absenteeism, 5_000_000),
        micro(Kpi::Mttr, 15_000_000),
    ]
    .into_iter()
    .collect()
}

fn sums(from: ProductionDate, to: ProductionDate) -> BTreeMap<ProductionDate, Tally> {
    (from.0..=to.0).map(ProductionDate).filter_map(|date| Some((date, day(date)?))).collect()
}

/// The KPI screen of the last `days` days, of these clients with targets that agree or not.
pub fn kpi_screen(days: i32, clients: &[&str], agree: bool) -> KpiScreen {
    let window = Window::ending(TODAY, days);
    let before = window.before();
    let parts = |window: Window| -> Vec<ClientPart> {
        let tally: Tally = sums(window.from(), window.to()).values().sum();
        let of_client = |(index, id): (usize, &&str)| ClientPart {
            client_id: client(id),
            sums: scene_detail::sums(&if index == 0 { tally } else { Tally { unplanned_stop_minutes: 0, ..tally } }),
            targets: if agree || index == 0 { targets() } else { Targets::default() },
        };
        clients.iter().enumerate().map(of_client).collect()
    };
    let panel = |window: Window| Panel::of_clients(&parts(window), &[]);
    let one = |part: ClientPart| (part.client_id.clone(), Panel::of_clients(&[part], &[]));
    let by_client = if clients.len() > 1 { parts(window).into_iter().map(one).collect() } else { Vec::new() };
    let days =
        sums(window.from(), window.to()).into_iter().map(|(date, tally)| (date, scene_detail::sums(&tally))).collect();
    let mut screen = KpiScreen::new(window, panel(window), panel(before), days);
    screen.by_client = by_client;
    screen
}
