//! Everything that can be done, aimed at own things, at others' of the same client, at foreign ones and at nothing.

#[cfg(test)]
mod corrections;
#[cfg(test)]
mod people;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod rows;

use super::questions::foreign;
use super::scope::Who;
use crate::domain::clock::Instant;
use crate::domain::hold::HoldStep;
use crate::domain::id::{ClientId, EntryId};
use crate::domain::measure::Units;
use crate::domain::production::Count;
use crate::domain::role::Role;
use crate::domain::shift::Weekdays;
use crate::domain::text::CleanText;
use crate::service::{
    AddProduct, AddShift, AddUser, Attended, ClientSettings, CloseShift, Command, CorrectCount, CorrectStop,
    CoverAbsence, JoinStops, LogCount, LogInspection, LogStop, OpenHold, RemoveRow, ReopenShift, RewindOrder, SaveRow,
    SetClientSettings, SignHour, SplitStop, StepHold, StepOrder, TakeAttendance,
};
use crate::store::many_clients::{DISABLED, NOW, SHARED_PRODUCT, TODAY, entry_id, key, own_id};
use uuid::Uuid;

/// Kinds of commands; [`kind`] numbers them.
pub(super) const KINDS: usize = ADMINISTRATION + 11;
/// The first kind that administration does, to which no scope belongs.
pub(super) const ADMINISTRATION: usize = 32;

/// The kind of a command, with every field named: a new variant or field does not compile before somebody has thought of
/// what it may name, and [`commands`] aims it.
#[allow(clippy::too_many_lines, reason = "a table: every command stands once, with all of its fields")]
pub(super) const fn kind(command: &Command) -> usize {
    match command {
        Command::LogCount(LogCount {
            entry_id: _,
            client_id: _,
            line_id: _,
            shift: _,
            product_id: _,
            work_order_id: _,
            job_id: _,
            count: _,
            counted_at: _,
            estimated: _,
            notes: _,
        }) => 0,
        Command::RemoveCount { client_id: _, entry_id: _ } => 1,
        Command::RestoreCount { client_id: _, entry_id: _ } => 2,
        Command::LogStop(LogStop {
            entry_id: _,
            client_id: _,
            line_id: _,
            reason: _,
            started_at: _,
            ended_at: _,
            work_order_id: _,
            notes: _,
        }) => 3,
        Command::EndStop { client_id: _, entry_id: _, ended_at: _ } => 4,
        Command::ClassifyStop { client_id: _, entry_id: _, reason: _ } => 5,
        Command::ReopenStop { client_id: _, entry_id: _ } => 6,
        Command::RemoveStop { client_id: _, entry_id: _ } => 7,
        Command::RestoreStop { client_id: _, entry_id: _ } => 8,
        Command::OpenHold(OpenHold {
            hold_id: _,
            step: _,
            client_id: _,
            work_order_id: _,
            job_id: _,
            reason: _,
            quantity: _,
            quality_entry_id: _,
            notes: _,
        }) => 9,
        Command::StepHold(StepHold {
            hold_id: _,
            client_id: _,
            step: _,
            version: _,
            disposition: _,
            quantity: _,
            notes: _,
        }) => 10,
        Command::AddLine { client_id: _, line_id: _, name: _ } => 11,
        Command::AddProduct(AddProduct { client_id: _, product_id: _, name: _, ideal_cycle: _ }) => 12,
        Command::AddShift(AddShift {
            shift_id: _,
            name: _,
            start_minute: _,
            end_minute: _,
            break_minutes: _,
            days: _,
        }) => 13,
        Command::Recalculate { client_id: _, from: _, to: _ } => 14,
        Command::LogInspection(LogInspection {
            entry_id: _,
            client_id: _,
            line_id: _,
            shift: _,
            stage: _,
            work_order_id: _,
            job_id: _,
            part_number: _,
            inspected: _,
            defects: _,
            notes: _,
        }) => 15,
        // What is corrected is an inspection like one that is logged.
        Command::CorrectInspection { to: LogInspection { .. }, version: _ } => 16,
        Command::RemoveInspection { client_id: _, entry_id: _ } => 17,
        Command::RestoreInspection { client_id: _, entry_id: _ } => 18,
        Command::TakeAttendance(TakeAttendance { client_id: _, production_date: _, shift_id: _, people }) => {
            if let [Attended { employee_number: _, version: _, presence: _ }] = people.as_slice() {}
            19
        }
        Command::CoverAbsence(CoverAbsence {
            coverage_id: _,
            client_id: _,
            production_date: _,
            shift_id: _,
            employee_number: _,
            pool_employee_id: _,
            times: _,
        }) => 20,
        Command::StepOrder(StepOrder { client_id: _, work_order_id: _, step: _, version: _, at: _, quantity: _ }) => 21,
        Command::RewindOrder(RewindOrder { client_id: _, work_order_id: _, version: _, to: _ }) => 22,
        Command::SaveRow(SaveRow { entity: _, client_id: _, version: _, fields: _ }) => 23,
        Command::RemoveRow(RemoveRow { entity: _, client_id: _, version: _, key: _ }) => 24,
        Command::CorrectCount(CorrectCount { version: _, to: _ }) => 25,
        Command::CorrectStop(CorrectStop { version: _, to: _ }) => 26,
        Command::SplitStop(SplitStop { client_id: _, entry_id: _, version: _, at: _, second_id: _, reason: _ }) => 27,
        Command::JoinStops(JoinStops { client_id: _, entry_id: _, second_id: _ }) => 28,
        Command::CloseShift(CloseShift { client_id: _, production_date: _, shift_id: _, note: _ }) => 29,
        Command::ReopenShift(ReopenShift { client_id: _, production_date: _, shift_id: _, reason: _ }) => 30,
        Command::SignHour(SignHour {
            client_id: _,
            production_date: _,
            shift_id: _,
            line_id: _,
            hour: _,
            version: _,
            sign_off: _,
        }) => 31,
        Command::AddClient { client_id: _, name: _, time_zone: _ } => ADMINISTRATION,
        Command::SetClientActive { client_id: _, active: _ } => ADMINISTRATION + 1,
        Command::AddUser(AddUser { login: _, full_name: _, role: _, clients: _ }) => ADMINISTRATION + 2,
        Command::SetUserActive { login: _, active: _ } => ADMINISTRATION + 3,
        Command::SetAssignment { login: _, client_id: _, assigned: _ } => ADMINISTRATION + 4,
        Command::ResetUser { login: _ } => ADMINISTRATION + 5,
        Command::AddSshKey { login: _, key: _ } => ADMINISTRATION + 6,
        Command::RemoveSshKey { login: _, fingerprint: _ } => ADMINISTRATION + 7,
        Command::SetRole { login: _, role: _ } => ADMINISTRATION + 8,
        Command::SetSshKeyAlone { login: _, alone: _ } => ADMINISTRATION + 9,
        Command::SetClientSettings(SetClientSettings { client_id: _, from: settings, to: _ }) => {
            let ClientSettings { two_person_release: _, bradford: _, correction_days: _, stages: _ } = settings;
            ADMINISTRATION + 10
        }
    }
}

/// Switches what every client of the plant starts with.
fn other_settings(client_id: ClientId) -> SetClientSettings {
    let settings = |correction_days| ClientSettings {
        two_person_release: true,
        bradford: true,
        correction_days,
        stages: Vec::new(),
    };
    SetClientSettings { client_id, from: settings(7), to: settings(8) }
}

/// What commands are aimed at.
struct Aim {
    clients: Vec<ClientId>,
    /// Words that only one client has: each own one, the foreign one, and nobody.
    owners: Vec<String>,
    foreign: usize,
}

/// Everything, in an order in which much of it succeeds.
pub(super) fn commands(who: &Who) -> Vec<Command> {
    let foreign = foreign(who);
    let own = who.clients.iter().take(2).map(|&client| key(client));
    let clients: Vec<_> = own.chain([key(foreign), key(DISABLED), ClientId::parse("NOBODY").unwrap()]).collect();
    let owners = clients.iter().map(ToString::to_string).collect();
    let aim = Aim { clients, owners, foreign };
    let mut all = Vec::new();
    for client in &aim.clients {
        all.extend(counts(client, &aim).into_iter().map(Command::LogCount));
        all.extend(stops(client, &aim).into_iter().map(Command::LogStop));
        all.extend(holds(client, &aim));
        all.extend(quality::inspections(client, &aim));
        all.extend(people::attendance(client, &aim));
        all.extend(rows::rows(client, &aim));
        all.extend(corrections::corrections(client, &aim));
        all.extend(on_entries(client, &aim));
        all.extend(corrections::signatures(client, &aim));
        all.extend(corrections::closes(client));
        all.extend(master_data(client, &aim));
    }
    all
}

/// Ids that all have, that one has, and that nobody has.
fn ids(kind: u128, aim: &Aim, some: impl Iterator<Item = u128>) -> Vec<EntryId> {
    let shared = some.map(|number| entry_id(kind, number));
    let nobodys = [own_id(kind, aim.foreign), Uuid::from_u128(9)];
    let own = (0..DISABLED).filter(|&client| aim.clients.first() == Some(&key(client))).map(|it| own_id(kind, it));
    shared.chain(own).chain(nobodys).map(EntryId).collect()
}

/// A count of five with nothing on it that need not be.
pub(super) fn plain_count(client_id: ClientId, entry: Uuid) -> LogCount {
    LogCount {
        entry_id: EntryId(entry),
        client_id,
        line_id: "L1".parse().unwrap(),
        shift: None,
        product_id: "P1".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(5), ..Count::default() },
        counted_at: None,
        estimated: false,
        notes: None,
    }
}

fn counts(client: &ClientId, aim: &Aim) -> Vec<LogCount> {
    let plain = |number: u128| plain_count(client.clone(), Uuid::from_u128(0xc0_0000 + number));
    let mut all = vec![
        plain(1),
        LogCount { work_order_id: Some("W1".parse().unwrap()), job_id: Some("J1".parse().unwrap()), ..plain(2) },
        LogCount { shift: Some((TODAY.plus_days(-1), "L".parse().unwrap())), ..plain(3) },
        LogCount { shift: Some((TODAY.plus_days(-1), "GONE".parse().unwrap())), ..plain(4) },
        LogCount { product_id: SHARED_PRODUCT.parse().unwrap(), ..plain(5) },
        LogCount { work_order_id: Some("W1".parse().unwrap()), job_id: Some("J4".parse().unwrap()), ..plain(6) },
        LogCount { line_id: "L3".parse().unwrap(), ..plain(7) },
        LogCount { counted_at: Some(NOW.plus_minutes(-1440 * 2)), ..plain(8) },
    ];
    for (number, owner) in (10..).zip(&aim.owners) {
        all.push(LogCount { line_id: format!("L-{owner}").parse().unwrap(), ..plain(number) });
        all.push(LogCount { product_id: format!("P-{owner}").parse().unwrap(), ..plain(number + 10) });
        all.push(LogCount { work_order_id: Some(format!("W-{owner}").parse().unwrap()), ..plain(number + 20) });
    }
    all.extend(ids(1, aim, [0, 1].into_iter()).into_iter().map(|entry_id| LogCount { entry_id, ..plain(0) }));
    all
}

fn stops(client: &ClientId, aim: &Aim) -> Vec<LogStop> {
    let plain = |number: u128, from: i64| LogStop {
        entry_id: EntryId(Uuid::from_u128(0x57_0000 + number)),
        client_id: client.clone(),
        line_id: "L1".parse().unwrap(),
        reason: None,
        started_at: Some(NOW.plus_minutes(-from)),
        ended_at: Some(NOW.plus_minutes(5 - from)),
        work_order_id: None,
        notes: None,
    };
    let mut all = vec![
        plain(1, 20),
        plain(2, 22),
        LogStop { line_id: "L2".parse().unwrap(), ..plain(3, 10) },
        LogStop { reason: Some("MINE".parse().unwrap()), ..plain(4, 12) },
        LogStop { reason: Some("NONE".parse().unwrap()), ..plain(5, 5) },
        LogStop { started_at: None, ended_at: None, ..plain(6, 0) },
    ];
    for (number, owner) in (10..).zip(&aim.owners) {
        all.push(LogStop { line_id: format!("L-{owner}").parse().unwrap(), ..plain(number, 30) });
        all.push(LogStop { work_order_id: Some(format!("W-{owner}").parse().unwrap()), ..plain(number + 20, 60) });
    }
    all.extend(ids(2, aim, 0..3).into_iter().map(|entry_id| LogStop { entry_id, ..plain(0, 90) }));
    all
}

fn holds(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let plain = |number: u128, step: HoldStep| OpenHold {
        hold_id: EntryId(Uuid::from_u128(0x401d_0000 + number)),
        step,
        client_id: client.clone(),
        work_order_id: "W1".parse().unwrap(),
        job_id: None,
        reason: "DOUBT".parse().unwrap(),
        quantity: Units(1),
        quality_entry_id: None,
        notes: None,
    };
    let mut all = Vec::new();
    for (number, &step) in (0..).zip(HoldStep::ALL) {
        all.push(plain(number, step));
    }
    let request = |number| plain(number, HoldStep::Request);
    all.push(OpenHold { quantity: Units(1_000_000), ..request(30) });
    all.push(OpenHold { job_id: Some("J4".parse().unwrap()), ..request(31) });
    all.push(OpenHold { reason: "NONE".parse().unwrap(), ..request(32) });
    for (number, owner) in (40..).zip(&aim.owners) {
        all.push(OpenHold { work_order_id: format!("W-{owner}").parse().unwrap(), ..request(number) });
    }
    all.extend(ids(4, aim, 0..2).into_iter().map(|hold_id| OpenHold { hold_id, ..request(0) }));
    let mut all: Vec<_> = all.into_iter().map(Command::OpenHold).collect();
    for hold_id in ids(4, aim, 0..7) {
        for &step in HoldStep::ALL {
            let version = if step == HoldStep::Reject { 7 } else { 1 };
            for quantity in [Some(Units(1)).filter(|_| step == HoldStep::Release), None] {
                let client_id = client.clone();
                let step = StepHold { hold_id, client_id, step, version, disposition: None, quantity, notes: None };
                all.push(Command::StepHold(step));
            }
        }
    }
    all
}

fn on_entries(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let mut all = Vec::new();
    for entry_id in ids(1, aim, (0..34).step_by(4)) {
        let client_id = client.clone();
        all.push(Command::RemoveCount { client_id: client_id.clone(), entry_id });
        all.push(Command::RestoreCount { client_id, entry_id });
    }
    for entry_id in ids(2, aim, (0..34).step_by(3).chain([1])) {
        let client_id = || client.clone();
        all.push(Command::EndStop { client_id: client_id(), entry_id, ended_at: NOW.plus_minutes(-1) });
        all.push(Command::ReopenStop { client_id: client_id(), entry_id });
        for code in ["JAM", "NONE"] {
            all.push(Command::ClassifyStop { client_id: client_id(), entry_id, reason: code.parse().unwrap() });
        }
        all.push(Command::EndStop { client_id: client_id(), entry_id, ended_at: Instant(0) });
        all.push(Command::RemoveStop { client_id: client_id(), entry_id });
        all.push(Command::RestoreStop { client_id: client_id(), entry_id });
    }
    all
}

fn master_data(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let name = || CleanText::name("name", "new").unwrap();
    let line =
        |line: &str| Command::AddLine { client_id: client.clone(), line_id: line.parse().unwrap(), name: name() };
    let product = |product: &str| {
        let product_id = product.parse().unwrap();
        Command::AddProduct(AddProduct { client_id: client.clone(), product_id, name: name(), ideal_cycle: None })
    };
    let mut all = vec![line("L1"), line("L-NEW"), product("P1"), product("P-NEW")];
    for owner in &aim.owners {
        all.extend([line(&format!("L-{owner}")), product(&format!("P-{owner}"))]);
    }
    all.push(Command::AddShift(AddShift {
        shift_id: format!("S-{client}").parse().unwrap(),
        name: name(),
        start_minute: 0,
        end_minute: 60,
        break_minutes: 0,
        days: Weekdays::EVERY_DAY,
    }));
    all.push(Command::Recalculate { client_id: client.clone(), from: TODAY.plus_days(-9), to: TODAY });
    all
}

/// What administration does, aimed at people of an own client, of a foreign one, and at nobody.
pub(super) fn administration(own: usize, foreign: usize) -> Vec<Command> {
    let name = || CleanText::name("name", "new").unwrap();
    let mut all = Vec::new();
    for (client, login) in [
        (key(own), format!("op{own:02}b")),
        (key(foreign), format!("op{foreign:02}b")),
        (ClientId::parse("NOBODY").unwrap(), "nobody-there".to_owned()),
    ] {
        let (client_id, login) = (|| client.clone(), || login.clone());
        all.extend([
            Command::AddClient { client_id: client_id(), name: name(), time_zone: "UTC".into() },
            Command::AddUser(AddUser {
                login: login(),
                full_name: name(),
                role: Role::Operator,
                clients: vec![client_id()],
            }),
            Command::SetUserActive { login: login(), active: false },
            Command::SetUserActive { login: login(), active: true },
            Command::SetAssignment { login: login(), client_id: client_id(), assigned: true },
            Command::SetAssignment { login: login(), client_id: client_id(), assigned: false },
            Command::SetRole { login: login(), role: Role::Leader },
            Command::ResetUser { login: login() },
            Command::AddSshKey { login: login(), key: "x".into() },
            Command::RemoveSshKey { login: login(), fingerprint: "x".into() },
            Command::SetSshKeyAlone { login: login(), alone: true },
            Command::SetClientSettings(other_settings(client_id())),
            Command::SetClientActive { client_id: client_id(), active: false },
            Command::SetClientActive { client_id: client_id(), active: true },
        ]);
    }
    all
}
