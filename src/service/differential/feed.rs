//! A change of a client that does not exist for somebody is no news to them, or none that anything can be seen from.

use super::commands::plain_count;
use super::questions::{Depth, questions};
use super::scope::{Who, said};
use crate::service::{Command, Desk};
use crate::store::News;
use crate::store::many_clients::{Engine, ManyClients, key};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Longer than news take.
const A_WHILE: Duration = Duration::from_millis(600);
/// Only what is broken waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

async fn count(desk: &Desk, client: usize) {
    let log = plain_count(key(client), Uuid::new_v4());
    desk.run(Command::LogCount(log)).await.unwrap();
}

#[rstest::rstest]
#[tokio::test]
async fn a_foreign_change_is_no_news_on_a_server_and_says_nothing_in_a_file(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let shared = ManyClients::shared(engine).await;
    let writer = Who::narrowed("paul", &[5, 40]).desk(&shared).await;
    for who in [Who::operator(5), Who::narrowed("anna", &[5])] {
        let desk = who.desk(&shared).await;
        let mut feed = desk.feed(Arc::default()).await;
        let mut before = Vec::new();
        for query in questions(&who, Depth::Glance) {
            before.push((said(&desk, &query).await, query));
        }
        count(&writer, 40).await;
        let news = tokio::time::timeout(A_WHILE, feed.next()).await;
        match engine {
            Engine::Server => assert!(news.is_err(), "{who:?} was told {news:?}"),
            // A file wakes everybody; whoever looks again finds what they have seen, byte for byte.
            Engine::File => assert_eq!(news, Ok(News::Changed)),
        }
        for (answer, query) in before {
            assert_eq!(answer, said(&desk, &query).await, "{query:?}");
        }
        count(&writer, 5).await;
        assert_eq!(tokio::time::timeout(PATIENCE, feed.next()).await, Ok(News::Changed), "{who:?}");
    }
}
