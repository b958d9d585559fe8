//! Every command is answered in the shared database as where nothing else exists, a foreign row like one that never was,
//! and leaves every foreign row as it was.

use super::commands::{ADMINISTRATION, KINDS, administration, commands, kind};
use super::scope::{Who, words};
use crate::domain::id::ClientId;
use crate::service::{Command, Desk, Problem, RemoveRow, SaveRow};
use crate::store::many_clients::{CLIENTS, DISABLED, Engine, ManyClients, key};
use std::collections::BTreeSet;

/// What became of a command: done with its way back, or refused in words and in every field.
async fn result(desk: &Desk, command: &Command) -> Result<String, String> {
    match desk.run(command.clone()).await {
        Ok(receipt) => Ok(format!("{} | {:?}", receipt.done, receipt.undo)),
        Err(problem) => Err(words(&problem)),
    }
}

/// One of each role, with one client or several in view. Everybody gets a database of their own, because what one does
/// another would see. On a server three of them do every second thing of each kind, not all the same ones.
fn doers(engine: Engine) -> Vec<(Who, usize)> {
    let all = |who: Who| (who, 1);
    match engine {
        Engine::File => vec![
            all(Who::operator(5)),
            all(Who::of("lead11", &[11])),
            all(Who::of("lena", &[0, 7, 23])),
            all(Who::narrowed("paul", &[3, 4])),
            all(Who::narrowed("anna", &[12, 13])),
        ],
        Engine::Server => {
            vec![(Who::operator(5), 2), (Who::of("luis", &[7, 11]), 2), (Who::narrowed("paul", &[3]), 2)]
        }
    }
}

#[rstest::rstest]
#[tokio::test]
async fn every_command_does_what_it_does_where_nothing_else_exists_and_touches_no_foreign_row(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (mut aimed, mut done) = (BTreeSet::new(), BTreeSet::new());
    for (place, (who, step)) in doers(engine).into_iter().enumerate() {
        let (shared, alone) = (ManyClients::shared(engine).await, who.alone(engine).await);
        let (one, other) = (who.desk(&shared).await, who.desk(&alone).await);
        let before = shared.digest().await;
        let mut wrong = Vec::new();
        let mut turns = [place; ADMINISTRATION];
        for command in commands(&who) {
            // Of each kind every so many, so that none is left out.
            let turn = &mut turns[kind(&command)];
            *turn += 1;
            if !turn.is_multiple_of(step) {
                continue;
            }
            // What is asked while it is typed says what saving says, and leaves nothing: the next results would differ.
            let checked = one.check(command.clone()).await.map_err(|problem| words(&problem));
            let (first, second) = (result(&one, &command).await, result(&other, &command).await);
            if command.is_entry() && checked != first.as_ref().map(|_| ()).map_err(Clone::clone) {
                wrong.push(format!("{}: {command:?}\n  checked {checked:?}\n  done    {first:?}", who.login));
            }
            aimed.insert(kind(&command));
            if first.is_ok() {
                done.insert(kind(&command));
            }
            let told = first.as_ref().map_or_else(Clone::clone, Clone::clone);
            if first != second || who.foreign_word_in(&told).is_some() {
                wrong.push(format!("{}: {command:?}\n  shared {first:?}\n  alone  {second:?}", who.login));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} commands differ; the first:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(5)].join("\n")
        );
        let own: Vec<_> = who.clients.iter().map(|&client| key(client).to_string()).collect();
        let mut own: Vec<&str> = own.iter().map(String::as_str).collect();
        let after = shared.digest().await;
        // Who keeps master data adds to what belongs to the plant.
        if who.keeps_products() {
            own.push("-");
        }
        let mut changed = before.changed_but_for(&after, &own);
        // A booking of the pool belongs to no client: all that it tells is that somebody is not available.
        changed.retain(|table| table != "pool_booking of -");
        assert_eq!(changed, [""; 0], "{who:?} changed foreign rows");
        own.retain(|client| *client != "-");
        assert_eq!(after.of(&own), alone.digest().await.of(&own), "{who:?} did something else");
    }
    assert_eq!(aimed.into_iter().collect::<Vec<_>>(), (0..ADMINISTRATION).collect::<Vec<_>>(), "a kind was not aimed");
    match engine {
        Engine::File => {
            let all: Vec<_> = (0..ADMINISTRATION).collect();
            assert_eq!(done.into_iter().collect::<Vec<_>>(), all, "a kind never worked");
        }
        Engine::Server => assert!(done.len() * 3 > ADMINISTRATION * 2, "only {done:?} worked"),
    }
}

/// What is said of a foreign thing and of one that never was, with the names made alike.
#[rstest::rstest]
#[tokio::test]
async fn a_foreign_client_is_answered_byte_for_byte_like_one_that_never_was(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let shared = ManyClients::shared(engine).await;
    for who in [Who::operator(5), Who::of("luis", &[7, 11]), Who::narrowed("paul", &[3, 4]), Who::of("lost", &[])] {
        let desk = who.desk(&shared).await;
        let all = commands(&who);
        let of = |client: &str| all.iter().filter(|it| about(it) == Some(client)).cloned().collect::<Vec<_>>();
        let (nobody, foreign) = (of("NOBODY"), key(CLIENTS - 1).to_string());
        for name in [foreign.as_str(), key(DISABLED).as_str()] {
            let named = of(name);
            assert_eq!(named.len(), nobody.len());
            for (command, absent) in named.iter().zip(&nobody) {
                let (first, second) = (result(&desk, command).await, result(&desk, absent).await);
                let alike = |text: String| text.replace(name, "NOBODY");
                assert_eq!(first.map(alike).map_err(alike), second, "{} {command:?}", who.login);
            }
        }
        for name in [foreign.as_str(), key(DISABLED).as_str(), "NOBODY"] {
            let refused = desk.narrow(Some(vec![name.parse().unwrap()])).await;
            let Err(Problem::NoSuch { what: "client", name: said }) = refused else {
                // Who keeps the plant has every client that is in use, and may widen the view again.
                assert!(who.keeps_products() && name == foreign, "{who:?} {name}");
                continue;
            };
            assert_eq!(said, name);
        }
    }
}

/// The client that a command is for; shifts belong to the plant.
fn about(command: &Command) -> Option<&str> {
    match command {
        Command::LogCount(log) => Some(log.client_id.as_str()),
        Command::LogStop(log) => Some(log.client_id.as_str()),
        Command::CorrectCount(correct) => Some(correct.to.client_id.as_str()),
        Command::CorrectStop(correct) => Some(correct.to.client_id.as_str()),
        Command::SplitStop(split) => Some(split.client_id.as_str()),
        Command::JoinStops(join) => Some(join.client_id.as_str()),
        Command::CloseShift(close) => Some(close.client_id.as_str()),
        Command::ReopenShift(reopen) => Some(reopen.client_id.as_str()),
        Command::SignHour(sign) => Some(sign.client_id.as_str()),
        Command::OpenHold(open) => Some(open.client_id.as_str()),
        Command::StepHold(step) => Some(step.client_id.as_str()),
        Command::AddProduct(add) => Some(add.client_id.as_str()),
        Command::LogInspection(log) | Command::CorrectInspection { to: log, .. } => Some(log.client_id.as_str()),
        Command::TakeAttendance(take) => Some(take.client_id.as_str()),
        Command::CoverAbsence(cover) => Some(cover.client_id.as_str()),
        Command::StepOrder(step) => Some(step.client_id.as_str()),
        Command::RewindOrder(rewind) => Some(rewind.client_id.as_str()),
        Command::SaveRow(SaveRow { client_id, .. }) | Command::RemoveRow(RemoveRow { client_id, .. }) => {
            client_id.as_ref().map(ClientId::as_str)
        }
        Command::RemoveInspection { client_id, .. }
        | Command::RestoreInspection { client_id, .. }
        | Command::RemoveCount { client_id, .. }
        | Command::RestoreCount { client_id, .. }
        | Command::EndStop { client_id, .. }
        | Command::ClassifyStop { client_id, .. }
        | Command::ReopenStop { client_id, .. }
        | Command::RemoveStop { client_id, .. }
        | Command::RestoreStop { client_id, .. }
        | Command::AddLine { client_id, .. }
        | Command::Recalculate { client_id, .. } => Some(client_id.as_str()),
        Command::AddShift(_)
        | Command::AddClient { .. }
        | Command::SetClientActive { .. }
        | Command::SetClientSettings(_)
        | Command::AddUser(_)
        | Command::SetUserActive { .. }
        | Command::SetRole { .. }
        | Command::SetAssignment { .. }
        | Command::ResetUser { .. }
        | Command::AddSshKey { .. }
        | Command::RemoveSshKey { .. }
        | Command::SetSshKeyAlone { .. } => None,
    }
}

#[rstest::rstest]
#[tokio::test]
async fn administration_is_refused_before_anything_is_looked_at_and_touches_who_it_names_alone(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let shared = ManyClients::shared(engine).await;
    let before = shared.digest().await;
    let all = administration(5, 40);
    let kinds: BTreeSet<_> = all.iter().map(kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), (ADMINISTRATION..KINDS).collect::<Vec<_>>());
    for who in [Who::operator(5), Who::of("luis", &[7, 11]), Who::narrowed("paul", &[3, 5])] {
        let desk = who.desk(&shared).await;
        let mut said = Vec::new();
        for command in &all {
            said.push(result(&desk, command).await.unwrap_err());
        }
        let (own, rest) = said.split_at(all.len() / 3);
        let (foreign, absent) = rest.split_at(all.len() / 3);
        assert_eq!((own, foreign), (foreign, absent), "{who:?}");
    }
    assert_eq!(before.changed_but_for(&shared.digest().await, &[]), [""; 0]);

    let admin = Who::narrowed("anna", &[5]).desk(&shared).await;
    let mut done = BTreeSet::new();
    for command in &all {
        if result(&admin, command).await.is_ok() {
            done.insert(kind(command));
        }
    }
    assert!(done.len() >= 6, "{done:?}");
    let named = ["CL05", "CL40", "NOBODY", "-"];
    assert_eq!(before.changed_but_for(&shared.digest().await, &named), [""; 0]);
}
