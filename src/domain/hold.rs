//! Holds: the state machine. Whatever is not in its table is refused with the status the hold is in and
//! what may follow.

use super::reject::Reject;
use super::role::{Permission, Role};
use super::spelled;

spelled! {
    /// Where a hold is.
    HoldStatus {
        /// Asked for; nobody has decided.
        Requested = "requested",
        /// In force.
        OnHold = "on_hold",
        /// In force; somebody asked to release it.
        ReleaseRequested = "release_requested",
        /// Over: the goods go on as its disposition says.
        Released = "released",
        /// The request was refused.
        Rejected = "rejected",
        /// The request was taken back.
        Withdrawn = "withdrawn",
        /// Over: the goods were scrapped.
        Scrapped = "scrapped",
    }
}

impl HoldStatus {
    /// Whether somebody still has to decide something.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::OnHold | Self::ReleaseRequested)
    }

    /// Whether the goods must not move.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::OnHold | Self::ReleaseRequested)
    }
}

spelled! {
    /// A step that somebody takes with a hold.
    HoldStep {
        /// An operator asks for a hold.
        Request = "request",
        /// A leader puts goods on hold directly.
        Place = "place",
        /// A leader grants the request.
        Approve = "approve",
        /// A leader refuses the request.
        Reject = "reject",
        /// Who asked takes the request back.
        Withdraw = "withdraw",
        /// Somebody asks for the release.
        RequestRelease = "request_release",
        /// A leader refuses the release.
        RefuseRelease = "refuse_release",
        /// A leader releases the goods.
        Release = "release",
        /// A leader has the goods scrapped.
        Scrap = "scrap",
    }
}

spelled! {
    /// What becomes of released goods.
    Disposition {
        /// Nothing was wrong with them, or the client takes them as they are.
        UseAsIs = "use_as_is",
        /// They are worked over.
        Rework = "rework",
        /// They are thrown away.
        Scrap = "scrap",
        /// They go back to where they came from.
        Return = "return",
    }
}

impl HoldStep {
    /// The right it takes.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Request | Self::Withdraw | Self::RequestRelease => Permission::RequestHold,
            Self::Place | Self::Approve | Self::Reject | Self::RefuseRelease | Self::Release | Self::Scrap => {
                Permission::DecideHold
            }
        }
    }

    /// The status after this step from `status`; `None` is a hold that does not exist yet.
    pub const fn leads_to(self, status: Option<HoldStatus>) -> Option<HoldStatus> {
        match (self, status) {
            (Self::Request, None) => Some(HoldStatus::Requested),
            (Self::Place, None)
            | (Self::Approve, Some(HoldStatus::Requested))
            | (Self::RefuseRelease, Some(HoldStatus::ReleaseRequested)) => Some(HoldStatus::OnHold),
            (Self::Reject, Some(HoldStatus::Requested)) => Some(HoldStatus::Rejected),
            (Self::Withdraw, Some(HoldStatus::Requested)) => Some(HoldStatus::Withdrawn),
            (Self::RequestRelease, Some(HoldStatus::OnHold)) => Some(HoldStatus::ReleaseRequested),
            // A leader may release without anybody having asked: the request and the release fall together.
            (Self::Release, Some(HoldStatus::ReleaseRequested | HoldStatus::OnHold)) => Some(HoldStatus::Released),
            (Self::Scrap, Some(HoldStatus::OnHold)) => Some(HoldStatus::Scrapped),
            _ => None,
        }
    }

    /// The steps that a role may take from `status`.
    pub fn possible(status: HoldStatus, role: Role) -> Vec<Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|step| step.leads_to(Some(status)).is_some() && role.may(step.permission()))
            .collect()
    }

    /// The status after this step, or the refusal that says where the hold is and what may follow.
    pub fn take(self, status: HoldStatus, role: Role) -> Result<HoldStatus, Reject> {
        self.leads_to(Some(status)).ok_or_else(|| {
            let next: Vec<_> =
                Self::possible(status, role).iter().map(|step| step.as_str().replace('_', " ")).collect();
            let way_out = if next.is_empty() {
                "nothing more can be done with it".to_owned()
            } else {
                format!("possible now: {}", next.join(", "))
            };
            Reject::new("status", format!("the hold is {}", status.as_str().replace('_', " ")), way_out)
        })
    }
}

/// Who has had a hand in a hold, by login name.
#[derive(Debug, Clone, Copy)]
pub struct Hands<'a> {
    /// Who asked for the hold.
    pub requested_by: Option<&'a str>,
    /// Who placed or approved it.
    pub placed_by: Option<&'a str>,
    /// Who asked for the release.
    pub release_requested_by: Option<&'a str>,
}

impl Hands<'_> {
    /// Where two people are wanted, who releases neither asked for nor placed the hold, nor asked for its release.
    pub fn second_person(&self, login: &str) -> Result<(), Reject> {
        let first = [
            (self.requested_by, "asked for this hold"),
            (self.placed_by, "placed this hold"),
            (self.release_requested_by, "asked for its release"),
        ];
        match first.iter().find(|(who, _)| *who == Some(login)) {
            Some((_, what)) => Err(Reject::new(
                "released_by",
                format!("you {what}, and this client wants two people"),
                "let another leader release it",
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_transitions_of_the_specification_exist() {
        use HoldStatus as S;
        use HoldStep as T;
        let allowed = [
            (T::Request, None, S::Requested),
            (T::Place, None, S::OnHold),
            (T::Approve, Some(S::Requested), S::OnHold),
            (T::Reject, Some(S::Requested), S::Rejected),
            (T::Withdraw, Some(S::Requested), S::Withdrawn),
            (T::RequestRelease, Some(S::OnHold), S::ReleaseRequested),
            (T::RefuseRelease, Some(S::ReleaseRequested), S::OnHold),
            (T::Release, Some(S::ReleaseRequested), S::Released),
            (T::Release, Some(S::OnHold), S::Released),
            (T::Scrap, Some(S::OnHold), S::Scrapped),
        ];
        let froms: Vec<Option<S>> = std::iter::once(None).chain(S::ALL.iter().copied().map(Some)).collect();
        for step in T::ALL {
            for from in &froms {
                let expected = allowed.iter().find(|(s, f, _)| s == step && f == from).map(|(_, _, to)| *to);
                assert_eq!(step.leads_to(*from), expected, "{step} from {from:?}");
            }
        }
    }

    #[test]
    fn a_refused_step_names_the_status_and_what_may_follow() {
        let reject = HoldStep::Approve.take(HoldStatus::OnHold, Role::Leader).expect_err("not possible");
        assert!(reject.why.contains("on hold"), "{reject}");
        assert!(reject.try_this.contains("request release") && reject.try_this.contains("scrap"), "{reject}");
        let operator = HoldStep::Approve.take(HoldStatus::OnHold, Role::Operator).expect_err("not possible");
        assert!(!operator.try_this.contains("scrap"), "{operator}");
    }

    #[test]
    fn the_second_person_is_none_of_the_first_ones() {
        let hands = Hands { requested_by: Some("ann"), placed_by: Some("bob"), release_requested_by: Some("cid") };
        for login in ["ann", "bob", "cid"] {
            assert!(hands.second_person(login).is_err());
        }
        assert!(hands.second_person("dan").is_ok());
    }
}
