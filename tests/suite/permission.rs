//! Role × command and role × question, exhaustively, through real desks: what a role may not is refused by name
//! before anything else is looked at, and what it may is never refused for the role.

use super::plant::{FloorPlant, MONDAY_TEN};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::hold::HoldStep;
use kpi_ops::domain::id::EntryId;
use kpi_ops::domain::list::List;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::order::{OrderStatus, OrderStep};
use kpi_ops::domain::production::Count;
use kpi_ops::domain::quality::Inspected;
use kpi_ops::domain::role::Role;
use kpi_ops::domain::shift::Weekdays;
use kpi_ops::domain::text::CleanText;
use kpi_ops::kpi::{Kpi, Span};
use kpi_ops::service::{
    AddProduct, AddShift, AddUser, ClientSettings, CloseShift, Command, CorrectCount, CorrectStop, CoverAbsence, Desk,
    DetailQuery, Entity, ExportQuery, Exported, JoinStops, ListQuery, LogCount, LogInspection, LogStop, OpenHold,
    OrderStanding, PanelWindow, Place, Problem, Query, RecordKey, RemoveRow, ReopenShift, RewindOrder, SaveRow,
    SetClientSettings, SignHour, SplitStop, StepHold, StepOrder, TakeAttendance,
};
use uuid::Uuid;

/// 1-product.md once more, by hand: the least role for each command. A new command fails to compile here.
fn least_role(command: &Command) -> Role {
    let hold = |step: HoldStep| match step {
        HoldStep::Request | HoldStep::Withdraw | HoldStep::RequestRelease => Role::Operator,
        HoldStep::Place
        | HoldStep::Approve
        | HoldStep::Reject
        | HoldStep::RefuseRelease
        | HoldStep::Release
        | HoldStep::Scrap => Role::Leader,
    };
    match command {
        Command::LogCount(_)
        | Command::LogStop(_)
        | Command::CorrectCount(_)
        | Command::CorrectStop(_)
        | Command::SplitStop(_)
        | Command::JoinStops(_)
        | Command::EndStop { .. }
        | Command::ClassifyStop { .. }
        | Command::RemoveCount { .. }
        | Command::RemoveStop { .. }
        | Command::RestoreCount { .. }
        | Command::RestoreStop { .. }
        | Command::ReopenStop { .. }
        | Command::LogInspection(_)
        | Command::CorrectInspection { .. }
        | Command::RemoveInspection { .. }
        | Command::RestoreInspection { .. }
        | Command::TakeAttendance(_) => Role::Operator,
        Command::CoverAbsence(_)
        | Command::StepOrder(_)
        | Command::RewindOrder(_)
        | Command::CloseShift(_)
        | Command::ReopenShift(_)
        | Command::SignHour(_) => Role::Leader,
        Command::SaveRow(SaveRow { entity, .. }) | Command::RemoveRow(RemoveRow { entity, .. }) => match entity {
            Entity::WorkOrders | Entity::Jobs | Entity::Targets => Role::Leader,
            _ => Role::PowerUser,
        },
        Command::OpenHold(open) => hold(open.step),
        Command::StepHold(step) => hold(step.step),
        Command::AddLine { .. } | Command::AddProduct(_) | Command::AddShift(_) | Command::Recalculate { .. } => {
            Role::PowerUser
        }
        Command::AddClient { .. }
        | Command::SetClientActive { .. }
        | Command::SetClientSettings(_)
        | Command::AddUser(_)
        | Command::SetUserActive { .. }
        | Command::SetAssignment { .. }
        | Command::SetRole { .. }
        | Command::ResetUser { .. }
        | Command::AddSshKey { .. }
        | Command::RemoveSshKey { .. }
        | Command::SetSshKeyAlone { .. } => Role::Admin,
    }
}

const SETTINGS: ClientSettings =
    ClientSettings { two_person_release: true, bradford: false, correction_days: 7, stages: Vec::new() };

/// One command of every kind, every hold step included, aimed at things that do not exist.
fn commands() -> Vec<Command> {
    let client_id = || "ACME".parse().unwrap();
    let entry_id = EntryId(Uuid::from_u128(7));
    let name = || CleanText::name("name", "x").unwrap();
    let login = || "nobody-there".to_owned();
    let inspection = || LogInspection {
        entry_id,
        client_id: client_id(),
        line_id: "L9".parse().unwrap(),
        shift: None,
        stage: "nowhere".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        part_number: None,
        inspected: Inspected {
            inspected: Units(1),
            passed: Units(1),
            reworked: Units(0),
            repaired: Units(0),
            scrapped: Units(0),
        },
        defects: Vec::new(),
        notes: None,
    };
    let mut commands = vec![
        Command::LogCount(LogCount {
            entry_id,
            client_id: client_id(),
            line_id: "L9".parse().unwrap(),
            shift: None,
            product_id: "P9".parse().unwrap(),
            work_order_id: None,
            job_id: None,
            count: Count::default(),
            counted_at: None,
            estimated: false,
            notes: None,
        }),
        Command::LogStop(LogStop {
            entry_id,
            client_id: client_id(),
            line_id: "L9".parse().unwrap(),
            reason: None,
            started_at: None,
            ended_at: None,
            work_order_id: None,
            notes: None,
        }),
        Command::SplitStop(SplitStop {
            client_id: client_id(),
            entry_id,
            version: 1,
            at: MONDAY_TEN,
            second_id: entry_id,
            reason: None,
        }),
        Command::SignHour(SignHour {
            client_id: client_id(),
            production_date: ProductionDate(20_000),
            shift_id: "E".parse().unwrap(),
            line_id: "L9".parse().unwrap(),
            hour: 0,
            version: 0,
            sign_off: None,
        }),
        Command::CloseShift(CloseShift {
            client_id: client_id(),
            production_date: ProductionDate(20_000),
            shift_id: "E".parse().unwrap(),
            note: None,
        }),
        Command::ReopenShift(ReopenShift {
            client_id: client_id(),
            production_date: ProductionDate(20_000),
            shift_id: "E".parse().unwrap(),
            reason: name(),
        }),
        Command::JoinStops(JoinStops { client_id: client_id(), entry_id, second_id: entry_id }),
        Command::EndStop { client_id: client_id(), entry_id, ended_at: MONDAY_TEN },
        Command::ClassifyStop { client_id: client_id(), entry_id, reason: "SETUP".parse().unwrap() },
        Command::RemoveCount { client_id: client_id(), entry_id },
        Command::RemoveStop { client_id: client_id(), entry_id },
        Command::RestoreCount { client_id: client_id(), entry_id },
        Command::RestoreStop { client_id: client_id(), entry_id },
        Command::ReopenStop { client_id: client_id(), entry_id },
        Command::LogInspection(inspection()),
        Command::CorrectInspection { to: inspection(), version: 1 },
        Command::RemoveInspection { client_id: client_id(), entry_id },
        Command::RestoreInspection { client_id: client_id(), entry_id },
        Command::TakeAttendance(TakeAttendance {
            client_id: client_id(),
            production_date: ProductionDate(20_000),
            shift_id: "E".parse().unwrap(),
            people: Vec::new(),
        }),
        Command::CoverAbsence(CoverAbsence {
            coverage_id: entry_id,
            client_id: client_id(),
            production_date: ProductionDate(20_000),
            shift_id: "E".parse().unwrap(),
            employee_number: "9".parse().unwrap(),
            pool_employee_id: entry_id,
            times: None,
        }),
        Command::AddLine { client_id: "NOPE".parse().unwrap(), line_id: "L9".parse().unwrap(), name: name() },
        Command::AddProduct(AddProduct {
            client_id: "NOPE".parse().unwrap(),
            product_id: "P9".parse().unwrap(),
            name: name(),
            ideal_cycle: None,
        }),
        Command::AddShift(AddShift {
            shift_id: "E".parse().unwrap(),
            name: name(),
            start_minute: 0,
            end_minute: 60,
            break_minutes: 0,
            days: Weekdays::EVERY_DAY,
        }),
        Command::AddClient { client_id: client_id(), name: name(), time_zone: "UTC".into() },
        Command::SetClientActive { client_id: "NOPE".parse().unwrap(), active: true },
        Command::SetClientSettings(SetClientSettings {
            client_id: "NOPE".parse().unwrap(),
            from: SETTINGS,
            to: SETTINGS,
        }),
        Command::AddUser(AddUser { login: "olga".into(), full_name: name(), role: Role::Leader, clients: Vec::new() }),
        Command::SetUserActive { login: login(), active: false },
        Command::SetAssignment { login: login(), client_id: client_id(), assigned: true },
        Command::SetAssignment { login: login(), client_id: client_id(), assigned: false },
        Command::SetRole { login: login(), role: Role::Leader },
        Command::ResetUser { login: login() },
        Command::AddSshKey { login: login(), key: "x".into() },
        Command::RemoveSshKey { login: login(), fingerprint: "x".into() },
        Command::SetSshKeyAlone { login: login(), alone: true },
        Command::Recalculate {
            client_id: "NOPE".parse().unwrap(),
            from: ProductionDate(20_000),
            to: ProductionDate(20_001),
        },
    ];
    for &entity in Entity::ALL {
        let nope = || Some("NOPE".parse().unwrap());
        commands.push(Command::SaveRow(SaveRow { entity, client_id: nope(), version: None, fields: Vec::new() }));
        commands.push(Command::RemoveRow(RemoveRow { entity, client_id: nope(), version: 1, key: Vec::new() }));
    }
    for &step in OrderStep::ALL {
        commands.push(Command::StepOrder(StepOrder {
            client_id: client_id(),
            work_order_id: "W9".parse().unwrap(),
            step,
            version: 1,
            at: None,
            quantity: None,
        }));
    }
    commands.push(Command::RewindOrder(RewindOrder {
        client_id: client_id(),
        work_order_id: "W9".parse().unwrap(),
        version: 1,
        to: OrderStanding {
            status: OrderStatus::Planned,
            started_at: None,
            completed_at: None,
            cancelled_at: None,
            delivered_at: None,
            delivered_date: None,
            delivered_quantity: None,
        },
    }));
    for &step in HoldStep::ALL {
        commands.push(Command::OpenHold(OpenHold {
            hold_id: entry_id,
            step,
            client_id: client_id(),
            work_order_id: "W9".parse().unwrap(),
            job_id: None,
            reason: "QUALITY_DOUBT".parse().unwrap(),
            quantity: Units(1),
            quality_entry_id: None,
            notes: None,
        }));
        commands.push(Command::StepHold(StepHold {
            hold_id: entry_id,
            client_id: client_id(),
            step,
            version: 1,
            disposition: None,
            quantity: None,
            notes: None,
        }));
    }
    for index in 0..commands.len() {
        match commands[index].clone() {
            Command::LogCount(to) => commands.push(Command::CorrectCount(CorrectCount { version: 1, to })),
            Command::LogStop(to) => commands.push(Command::CorrectStop(CorrectStop { version: 1, to })),
            _ => {}
        }
    }
    commands
}

/// Every question, every list included, with the least role that may ask it.
fn questions() -> Vec<(Query, Role)> {
    let mut questions = vec![
        (Query::Board, Role::Operator),
        (Query::FormHelp { client_id: "ACME".parse().unwrap() }, Role::Operator),
        (Query::Record(RecordKey::LastCount { client_id: "ACME".parse().unwrap() }), Role::Operator),
        (Query::ShiftReview { client_id: "ACME".parse().unwrap(), shift: None }, Role::Operator),
        (Query::LeftNotes, Role::Operator),
        (Query::DoneToday, Role::Operator),
        (Query::HoldQueue, Role::Operator),
        (Query::Setup, Role::Operator),
        (Query::Crew { client_id: "ACME".parse().unwrap(), shift: None }, Role::Operator),
        (
            Query::Row {
                entity: Entity::Lines,
                client_id: Some("ACME".parse().unwrap()),
                key: vec![("line_id".into(), "L1".into())],
            },
            Role::Operator,
        ),
        (Query::AttendanceWeek { client_id: "ACME".parse().unwrap(), from: ProductionDate(20_000) }, Role::Operator),
        (Query::TrailEnds, Role::Operator),
        (Query::ClientSettings { client_id: "ACME".parse().unwrap() }, Role::Admin),
        (Query::IsolationAudit, Role::Admin),
        (
            Query::KpiPanel { window: PanelWindow::Dates { from: ProductionDate(20_000), to: ProductionDate(20_001) } },
            Role::Operator,
        ),
        (Query::KpiPanel { window: PanelWindow::ThisShift }, Role::Operator),
        (Query::WaitingDays { window: PanelWindow::ThisShift }, Role::Operator),
        (
            Query::KpiCauses(DetailQuery {
                kpi: Kpi::Oee,
                window: PanelWindow::ThisShift,
                place: Place::default(),
                span: Span::Day,
            }),
            Role::Operator,
        ),
        (
            Query::KpiDetail(DetailQuery {
                kpi: Kpi::Oee,
                window: PanelWindow::ThisShift,
                place: Place::default(),
                span: Span::Day,
            }),
            Role::Operator,
        ),
    ];
    let exported = Entity::ALL.iter().map(|&entity| Exported::Entity(entity)).chain([Exported::Kpis]);
    questions.extend(exported.map(|what| {
        let window = Some((ProductionDate(20_000), ProductionDate(20_001)));
        (Query::Export(ExportQuery { what, window, after: None }), Role::Operator)
    }));
    for &list in List::ALL {
        let least = match list {
            List::Clients | List::Users | List::AuditTrail | List::AccountRecord => Role::Admin,
            List::Production
            | List::Downtime
            | List::Holds
            | List::Quality
            | List::Attendance
            | List::Coverage
            | List::Employees
            | List::WorkOrders
            | List::Jobs
            | List::PartOpportunities
            | List::Lines
            | List::Products
            | List::Shifts
            | List::Codes
            | List::Targets => Role::Operator,
        };
        questions.push((
            Query::List(ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 10, within: None }),
            least,
        ));
    }
    questions
}

/// One desk for each role, in the order of the roles.
async fn desks(plant: &FloorPlant) -> Vec<(Role, Desk)> {
    let mut desks = Vec::new();
    for (role, login) in [(Role::Operator, "olga"), (Role::Leader, "luis"), (Role::PowerUser, "paul")] {
        desks.push((role, plant.desk(login).await));
    }
    desks.push((Role::Admin, plant.admin.clone()));
    assert_eq!(desks.iter().map(|(role, _)| *role).collect::<Vec<_>>(), Role::ALL, "a role is missing");
    desks
}

#[tokio::test]
async fn every_role_may_run_exactly_the_commands_of_the_specification() {
    let plant = FloorPlant::new().await;
    let mut cells = 0;
    for (role, desk) in desks(&plant).await {
        assert_eq!(desk.person().role, role);
        for command in commands() {
            let least = least_role(&command);
            let what = format!("{role}: {command:?}");
            match desk.run(command).await {
                Err(Problem::NotAllowed { needs, role: own, .. }) => {
                    assert!(role < least, "{what} is refused");
                    assert_eq!((needs, own), (least, role), "{what}");
                }
                _ => assert!(role >= least, "{what} is allowed"),
            }
            cells += 1;
        }
    }
    assert_eq!(cells, 4 * (72 + 2 * HoldStep::ALL.len()));
}

#[tokio::test]
async fn every_role_may_ask_exactly_the_questions_of_the_specification() {
    let plant = FloorPlant::new().await;
    for (role, desk) in desks(&plant).await {
        for (query, least) in questions() {
            let what = format!("{role}: {query:?}");
            match desk.ask(query).await {
                Err(Problem::NotAllowed { .. }) => assert!(role < least, "{what} is refused"),
                Err(problem) => panic!("{what}: {problem}"),
                Ok(_) => assert!(role >= least, "{what} is allowed"),
            }
        }
    }
}

#[tokio::test]
async fn the_lists_of_administration_are_for_an_admin_alone() {
    let plant = FloorPlant::new().await;
    for (role, desk) in desks(&plant).await {
        let refused = [
            matches!(desk.every_client().await, Err(Problem::NotAllowed { .. })),
            matches!(desk.every_user().await, Err(Problem::NotAllowed { .. })),
            matches!(desk.ssh_keys("olga").await, Err(Problem::NotAllowed { .. })),
        ];
        assert_eq!(refused, [role != Role::Admin; 3], "{role}");
    }
}

#[tokio::test]
async fn an_admin_who_is_one_no_longer_in_the_database_keeps_no_accounts() {
    let plant = FloorPlant::new().await;
    plant.sql("UPDATE t_user_account SET role = 'POWERUSER' WHERE login = 'anna'").await;
    let refused = plant.admin.run(Command::ResetUser { login: "olga".into() }).await.unwrap_err();
    assert!(matches!(refused, Problem::NotAllowed { role: Role::PowerUser, .. }), "{refused}");
    plant.sql("UPDATE t_user_account SET role = 'ADMIN', active = 0 WHERE login = 'anna'").await;
    let refused = plant.admin.run(Command::ResetUser { login: "olga".into() }).await.unwrap_err();
    assert!(refused.to_string().contains("log in again"), "{refused}");
    assert_eq!(plant.number("SELECT count(*) FROM t_one_time_code").await, 0);
}
