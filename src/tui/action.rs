//! Everything a key can do, as values. Where each has its keys, label and help is `assets/keymap.toml`.

use super::screen::Tab;
use crate::domain::hold::HoldStep;
use crate::domain::role::Permission;
use crate::domain::spelled;

spelled! {
    /// Something a key, the palette or a button does.
    Action {
        /// Say what the keys do here, and what this screen is for.
        Help = "help",
        /// Find any action by a few of its letters and do it.
        Palette = "palette",
        /// Choose the clients in view: one, several or all of yours.
        PickClients = "pick-clients",
        /// Take back what you saved last.
        Undo = "undo",
        /// Open the form that is not saved, or list what is kept here: such forms, and entries that are not sent.
        ShowKept = "show-kept",
        /// Discard the selected draft or entry; asks first.
        DiscardKept = "discard-kept",
        /// Read the figures on the screen anew.
        Reload = "reload",
        /// Go to the shift board: every line against its target, now.
        ShowShift = "show-shift",
        /// Go to the counts.
        ShowProduction = "show-production",
        /// Go to the stops.
        ShowDowntime = "show-downtime",
        /// Go to the holds.
        ShowHolds = "show-holds",
        /// Go to the inspections.
        ShowQuality = "show-quality",
        /// Go to attendance, cover and employees.
        ShowPeople = "show-people",
        /// Go to the work orders and jobs.
        ShowOrders = "show-orders",
        /// Go to the KPI panel.
        ShowKpis = "show-kpis",
        /// Go to clients, users, lines, products, shifts, codes and targets.
        ShowAdmin = "show-admin",
        /// Go to the next screen.
        NextTab = "next-tab",
        /// Go to the screen before.
        PreviousTab = "previous-tab",
        /// Open the locked terminal.
        Unlock = "unlock",
        /// Lock this terminal now; what is open stays open for you.
        Lock = "lock",
        /// Leave this terminal to somebody else at once, from wherever you are.
        SwitchUser = "switch-user",
        /// Set your PIN, which opens the locked terminal after your badge.
        SetPin = "set-pin",
        /// Change your password; your other sessions end.
        ChangePassword = "change-password",
        /// Leave this terminal to the next person.
        LogOut = "log-out",
        /// Leave the program; asks if something typed is not saved.
        Quit = "quit",
        /// Clear what is open; when nothing is, quit.
        Interrupt = "interrupt",
        /// Log a count; line, shift, product and order are filled in already.
        LogCount = "log-count",
        /// Start a stop now; type its reason's number or leave it open.
        StartStop = "start-stop",
        /// End the running stop of the selected line, now.
        EndStop = "end-stop",
        /// Log a stop afterwards, with its times.
        LogStop = "log-stop",
        /// Give the selected stop its reason.
        ClassifyStop = "classify-stop",
        /// Put goods on hold; an operator asks for it, a leader places it.
        OpenHold = "open-hold",
        /// Grant the selected request: the goods are on hold.
        ApproveHold = "approve-hold",
        /// Refuse the selected request.
        RejectHold = "reject-hold",
        /// Take your own request back.
        WithdrawHold = "withdraw-hold",
        /// Ask a leader to release the goods.
        AskRelease = "ask-release",
        /// Release the goods and say what becomes of them.
        ReleaseHold = "release-hold",
        /// Refuse the release that was asked for.
        RefuseRelease = "refuse-release",
        /// Have the held goods scrapped.
        ScrapHold = "scrap-hold",
        /// Show what the shift lacks before it is handed over, and close it.
        ReviewShift = "review-shift",
        /// List what you did, and take any of it back.
        ShowDone = "show-done",
        /// Go through the stops without a reason.
        ClassifyAll = "classify-all",
        /// Correct the selected entry.
        CorrectEntry = "correct-entry",
        /// Split the selected stop, which had two reasons.
        SplitStop = "split-stop",
        /// Remove the selected entry.
        RemoveEntry = "remove-entry",
        /// Show the holds that wait for you, how long they wait, and whether their orders are due.
        HoldQueue = "hold-queue",
        /// Write the tag of the selected hold, as text and as a page to print.
        HoldTag = "hold-tag",
        /// Show every step that the selected hold took.
        HoldHistory = "hold-history",
        /// Add what this list holds: an inspection, a crew's attendance, an order, an employee.
        NewRow = "new-row",
        /// Change the selected row.
        EditRow = "edit-row",
        /// Remove the selected row; it can be taken back.
        RemoveRow = "remove-row",
        /// Take the attendance of the shift that is on; all are present but for those you name.
        TakeAttendance = "take-attendance",
        /// Cover the selected absence from the floating pool.
        CoverAbsence = "cover-absence",
        /// Show everybody's attendance of the week.
        ShowWeek = "show-week",
        /// Give the selected order to the floor.
        ReleaseOrder = "release-order",
        /// Begin the selected order.
        StartOrder = "start-order",
        /// All of the selected order is made.
        CompleteOrder = "complete-order",
        /// The selected order goes to the customer.
        DeliverOrder = "deliver-order",
        /// The selected order will not be made; it can be taken back.
        CancelOrder = "cancel-order",
        /// Select the line above.
        LineUp = "line-up",
        /// Select the line below.
        LineDown = "line-down",
        /// Select the first line.
        FirstLine = "first-line",
        /// Select the last line.
        LastLine = "last-line",
        /// Go one page of lines back.
        LinePageUp = "line-page-up",
        /// Go one page of lines on.
        LinePageDown = "line-page-down",
        /// Select the next line or KPI that is not as it should be.
        NextAbnormal = "next-abnormal",
        /// Have the figures of the board stand still, or go on.
        FreezeBoard = "freeze-board",
        /// Make this terminal a board above the line; asks first.
        ShowAndon = "show-andon",
        /// Show the next line on the board above the line.
        AndonNext = "andon-next",
        /// Show the line before on the board above the line.
        AndonPrevious = "andon-previous",
        /// Stay with this line on the board above the line, or go on.
        AndonPause = "andon-pause",
        /// Show the alarms and what each asks of whom; they are seen then.
        SeeAlarms = "see-alarms",
        /// Sign an hour of the selected line, with a remark or without.
        SignHour = "sign-hour",
        /// Show the selected line hour by hour.
        OpenLine = "open-line",
        /// Show today.
        WindowToday = "window-today",
        /// Show the last 7 days.
        WindowWeek = "window-week",
        /// Show the last 30 days.
        WindowMonth = "window-month",
        /// Show the last 90 days.
        WindowQuarter = "window-quarter",
        /// Show the last 365 days.
        WindowYear = "window-year",
        /// Show the shift that is on.
        WindowShift = "window-shift",
        /// Show any two dates.
        WindowDates = "window-dates",
        /// Select what is above.
        KpiUp = "kpi-up",
        /// Select what is below.
        KpiDown = "kpi-down",
        /// Select what is to the left; in a KPI's detail show the section before.
        KpiLeft = "kpi-left",
        /// Select what is to the right; in a KPI's detail show the next section.
        KpiRight = "kpi-right",
        /// Select the first one.
        FirstKpi = "first-kpi",
        /// Select the last one.
        LastKpi = "last-kpi",
        /// Show the selected KPI in detail: its series, what it is made of, and the way down.
        OpenKpi = "open-kpi",
        /// Go down into the selected part: client, line, shift, day, and at last the entries.
        GoDown = "go-down",
        /// Go back up to where you were.
        GoUp = "go-up",
        /// Show the entries of the selected part at once.
        ShowEntries = "show-entries",
        /// Show the clients side by side, or the panel again.
        CompareClients = "compare-clients",
        /// Put the worst clients of the selected KPI first, or in their own order again.
        SortClients = "sort-clients",
        /// Draw the series by days, by weeks or by months.
        SeriesSpan = "series-span",
        /// Show the KPI's formula with its numbers put in, and its days.
        ExplainKpi = "explain-kpi",
        /// Add what this list holds: a client, a line, a product, a shift, a user.
        AddRecord = "add-record",
        /// Let the selected client's people or user in, or keep them out.
        ToggleActive = "toggle-active",
        /// Give the selected user a client, or take one away.
        AssignClient = "assign-client",
        /// Give the selected user another role; their open sessions end.
        ChangeRole = "change-role",
        /// Void the selected user's password and show a one-time code for a new one.
        ResetUser = "reset-user",
        /// Show the isolation audit; where it is shown, run it again.
        IsolationAudit = "isolation-audit",
        /// While the plant is new: add what it still lacks.
        SetupStep = "setup-step",
        /// Select the row above.
        Up = "up",
        /// Select the row below.
        Down = "down",
        /// Go one page back.
        PageUp = "page-up",
        /// Go one page on.
        PageDown = "page-down",
        /// Go to the first row.
        First = "first",
        /// Go to the last row.
        Last = "last",
        /// Show everything about the selected row.
        Open = "open",
        /// Write what is on the screen into a file: of a list its rows as they are filtered and sorted.
        ExportView = "export-view",
        /// Copy the selected row into the terminal's clipboard.
        CopyRow = "copy-row",
        /// Choose a cell of the selected row and copy it.
        CopyCell = "copy-cell",
        /// Show only rows that hold a text; Esc shows all again.
        Filter = "filter",
        /// Clear the filter; from the entries below a KPI go back to it.
        Clear = "clear",
        /// Sort by the next column.
        Sort = "sort",
        /// Turn the sorting round.
        ReverseSort = "reverse-sort",
        /// Go to the next list of this screen.
        NextList = "next-list",
        /// Go to the list before on this screen.
        PreviousList = "previous-list",
        /// Keep the filter and go to the rows.
        KeepFilter = "keep-filter",
        /// Clear the filter.
        DropFilter = "drop-filter",
        /// Finish the field and go on; at the last field, save.
        CommitField = "commit-field",
        /// Save the form from wherever the cursor is.
        Save = "save",
        /// Go to the next field.
        NextField = "next-field",
        /// Go to the field before.
        PreviousField = "previous-field",
        /// Show what can be chosen in this field; type to narrow it.
        ShowChoices = "show-choices",
        /// Say what belongs in this field; once more for the form.
        FieldHelp = "field-help",
        /// Empty the field, or bring back what stood in it.
        ResetField = "reset-field",
        /// Copy the last entry.
        CopyLast = "copy-last",
        /// Leave the form; asks first if something is typed.
        LeaveForm = "leave-form",
        /// Select the choice above.
        ChoiceUp = "choice-up",
        /// Select the choice below.
        ChoiceDown = "choice-down",
        /// Go one page back.
        ChoicePageUp = "choice-page-up",
        /// Go one page on.
        ChoicePageDown = "choice-page-down",
        /// Take the selected choice.
        Choose = "choose",
        /// Mark or unmark the selected client, to see several.
        MarkChoice = "mark-choice",
        /// Choose nothing.
        LeaveChoices = "leave-choices",
        /// Go to the next button.
        NextButton = "next-button",
        /// Go to the button before.
        PreviousButton = "previous-button",
        /// Do what the selected button says.
        PressButton = "press-button",
        /// Do nothing.
        LeaveDialog = "leave-dialog",
        /// Scroll up.
        ScrollUp = "scroll-up",
        /// Scroll down.
        ScrollDown = "scroll-down",
        /// Scroll one page up.
        ScrollPageUp = "scroll-page-up",
        /// Scroll one page down.
        ScrollPageDown = "scroll-page-down",
        /// Close the page.
        ClosePage = "close-page",
    }
}

impl Action {
    /// The right it takes; the rest is for everybody.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::ShowAdmin | Self::AddRecord => Some(Permission::KeepMasterData),
            Self::LogCount
            | Self::StartStop
            | Self::EndStop
            | Self::LogStop
            | Self::ClassifyStop
            | Self::ClassifyAll
            | Self::TakeAttendance => Some(Permission::Enter),
            Self::OpenHold | Self::WithdrawHold | Self::AskRelease => Some(Permission::RequestHold),
            Self::ApproveHold | Self::RejectHold | Self::ReleaseHold | Self::RefuseRelease | Self::ScrapHold => {
                Some(Permission::DecideHold)
            }
            Self::RemoveEntry | Self::CorrectEntry | Self::SplitStop => Some(Permission::CorrectOwn),
            Self::IsolationAudit => Some(Permission::ReadAudit),
            Self::CoverAbsence => Some(Permission::Cover),
            Self::SignHour => Some(Permission::RunShift),
            Self::ReleaseOrder | Self::StartOrder | Self::CompleteOrder | Self::DeliverOrder | Self::CancelOrder => {
                Some(Permission::KeepOrders)
            }
            Self::ToggleActive | Self::AssignClient | Self::ChangeRole | Self::ResetUser => {
                Some(Permission::KeepAccounts)
            }
            _ => None,
        }
    }

    /// Whether it is of use while somebody logs in.
    pub const fn is_for_gate(self) -> bool {
        matches!(
            self,
            Self::CommitField
                | Self::Save
                | Self::NextField
                | Self::PreviousField
                | Self::ResetField
                | Self::LeaveForm
                | Self::SwitchUser
                | Self::Interrupt
        )
    }

    /// The screen it goes to.
    pub const fn tab(self) -> Option<Tab> {
        match self {
            Self::ShowShift => Some(Tab::Shift),
            Self::ShowProduction => Some(Tab::Production),
            Self::ShowDowntime => Some(Tab::Downtime),
            Self::ShowHolds => Some(Tab::Holds),
            Self::ShowQuality => Some(Tab::Quality),
            Self::ShowPeople => Some(Tab::People),
            Self::ShowOrders => Some(Tab::Orders),
            Self::ShowKpis => Some(Tab::Kpis),
            Self::ShowAdmin => Some(Tab::Admin),
            _ => None,
        }
    }

    /// The step of a hold it takes.
    pub const fn hold_step(self) -> Option<HoldStep> {
        match self {
            Self::ApproveHold => Some(HoldStep::Approve),
            Self::RejectHold => Some(HoldStep::Reject),
            Self::WithdrawHold => Some(HoldStep::Withdraw),
            Self::AskRelease => Some(HoldStep::RequestRelease),
            Self::RefuseRelease => Some(HoldStep::RefuseRelease),
            Self::ReleaseHold => Some(HoldStep::Release),
            Self::ScrapHold => Some(HoldStep::Scrap),
            _ => None,
        }
    }
}
