//! The way to a server that a test can cut: whoever is connected is cut off, and nobody comes through until it is open
//! again. It can also fall silent, as where a network drops packets: connections stay, and nothing comes through. The
//! server itself goes on for everybody else.

use kpi_ops::service::clock::Clock;
use kpi_ops::service::{DatabaseUrl, Plant};
use std::path::{Path, PathBuf};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

const SOCKET: &str = ".s.PGSQL.5432";

/// A socket in a folder of its own, behind which a server is.
pub struct Relay {
    folder: tempfile::TempDir,
    url: String,
    server: PathBuf,
    open: Option<JoinHandle<()>>,
    flow: watch::Sender<Flow>,
}

/// What comes through to those who are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Everything.
    Free,
    /// Nothing any more after the next commit: the server has it, and its answer is lost.
    UntilCommit,
    /// Nothing in either direction.
    Silent,
}

impl Relay {
    /// The way to the server of a URL, open.
    pub fn to(url: &str) -> Self {
        let server = url.split("host=").nth(1).unwrap();
        let folder = tempfile::Builder::new().prefix("r").tempdir_in("/tmp").unwrap();
        let (flow, _) = watch::channel(Flow::Free);
        let through = url.replace(server, folder.path().to_str().unwrap());
        let mut relay = Self { folder, url: through, server: Path::new(server).join(SOCKET), open: None, flow };
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
        // Who was connected in a silence stays so: what the network has forgotten does not come back.
        self.flow = watch::channel(Flow::Free).0;
        let flow = self.flow.clone();
        self.open = Some(tokio::spawn(async move {
            let mut links = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (server, flow) = (server.clone(), flow.clone());
                links.spawn(async move {
                    let server = UnixStream::connect(server).await?;
                    let (client, server) = (client.into_split(), server.into_split());
                    let asks = forward(client.0, server.1, &flow);
                    tokio::try_join!(asks, forward(server.0, client.1, &flow))
                });
            }
        }));
    }

    /// Falls silent: nothing comes through, connections stay, new ones are taken and not answered.
    pub fn fall_silent(&self) {
        self.flow.send_replace(Flow::Silent);
    }

    /// Falls silent when the commit of the next entry has gone through.
    pub fn fall_silent_after_commit(&self) {
        self.flow.send_replace(Flow::UntilCommit);
    }

    /// Whether it has fallen silent.
    pub fn is_silent(&self) -> bool {
        *self.flow.borrow() == Flow::Silent
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

/// Lets what comes in out again, as long as it may. Only a client begins and commits.
async fn forward(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    flow: &watch::Sender<Flow>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let mut writes = false;
    loop {
        let length = from.read(&mut buffer).await?;
        let bytes = buffer.get(..length).unwrap_or_default();
        let says = |word: &[u8]| bytes.windows(word.len()).any(|bytes| bytes == word);
        // Who enters something says so when they begin; doors and looks do not.
        writes = says(b"app.writer") || writes && !says(b"BEGIN");
        if *flow.borrow() == Flow::UntilCommit && writes && says(b"COMMIT\0") {
            flow.send_replace(Flow::Silent);
        } else if *flow.borrow() == Flow::Silent {
            std::future::pending::<()>().await;
        }
        to.write_all(bytes).await?;
        if length == 0 {
            return to.shutdown().await;
        }
    }
}
