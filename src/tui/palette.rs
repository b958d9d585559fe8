//! The command palette: every action that makes sense here, found by a few letters.

use super::action::Action;
use super::keymap::Context;
use super::model::Model;
use super::widget::pick::PickList;
use crate::service::Choice;

/// The open palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteState {
    /// The actions, narrowed by what was typed.
    pub list: PickList,
}

impl PaletteState {
    /// The actions that can be done from where one is.
    pub fn of(model: &Model) -> Self {
        let choices = model
            .keymap
            .rows()
            .iter()
            .filter(|row| row.action != Action::Palette && is_command(row.action))
            .filter(|row| row.contexts.iter().any(|context| model.screen_contexts().contains(context)))
            .map(|row| {
                let refused = model.refusal(row.action);
                Choice {
                    code: row.label.clone(),
                    number: None,
                    name: row.help.clone(),
                    more: refused.map_or_else(|| row.key(), |_| "not for you".to_owned()),
                }
            })
            .collect();
        Self { list: PickList::new("Command", choices) }
    }

    /// The action that is selected.
    pub fn chosen(&self, model: &Model) -> Option<Action> {
        let chosen = self.list.chosen()?;
        let here = model.screen_contexts();
        let row = model.keymap.rows().iter().find(|row| {
            row.label == chosen.code
                && row.help == chosen.name
                && row.contexts.iter().any(|context| here.contains(context))
        })?;
        Some(row.action)
    }
}

/// Whether an action is worth finding by name; moving the cursor is not.
fn is_command(action: Action) -> bool {
    !matches!(
        action,
        Action::Up
            | Action::Down
            | Action::LineUp
            | Action::LineDown
            | Action::KpiUp
            | Action::KpiDown
            | Action::KpiLeft
            | Action::KpiRight
            | Action::FirstKpi
            | Action::LastKpi
            | Action::PageUp
            | Action::PageDown
    )
}

/// The contexts whose keys the help lists, the most special first.
pub fn help_contexts(model: &Model) -> Vec<Context> {
    model.contexts().to_vec()
}
