//! A plant in a temporary folder, with a clock that stands still.

use kpi_ops::domain::clock::Instant;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{DatabaseUrl, Desk, Plant};
use secrecy::SecretString;

/// Monday 2026-05-18, 10:00 UTC.
pub const MONDAY_TEN: Instant = Instant(1_779_098_400_000);
/// The first ADMIN's password.
pub const ADMIN_PASSWORD: &str = "pferde fressen keine gurken";

/// A plant that is deleted when this is dropped.
pub struct TestPlant {
    pub plant: Plant,
    pub clock: Clock,
    pub folder: tempfile::TempDir,
}

impl TestPlant {
    /// A plant without anybody.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(MONDAY_TEN);
        let plant = Plant::open(&DatabaseUrl::file(folder.path().join("plant.db")), clock.clone()).await.unwrap();
        Self { plant, clock, folder }
    }

    /// A plant with the ADMIN `anna`, and her desk.
    pub async fn with_admin() -> (Self, Desk) {
        let plant = Self::empty().await;
        let desk = plant.plant.create_first_admin("anna", "Anna Admin", &secret(ADMIN_PASSWORD)).await.unwrap();
        (plant, desk)
    }
}

/// A secret from a literal.
pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}
