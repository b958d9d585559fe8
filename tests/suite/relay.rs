//! The way to a server that a test can cut: whoever is connected is cut off, and nobody comes through until it is open
//! again. The server itself goes on for everybody else.

use kpi_ops::service::clock::Clock;
use kpi_ops::service::{DatabaseUrl, Plant};
use std::path::{Path, PathBuf};
use tokio::io::copy_bidirectional;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

const SOCKET: &str = ".s.PGSQL.5432";

/// A socket in a folder of its own, behind which a server is.
pub struct Relay {
    folder: tempfile::TempDir,
    url: String,
    server: PathBuf,
    open: Option<JoinHandle<()>>,
}

impl Relay {
    /// The way to the server of a URL, open.
    pub fn to(url: &str) -> Self {
        let server = url.split("host=").nth(1).unwrap();
        let folder = tempfile::Builder::new().prefix("r").tempdir_in("/tmp").unwrap();
        let through = url.replace(server, folder.path().to_str().unwrap());
        let mut relay = Self { folder, url: through, server: Path::new(server).join(SOCKET), open: None };
        relay.open();
        relay
    }

    /// The URL of the database through it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The plant through it, with what its machine keeps in a folder.
    pub async fn plant(&self, machine: &Path, clock: Clock) -> Plant {
        let url = DatabaseUrl::parse(&self.url).unwrap().with_slots_in(machine);
        Plant::open(&url, clock).await.unwrap()
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// Lets everybody through.
    pub fn open(&mut self) {
        let (listener, server) = (UnixListener::bind(self.socket()).unwrap(), self.server.clone());
        self.open = Some(tokio::spawn(async move {
            let mut links = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let server = server.clone();
                links.spawn(async move {
                    let mut server = UnixStream::connect(server).await?;
                    copy_bidirectional(&mut client, &mut server).await
                });
            }
        }));
    }

    /// Cuts everybody off, and lets nobody through.
    pub async fn cut(&mut self) {
        std::fs::remove_file(self.socket()).unwrap();
        if let Some(open) = self.open.take() {
            open.abort();
            open.await.ok();
        }
    }
}
