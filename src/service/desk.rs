//! The two doors of a desk: asking and doing. Permission is decided here, before anything else is looked at.

use super::{Answer, Command, Desk, Problem, Query, Receipt};
use crate::domain::role::Permission;
use crate::store::StoreError;

/// How often a command that crossed another is done again.
pub(super) const REPEATS: usize = 3;

impl Desk {
    /// Answers a question about the scope.
    pub async fn ask(&self, query: Query) -> Result<Answer, Problem> {
        let subject = subject(&query);
        self.unless_refused(query.permission(), subject)?;
        self.unless_over()?;
        // Boxed: what the largest question takes is not to lie on the stack of every smaller one.
        self.watched(subject, Box::pin(self.answer(query)).await)
    }

    /// Whether the person's role gives the right to do this. Who is refused is in the log.
    fn unless_refused(&self, permission: Permission, what: &'static str) -> Result<(), Problem> {
        self.watched(what, Problem::unless_allowed(self.person().role, permission, what))
    }

    /// Tells the log who was refused what, and who came up against the walls of the database: the program itself never
    /// does.
    fn watched<T>(&self, what: &'static str, done: Result<T, Problem>) -> Result<T, Problem> {
        if let Err(problem) = &done {
            watch(self.person().login.as_str(), what, problem);
        }
        done
    }

    async fn answer(&self, query: Query) -> Result<Answer, Problem> {
        match query {
            Query::Board => Ok(Answer::Board(self.board().await?)),
            Query::FormHelp { client_id } => Ok(Answer::FormHelp(Box::new(self.form_help(&client_id).await?))),
            Query::DoneToday => Ok(Answer::DoneToday(self.done_today().await?)),
            Query::HoldQueue => Ok(Answer::HoldQueue(self.hold_queue().await?)),
            Query::HoldTag { client_id, hold_id } => {
                Ok(Answer::HoldTag(Box::new(self.hold_tag(&client_id, hold_id).await?)))
            }
            Query::HoldHistory { client_id, hold_id } => {
                Ok(Answer::HoldHistory(self.hold_history(&client_id, hold_id).await?))
            }
            Query::Row { entity, client_id, key } => {
                Ok(Answer::Row(Box::new(self.row(entity, client_id.as_ref(), &key).await?)))
            }
            Query::Crew { client_id, shift } => {
                Ok(Answer::Crew(Box::new(self.crew(&client_id, shift.as_ref()).await?)))
            }
            Query::AttendanceWeek { client_id, from } => {
                Ok(Answer::AttendanceWeek(self.attendance_week(&client_id, from).await?))
            }
            Query::ClientSettings { client_id } => {
                let settings = self.client_settings(&client_id).await?;
                Ok(Answer::ClientSettings(client_id, settings))
            }
            Query::Record(key) => Ok(Answer::Record(self.record(&key).await?.map(Box::new))),
            Query::ShiftReview { client_id, shift } => {
                Ok(Answer::ShiftReview(Box::new(self.shift_review(&client_id, shift.as_ref()).await?)))
            }
            Query::LeftNotes => Ok(Answer::LeftNotes(self.left_notes().await?)),
            Query::Export(query) => Ok(Answer::Export(self.export(&query).await?)),
            Query::Kpis(query) => Ok(Answer::Kpis(self.kpis(&query).await?)),
            Query::KpiPanel { window } => Ok(Answer::KpiPanel(Box::new(self.kpi_screen(window).await?))),
            Query::WaitingDays { window } => Ok(Answer::WaitingDays(self.waiting_days(window).await?)),
            Query::KpiDetail(query) => Ok(Answer::KpiDetail(Box::new(self.kpi_detail(&query).await?))),
            Query::KpiCauses(query) => Ok(Answer::KpiCauses(self.kpi_causes(&query).await?)),
            Query::List(query) => Ok(Answer::Page(self.list(&query).await?)),
            Query::Setup => Ok(Answer::Setup(self.setup().await?)),
            Query::IsolationAudit => Ok(Answer::IsolationAudit(Box::new(self.isolation_audit().await?))),
            Query::TrailEnds => Ok(Answer::TrailEnds(self.session.trail_ends().await?)),
        }
    }

    /// Does one thing: permitted, then valid, then written and audited in one transaction. One that crossed another is
    /// done again from its beginning, since nothing of it was saved.
    pub async fn run(&self, command: Command) -> Result<Receipt, Problem> {
        self.unless_reading_only()?;
        let name = command.name();
        self.unless_refused(command.permission(), name)?;
        self.unless_over()?;
        self.unless_unproved(&command)?;
        let done = self.watched(name, self.perform_uncrossed(command).await);
        if done.is_ok() {
            self.session.know_own_change().await;
        }
        done
    }

    async fn perform_uncrossed(&self, command: Command) -> Result<Receipt, Problem> {
        for _ in 0..REPEATS {
            match Box::pin(self.perform(command.clone())).await {
                Err(Problem::Store(StoreError::Crossed)) => {}
                done => return done,
            }
        }
        Box::pin(self.perform(command)).await
    }

    /// Whether [`Desk::run`] would do an entry as it stands, asked while it is still typed: all of it is done, and
    /// nothing of it is kept. Of what administration does, nothing is tried.
    pub async fn check(&self, command: Command) -> Result<(), Problem> {
        self.unless_reading_only()?;
        self.unless_refused(command.permission(), command.name())?;
        self.unless_over()?;
        if !command.is_entry() {
            return Ok(());
        }
        self.with(self.session.on_trial()).perform(command).await.map(|_| ())
    }

    pub(super) async fn perform(&self, command: Command) -> Result<Receipt, Problem> {
        match command {
            Command::LogCount(log) => self.log_count(log).await,
            Command::CorrectCount(correct) => self.correct_count(correct).await,
            Command::RemoveCount { client_id, entry_id } => self.set_count_removed(client_id, entry_id, true).await,
            Command::RestoreCount { client_id, entry_id } => self.set_count_removed(client_id, entry_id, false).await,
            Command::LogStop(log) => self.log_stop(log).await,
            Command::CorrectStop(correct) => self.correct_stop(correct).await,
            Command::SplitStop(split) => self.split_stop(split).await,
            Command::JoinStops(join) => self.join_stops(join).await,
            Command::EndStop { client_id, entry_id, ended_at } => self.end_stop(client_id, entry_id, ended_at).await,
            Command::ClassifyStop { client_id, entry_id, reason } => {
                self.classify_stop(client_id, entry_id, reason).await
            }
            Command::ReopenStop { client_id, entry_id } => self.reopen_stop(client_id, entry_id).await,
            Command::RemoveStop { client_id, entry_id } => self.set_stop_removed(client_id, entry_id, true).await,
            Command::RestoreStop { client_id, entry_id } => self.set_stop_removed(client_id, entry_id, false).await,
            Command::CloseShift(close) => self.close_shift(close).await,
            Command::ReopenShift(reopen) => self.reopen_shift(reopen).await,
            Command::SignHour(sign) => self.sign_hour(sign).await,
            Command::OpenHold(open) => self.open_hold(open).await,
            Command::StepHold(step) => self.step_hold(step).await,
            Command::LogInspection(log) => self.log_inspection(log).await,
            Command::CorrectInspection { to, version } => self.correct_inspection(to, version).await,
            Command::RemoveInspection { client_id, entry_id } => {
                self.set_inspection_removed(client_id, entry_id, true).await
            }
            Command::RestoreInspection { client_id, entry_id } => {
                self.set_inspection_removed(client_id, entry_id, false).await
            }
            Command::TakeAttendance(take) => self.take_attendance(take).await,
            Command::CoverAbsence(cover) => self.cover_absence(cover).await,
            Command::StepOrder(step) => self.step_order(step).await,
            Command::RewindOrder(rewind) => self.rewind_order(rewind).await,
            Command::SaveRow(save) => self.save_row(save).await,
            Command::RemoveRow(remove) => self.remove_row(remove).await,
            Command::AddLine { client_id, line_id, name } => self.add_line(client_id, line_id, name).await,
            Command::AddProduct(add) => self.add_product(add).await,
            Command::AddShift(add) => self.add_shift(add).await,
            Command::AddClient { client_id, name, time_zone } => self.add_client(client_id, name, &time_zone).await,
            Command::SetClientActive { client_id, active } => self.set_client_active(client_id, active).await,
            Command::SetClientSettings(set) => self.set_client_settings(set).await,
            Command::AddUser(add) => self.add_user(add, None).await,
            Command::SetUserActive { login, active } => self.set_user_active(&login, active).await,
            Command::SetAssignment { login, client_id, assigned: true } => self.assign(&login, client_id).await,
            Command::SetAssignment { login, client_id, assigned: false } => self.unassign(&login, client_id).await,
            Command::SetRole { login, role } => self.set_role(&login, role).await,
            Command::ResetUser { login } => self.reset_user(&login).await,
            Command::AddSshKey { login, key } => self.add_ssh_key(&login, &key).await,
            Command::RemoveSshKey { login, fingerprint } => self.remove_ssh_key(&login, &fingerprint).await,
            Command::SetSshKeyAlone { login, alone } => self.set_ssh_key_alone(&login, alone).await,
            Command::Recalculate { client_id, from, to } => self.recalculate(&client_id, from, to).await,
        }
    }
}

/// The line of the log about a refusal, where the problem is one.
fn watch(login: &str, what: &str, problem: &Problem) {
    match problem {
        Problem::NotAllowed { role, .. } => tracing::warn!(login, %role, what, "a right was refused"),
        Problem::Store(error @ (StoreError::Guarded | StoreError::NotPlain | StoreError::OutOfScope)) => {
            tracing::warn!(login, what, %error, "an attempt to get past the guard of the database");
        }
        _ => {}
    }
}

/// What a question is about, for a refusal.
const fn subject(query: &Query) -> &'static str {
    match query {
        Query::Board => "the shift board",
        Query::List(wanted) => wanted.list.as_str(),
        Query::FormHelp { .. } => "the forms",
        Query::Crew { .. } | Query::AttendanceWeek { .. } => "attendance",
        Query::ClientSettings { .. } => "the settings of a client",
        Query::DoneToday => "what was done",
        Query::HoldQueue | Query::HoldTag { .. } | Query::HoldHistory { .. } => "a hold",
        Query::Row { .. } => "what the plant consists of",
        Query::Record(_) => "an entry",
        Query::ShiftReview { .. } | Query::LeftNotes => "the hand-over of a shift",
        Query::Setup => "the setup",
        Query::IsolationAudit => "the isolation audit",
        Query::TrailEnds => "the end of the audit trail",
        Query::Export(_) => "an export",
        Query::Kpis(_)
        | Query::KpiPanel { .. }
        | Query::WaitingDays { .. }
        | Query::KpiDetail(_)
        | Query::KpiCauses(_) => "the KPIs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    /// What was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, event: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(event)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_is_refused_or_comes_up_against_the_guard_is_in_the_log_and_nobody_else() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            let refused = Problem::NotAllowed { what: "add-client", needs: Role::Admin, role: Role::Leader };
            watch("lena", "add-client", &refused);
            watch("omar", "log-count", &Problem::Store(StoreError::Guarded));
            watch("olga", "log-count", &Problem::no_such("work order", "W9"));
            watch("olga", "log-count", &Problem::reject("units", "is missing", "type it"));
        });
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<_> = log.lines().collect();
        assert_eq!(lines.len(), 2, "{log}");
        for (line, words) in [
            (lines[0], ["WARN", "a right was refused", "lena", "LEADER", "add-client"]),
            (lines[1], ["WARN", "past the guard of the database", "omar", "log-count", "error="]),
        ] {
            assert!(words.iter().all(|word| line.contains(word)), "{line}");
        }
    }
}
