//! A server of one test, which may kill it and start it again. What it said was saved reaches the system, as a plant's
//! does; only a loss of power is not survived.

use super::process::{Server, new_cluster, serve};
use super::{TestDatabase, make_roles};
use std::path::PathBuf;
use std::process::{Child, Command};
use uuid::Uuid;

const SETTINGS: [&str; 5] =
    ["listen_addresses=", "fsync=off", "max_connections=100", "shared_buffers=32MB", "log_min_messages=fatal"];

/// The server.
#[derive(Debug)]
pub(crate) struct OwnServer {
    folder: PathBuf,
    process: Option<Child>,
    server: &'static Server,
}

impl OwnServer {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let folder = new_cluster();
        let process = serve(&folder, &SETTINGS);
        make_roles(&folder);
        let server = Box::leak(Box::new(Server::at(&folder)));
        Self { folder, process: Some(process), server }
    }

    /// A database without a schema.
    pub(crate) async fn database(&self) -> TestDatabase {
        let database = TestDatabase { name: format!("test_{}", Uuid::new_v4().simple()), server: self.server };
        database.made(&format!("CREATE DATABASE {} OWNER {}", database.name, super::OWNER)).await;
        database
    }

    /// Kills it and everything it was at; it writes nothing more.
    pub(crate) fn kill(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let killed = Command::new("kill").args(["-QUIT", &process.id().to_string()]).status().expect("kill");
        assert!(killed.success());
        process.wait().expect("postgres");
    }

    /// Starts it again: it finds out by itself what was saved.
    pub(crate) fn start_again(&mut self) {
        self.process = Some(serve(&self.folder, &SETTINGS));
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
