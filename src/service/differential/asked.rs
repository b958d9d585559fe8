//! Every question is answered in the shared database as where nothing else exists.

use super::questions::{Depth, KINDS, kind, questions};
use super::scope::{Who, everybody, said};
use crate::domain::list::List;
use crate::domain::role::Role;
use crate::service::{Answer, Desk, ExportQuery, ListQuery, Query};
use crate::store::many_clients::{CLIENTS, Engine, ManyClients, key};
use std::collections::BTreeSet;

/// The lists of the account door show all of the plant to an ADMIN, whatever is in view.
const fn is_of_the_whole_plant(query: &Query) -> bool {
    matches!(query, Query::List(ListQuery { list: List::Clients | List::Users | List::AccountRecord, .. }))
}

/// Asks everything at both desks and says what differs; counts what was asked, and which kinds had something to tell.
async fn differences(who: &Who, shared: &Desk, alone: &Desk, depth: Depth) -> (Vec<String>, usize, BTreeSet<usize>) {
    let (mut wrong, mut told) = (Vec::new(), BTreeSet::new());
    let mut asked = questions(who, depth);
    let mut number = 0;
    while let Some(query) = asked.get(number).cloned() {
        number += 1;
        if who.keeps_products() && is_of_the_whole_plant(&query) {
            continue;
        }
        let (one, other) = (said(shared, &query).await, said(alone, &query).await);
        if one != other {
            wrong.push(format!("{}: {query:?}\n  shared {one:?}\n  alone  {other:?}", who.login));
        }
        if !who.keeps_products()
            && let Some(word) = who.foreign_word_in(&format!("{one:?}"))
        {
            wrong.push(format!("{}: {query:?} tells {word}", who.login));
        }
        if one.as_ref().is_ok_and(says_something) {
            told.insert(kind(&query));
        }
        // An export is followed to its end.
        if let (Query::Export(query), Ok(Answer::Export(page))) = (&query, &one)
            && page.next.is_some()
        {
            asked.push(Query::Export(ExportQuery { after: page.next.clone(), ..query.clone() }));
        }
    }
    (wrong, number, told)
}

fn says_something(answer: &Answer) -> bool {
    match answer {
        Answer::Board(board) => !board.lines.is_empty() && !board.holds.is_empty(),
        Answer::Page(page) => !page.rows.is_empty(),
        Answer::FormHelp(help) => !help.running_stops.is_empty() && !help.last_counts.is_empty(),
        Answer::HoldHistory(events) => !events.is_empty(),
        Answer::Row(row) => !row.fields.is_empty(),
        Answer::ClientSettings(_, settings) => settings.correction_days > 0,
        Answer::Crew(crew) => crew.people.iter().any(|member| member.taken.is_some()),
        Answer::AttendanceWeek(week) => week.people.iter().any(|person| !person.days.is_empty()),
        Answer::IsolationAudit(audit) => !audit.rows.is_empty(),
        Answer::TrailEnds(ends) => !ends.is_empty(),
        Answer::Record(record) => record.is_some(),
        Answer::ShiftReview(review) => !review.missing.is_empty(),
        Answer::DoneToday(done) => !done.is_empty(),
        Answer::HoldQueue(queue) => !queue.is_empty(),
        Answer::HoldTag(tag) => !tag.steps.is_empty(),
        Answer::LeftNotes(notes) => !notes.is_empty(),
        Answer::Setup(setup) => setup.lines > 0,
        Answer::Export(page) => !page.rows.is_empty(),
        Answer::Kpis(report) => !report.groups.is_empty(),
        Answer::KpiPanel(screen) => screen.tally().units > 0,
        Answer::KpiDetail(detail) => detail.value.figure.is_some(),
        Answer::KpiCauses(causes) => causes.iter().any(|pareto| !pareto.bars.is_empty()),
        Answer::WaitingDays(waiting) => waiting.days.iter().any(|ages| *ages != Default::default()),
    }
}

fn report(wrong: &[String]) {
    let some: Vec<_> = wrong.iter().take(5).map(|text| text.chars().take(3000).collect::<String>()).collect();
    assert!(wrong.is_empty(), "{} answers differ; the first:\n{}", wrong.len(), some.join("\n"));
}

/// In a file everybody; of each role one is asked everything, and who sees sixty clients, one of each. On a server one of
/// each role, one with several clients and one with none.
#[rstest::rstest]
#[case::in_a_file(Engine::File, &["op07a", "lena", "paul", "anna"], 0..10)]
#[case::on_a_server(Engine::Server, &[], [0, 2, 5, 6, 8])]
#[tokio::test]
async fn every_role_is_answered_as_if_nothing_but_its_scope_existed(
    #[case] engine: Engine,
    #[case] wide: &[&str],
    #[case] who: impl IntoIterator<Item = usize>,
) {
    let shared = ManyClients::shared(engine).await;
    assert_eq!(shared.digest().await.empty_tables("CL07"), [""; 0], "a table has no row to compare");
    let before = shared.digest().await;
    let mut wide = wide.to_vec();
    let mut roles = BTreeSet::new();
    let everybody = everybody();
    for (role, who) in who.into_iter().map(|place| everybody[place].clone()) {
        let depth = if wide.contains(&who.login.as_str()) { Depth::Every } else { Depth::Core };
        let alone = who.alone(engine).await;
        let (one, other) = (who.desk(&shared).await, who.desk(&alone).await);
        assert_eq!(one.person().role, role);
        assert_eq!(one.why_nothing_is_in_view(), other.why_nothing_is_in_view());
        let (wrong, asked, told) = differences(&who, &one, &other, depth).await;
        report(&wrong);
        eprintln!("{role} {} of {} clients: {asked} questions", who.login, who.clients.len());
        if !who.clients.is_empty() {
            assert_eq!(told.len(), KINDS, "{who:?} was told something of {told:?} only");
        }
        wide.retain(|login| *login != who.login);
        roles.insert(role);
    }
    assert_eq!(roles.into_iter().collect::<Vec<_>>(), Role::ALL);
    assert_eq!(before.changed_but_for(&shared.digest().await, &[]), [""; 0], "asking changes nothing");
}

#[tokio::test]
async fn each_of_sixty_clients_is_answered_as_if_it_were_alone() {
    let shared = ManyClients::shared(Engine::File).await;
    for client in 0..CLIENTS {
        let who = Who::operator(client);
        let alone = who.alone(Engine::File).await;
        let (one, other) = (who.desk(&shared).await, who.desk(&alone).await);
        let (wrong, ..) = differences(&who, &one, &other, Depth::Glance).await;
        report(&wrong);
        one.leave().await;
        other.leave().await;
    }
}

#[rstest::rstest]
#[tokio::test]
async fn an_admin_sees_all_clients_and_an_operator_of_a_client_out_of_use_none(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let shared = ManyClients::shared(engine).await;
    let admin = Who::of("anna", &(0..CLIENTS).collect::<Vec<_>>()).desk(&shared).await;
    let every = admin.every_client().await.unwrap();
    assert_eq!((every.len(), admin.clients().len()), (CLIENTS + 1, CLIENTS));
    assert!(every.iter().all(|client| client.active != (client.client_id == key(CLIENTS))));
    let nobody = Who::of("op60a", &[]).desk(&shared).await;
    assert!(nobody.why_nothing_is_in_view().is_some());
}
