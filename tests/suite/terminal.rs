//! A dashboard at the test port, for stories as key strings.

use kpi_ops::service::Plant;
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::input::Input;
use kpi_ops::tui::run::Dashboard;
use kpi_ops::tui::test_port::TestPort;
use std::time::{Duration, Instant};

/// Longest wait for something that comes by itself; only a broken program waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal at which somebody types.
pub struct Terminal {
    pub dashboard: Dashboard<TestPort>,
    /// Whether somebody has left the program.
    pub left: bool,
}

impl Terminal {
    /// A terminal of a plant, as it is before anybody types.
    pub async fn open(plant: &Plant, width: u16, height: u16) -> Self {
        Self::with(plant, width, height, Capability::PLAIN).await
    }

    /// The same that can show less or more.
    pub async fn with(plant: &Plant, width: u16, height: u16, capability: Capability) -> Self {
        let port = TestPort::new(width, height, capability).unwrap();
        let dashboard = Dashboard::open(plant.clone(), port, "test".into()).unwrap();
        let mut terminal = Self { dashboard, left: false };
        terminal.keys("").await;
        terminal
    }

    /// A terminal that is told what changes on others, as real ones are.
    pub async fn live(plant: &Plant, width: u16, height: u16) -> Self {
        let port = TestPort::new(width, height, Capability::PLAIN).unwrap();
        let dashboard = Dashboard::open(plant.clone(), port, "test".into()).unwrap().live();
        let mut terminal = Self { dashboard, left: false };
        terminal.keys("").await;
        terminal
    }

    /// Waits until the screen shows a text that comes by itself. Says how long that took; a test never asserts it.
    #[track_caller]
    pub fn comes(&mut self, text: &str) -> impl Future<Output = Duration> {
        self.until(move |screen| screen.contains(text))
    }

    /// The same until the screen is as wanted.
    #[track_caller]
    pub fn until(&mut self, wanted: impl Fn(&str) -> bool) -> impl Future<Output = Duration> {
        let (begun, at) = (Instant::now(), std::panic::Location::caller());
        async move {
            while !wanted(&self.screen()) {
                assert!(begun.elapsed() < PATIENCE, "{at}: it never came:\n{}", self.screen());
                self.waits(Duration::from_millis(20)).await;
            }
            begun.elapsed()
        }
    }

    /// Lets time go by in which nobody types.
    pub async fn waits(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
        self.keys("").await;
    }

    /// Types a story, each key when everything before it has come back.
    pub async fn keys(&mut self, story: &str) -> &mut Self {
        self.dashboard.port.type_story(story).unwrap();
        self.left = self.dashboard.run().await.unwrap();
        self
    }

    /// Types a story without waiting for anything, as a scanner or a hasty person does.
    pub async fn keys_at_once(&mut self, story: &str) -> &mut Self {
        self.dashboard.port.type_at_once(story).unwrap();
        self.left = self.dashboard.run().await.unwrap();
        self
    }

    /// Gives something else than keys.
    pub async fn give(&mut self, input: Input) -> &mut Self {
        self.dashboard.port.give(input);
        self.left = self.dashboard.run().await.unwrap();
        self
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        self.dashboard.port.screen()
    }

    /// Asserts that the screen holds a text, and shows the screen where it does not.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(screen.contains(text), "the screen does not show {text:?}:\n{screen}");
        self
    }

    /// Asserts that the screen does not hold a text.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "the screen shows {text:?}:\n{screen}");
        self
    }
}
