//! Catalogues with a fault, for the test that takes the parts of the third wall away one at a time.

use super::{Catalogue, OWN_ACCOUNT, view};
use crate::domain::id::{ClientId, UserId};

impl Catalogue {
    /// The texts of all views and of all triggers.
    pub(in crate::store) fn texts(&self) -> (&str, &str) {
        (&self.views, &self.triggers)
    }

    /// The same with one part of its texts replaced; it must be there exactly once.
    pub(in crate::store) fn with(&self, part: &str, by: &str) -> Self {
        let found = self.views.matches(part).count() + self.triggers.matches(part).count();
        assert_eq!(found, 1, "{part}");
        let replaced = |text: &str| text.replace(part, by).into();
        Self { views: replaced(&self.views), triggers: replaced(&self.triggers), ..self.clone() }
    }

    /// The same with parts of somebody's scope replaced.
    pub(in crate::store) fn with_scope(
        &self,
        user: UserId,
        clients: Option<&[ClientId]>,
        parts: &[(String, String)],
    ) -> Self {
        let mut scope = view::scope(user, clients);
        for (part, by) in parts {
            assert_eq!(scope.matches(part.as_str()).count(), 1, "{part}");
            scope = scope.replace(part, by);
        }
        let old = ["g__scope", "g__keeper", OWN_ACCOUNT, &format!("g__{OWN_ACCOUNT}")];
        let anew: Vec<_> = old.iter().map(|name| format!("DROP VIEW temp.{name};")).collect();
        let anew = anew.join(" ");
        Self { views: format!("{anew} DROP TABLE temp.g__narrowed; {scope}; {}", self.views).into(), ..self.clone() }
    }
}
