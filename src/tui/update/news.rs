//! What the plant tells by itself: something changed, the server is gone, the server is back.
//!
//! Only what is in view is asked for again, and only when the answers before are there, so that a busy plant is read as
//! often as its answers come and no oftener. Nothing that somebody types or has selected is touched.

use super::{kept, look};
use crate::service::News;
use crate::tui::message::Slot;
use crate::tui::model::Model;

/// Takes news. Nobody's news are of interest where nobody sits.
pub fn take(model: &mut Model, news: News) {
    if model.seat.is_none() {
        return;
    }
    match news {
        News::Changed => model.link.is_behind = true,
        News::ServerGone => {
            model.link.gone_since.get_or_insert(model.now);
        }
        News::ServerBack => {
            model.link.gone_since = None;
            model.link.is_behind = true;
            kept::server_answered(model);
        }
    }
    catch_up(model);
}

/// Asks again for what is in view where something changed since it was asked for, once that makes sense.
pub fn catch_up(model: &mut Model) {
    // What is being saved reads everything anew by itself; the audit may take long.
    let is_asking = model.waiting.is_some() || model.asked.values().any(|slot| *slot != Slot::IsolationAudit);
    let may_ask = model.seat.is_some() && model.lock.is_none() && model.link.gone_since.is_none();
    if model.link.is_behind && may_ask && !is_asking {
        look::refresh(model);
    }
}
