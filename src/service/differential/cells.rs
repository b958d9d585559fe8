//! Mutations of the table of permissions: each cell turned round alone, and what is refused then must differ.

use super::commands::{administration, commands};
use super::scope::Who;
use crate::domain::entity::Entity;
use crate::domain::id::EntryId;
use crate::domain::list::List;
use crate::domain::role::{Permission, Role, flipped};
use crate::kpi::{Kpi, Span};
use crate::service::{Answer, Command, Desk, DetailQuery, Import, ListQuery, PanelWindow, Place, Problem, Query};
use crate::store::many_clients::{Engine, ManyClients, TODAY, entry_id, key};
use std::path::Path;

/// Rights that nothing asks for yet; the hand-written table beside the roles holds them alone.
const UNUSED: [Permission; 4] =
    [Permission::Cover, Permission::KeepOrders, Permission::RunShift, Permission::SetTargets];

/// What a desk is refused for its role, in order.
async fn refused(desk: &Desk, client: usize) -> Vec<bool> {
    let is_refused = |result: Result<(), Problem>| matches!(result, Err(Problem::NotAllowed { .. }));
    let mut answers = Vec::new();
    // Somebody else's count; and things that nobody has, so that nothing happens.
    let other = EntryId(entry_id(1, 1));
    let correct = Command::RestoreCount { client_id: key(client), entry_id: other };
    let nobodys = commands(&Who::of("", &[])).into_iter().filter(|command| format!("{command:?}").contains("NOBODY"));
    let accounts = administration(0, 0).into_iter().rev().take(3);
    for command in [correct].into_iter().chain(nobodys).chain(accounts) {
        answers.push(is_refused(desk.run(command).await.map(|_| ())));
    }
    for &list in List::ALL {
        let query = ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 1, within: None };
        answers.push(is_refused(desk.ask(Query::List(query)).await.map(|_| ())));
    }
    let file = Path::new("/nowhere/at-all.csv");
    let import = Import { entity: Entity::Shifts, file, client: None, dry_run: true, all_or_nothing: false };
    answers.push(is_refused(desk.import(&import, |_| {}).await.map(|_| ())));
    let window = PanelWindow::Dates { from: TODAY.plus_days(-6), to: TODAY };
    let detail = DetailQuery { kpi: Kpi::Bradford, window, place: Place::default(), span: Span::Day };
    let detail = desk.ask(Query::KpiDetail(detail)).await;
    answers.push(matches!(detail, Ok(Answer::KpiDetail(detail)) if detail.sums.bradford.is_some()));
    answers
}

#[tokio::test]
async fn no_cell_of_the_table_of_permissions_can_turn_round_unnoticed() {
    let clients = [5, 11, 3, 12];
    let plant = ManyClients::of(Engine::File, &clients, true).await;
    let people =
        [Who::operator(5), Who::of("lead11", &[11]), Who::narrowed("paul", &[3]), Who::narrowed("anna", &[12])];
    let mut desks = Vec::new();
    for (who, role) in people.iter().zip(Role::ALL) {
        let desk = who.desk(&plant).await;
        assert_eq!(desk.person().role, *role);
        let before = refused(&desk, who.clients[0]).await;
        desks.push((*role, desk, who.clients[0], before));
    }
    let mut unnoticed = Vec::new();
    for &permission in Permission::ALL {
        for (role, desk, client, before) in &desks {
            flipped::set(Some((*role, permission)));
            let after = refused(desk, *client).await;
            flipped::set(None);
            if *before == after {
                unnoticed.push((*role, permission));
            } else {
                eprintln!("red with {permission} of {role} turned round");
            }
        }
    }
    unnoticed.retain(|(_, permission)| !UNUSED.contains(permission));
    assert_eq!(unnoticed, [], "nothing that is asked or done notices these");
}
