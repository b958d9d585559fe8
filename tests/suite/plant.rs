//! A plant in a temporary folder or on the throw-away server, with a clock that stands still.

use crate::test_server::TestDatabase;
use kpi_ops::domain::clock::Instant;
use kpi_ops::domain::id::ClientId;
use kpi_ops::domain::measure::Millis;
use kpi_ops::domain::role::Role;
use kpi_ops::domain::shift::Weekdays;
use kpi_ops::domain::text::CleanText;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{AddProduct, AddShift, AddUser, Command, DatabaseUrl, Desk, LoginOutcome, Plant, Receipt};
use secrecy::SecretString;

/// Monday 2026-05-18, 10:00 UTC.
pub const MONDAY_TEN: Instant = Instant(1_779_098_400_000);
/// The first ADMIN's password.
pub const ADMIN_PASSWORD: &str = "pferde fressen keine gurken";

/// What a plant is kept by. A story about what the database decides is told on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    File,
    Server,
}

impl Engine {
    /// The one for stories that name none: a file, unless `KPI_OPS_TEST_ENGINE=server` sends all of them to the server.
    fn unnamed() -> Self {
        if std::env::var("KPI_OPS_TEST_ENGINE").is_ok_and(|name| name == "server") { Self::Server } else { Self::File }
    }
}

/// A plant that is deleted when this is dropped.
pub struct TestPlant {
    pub plant: Plant,
    pub clock: Clock,
    pub folder: tempfile::TempDir,
    database: Option<TestDatabase>,
}

impl TestPlant {
    /// A plant without anybody.
    pub async fn empty() -> Self {
        Self::empty_on(Engine::unnamed()).await
    }

    /// The same on an engine.
    pub async fn empty_on(engine: Engine) -> Self {
        let folder = own_folder();
        let clock = Clock::fixed(MONDAY_TEN);
        let (url, database) = match engine {
            Engine::File => (DatabaseUrl::file(folder.path().join("plant.db")), None),
            Engine::Server => {
                let database = migrated().await;
                let url = DatabaseUrl::parse(&database.runtime_url()).unwrap().with_slots_in(folder.path());
                (url, Some(database))
            }
        };
        let plant = Plant::open(&url, clock.clone()).await.unwrap();
        Self { plant, clock, folder, database }
    }

    /// A plant without anybody in a database that has no schema yet.
    pub async fn empty_in(database: TestDatabase) -> Self {
        let (folder, clock) = (own_folder(), Clock::fixed(MONDAY_TEN));
        let [owner, runtime] =
            [database.owner_url(), database.runtime_url()].map(|url| DatabaseUrl::parse(&url).unwrap());
        let url = runtime.with_slots_in(folder.path());
        Plant::prepare(&owner, &url).await.unwrap();
        let plant = Plant::open(&url, clock.clone()).await.unwrap();
        Self { plant, clock, folder, database: Some(database) }
    }

    /// The URL of its server, for a test that comes to it by another way.
    pub fn server_url(&self) -> String {
        self.database.as_ref().expect("this plant is on a server").runtime_url()
    }

    /// A plant with the ADMIN `anna`, and her desk.
    pub async fn with_admin() -> (Self, Desk) {
        Self::with_admin_on(Engine::unnamed()).await
    }

    /// The same on an engine.
    pub async fn with_admin_on(engine: Engine) -> (Self, Desk) {
        let plant = Self::empty_on(engine).await;
        let desk = plant.plant.create_first_admin("anna", "Anna Admin", &secret(ADMIN_PASSWORD)).await.unwrap();
        (plant, desk)
    }
}

/// A database with the current schema and nothing in it.
pub async fn migrated() -> TestDatabase {
    TestDatabase::copy_of("suite", async |database| {
        let [owner, runtime] =
            [database.owner_url(), database.runtime_url()].map(|url| DatabaseUrl::parse(&url).unwrap());
        Plant::prepare(&owner, &runtime).await.unwrap();
    })
    .await
}

/// A folder for this account alone, as a plant's should be.
pub fn own_folder() -> tempfile::TempDir {
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    tempfile::Builder::new().permissions(own).tempdir().unwrap()
}

/// A secret from a literal.
pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// A password for everybody but the ADMIN.
pub const PASSWORD: &str = "ein langes kennwort 7";

/// Client ACME (Vienna) with line L1, product P1 (30 s a unit), shifts E (06–14), L (14–22) and N (22–06), an order
/// W1 of 1,000 and the people olga (operator), luis and lena (leaders), paul (power user); client RIVAL (Mexico City)
/// with the same keys, an order W1 of its own and the operator rosa.
pub struct FloorPlant {
    pub test: TestPlant,
    pub admin: Desk,
}

impl FloorPlant {
    /// The plant as described.
    pub async fn new() -> Self {
        Self::on(Engine::unnamed()).await
    }

    /// The same on an engine.
    pub async fn on(engine: Engine) -> Self {
        let (test, admin) = TestPlant::with_admin_on(engine).await;
        Self::furnished(test, admin).await
    }

    /// The same in a database that has no schema yet.
    pub async fn in_database(database: TestDatabase) -> Self {
        let test = TestPlant::empty_in(database).await;
        let admin = test.plant.create_first_admin("anna", "Anna Admin", &secret(ADMIN_PASSWORD)).await.unwrap();
        Self::furnished(test, admin).await
    }

    async fn furnished(test: TestPlant, admin: Desk) -> Self {
        for (client, zone) in [("ACME", "Europe/Vienna"), ("RIVAL", "America/Mexico_City")] {
            let client_id: ClientId = client.parse().unwrap();
            let name = CleanText::name("name", client).unwrap();
            run(&admin, Command::AddClient { client_id, name, time_zone: zone.into() }).await;
        }
        let admin = admin.refreshed().await.unwrap();
        for (shift, start, end) in [("E", 360, 840), ("L", 840, 1320), ("N", 1320, 360)] {
            let add = AddShift {
                shift_id: shift.parse().unwrap(),
                name: CleanText::name("name", shift).unwrap(),
                start_minute: start,
                end_minute: end,
                break_minutes: 30,
                days: Weekdays::EVERY_DAY,
            };
            run(&admin, Command::AddShift(add)).await;
        }
        for client in ["ACME", "RIVAL"] {
            let client_id: ClientId = client.parse().unwrap();
            let name = CleanText::name("name", "Line 1").unwrap();
            run(&admin, Command::AddLine { client_id: client_id.clone(), line_id: "L1".parse().unwrap(), name }).await;
            let add = AddProduct {
                client_id,
                product_id: "P1".parse().unwrap(),
                name: CleanText::name("name", "Widget").unwrap(),
                ideal_cycle: Some(Millis(30_000)),
            };
            run(&admin, Command::AddProduct(add)).await;
        }
        let plant = Self { test, admin };
        for client in ["ACME", "RIVAL"] {
            plant
                .sql(&format!(
                    "INSERT INTO t_work_order (client_id, work_order_id, product_id, quantity, status, priority, created_by, created_at,
                       updated_by, updated_at, version) VALUES ('{client}', 'W1', 'P1', 1000, 'planned', 'standard', 'x', 0, 'x', 0, 1)"
                ))
                .await;
        }
        for (login, role, clients) in [
            ("olga", Role::Operator, &["ACME"][..]),
            ("luis", Role::Leader, &["ACME"]),
            ("lena", Role::Leader, &["ACME"]),
            ("paul", Role::PowerUser, &[]),
            ("rosa", Role::Operator, &["RIVAL"]),
        ] {
            plant.add_user(login, role, clients).await;
        }
        plant
    }

    /// Adds a person with [`PASSWORD`].
    pub async fn add_user(&self, login: &str, role: Role, clients: &[&str]) {
        let add = AddUser {
            login: login.into(),
            full_name: CleanText::name("name", login).unwrap(),
            role,
            clients: clients.iter().map(|client| client.parse().unwrap()).collect(),
        };
        self.admin.add_user_with_password(add, &secret(PASSWORD)).await.unwrap();
    }

    /// The desk of somebody with [`PASSWORD`].
    pub async fn desk(&self, login: &str) -> Desk {
        match self.test.plant.login(login, &secret(PASSWORD), "tty").await.unwrap() {
            LoginOutcome::In(desk) => desk,
            LoginOutcome::SetPassword(_) => panic!("{login} has a password"),
        }
    }

    /// Changes or makes rows past every door: the ground truth of a test.
    pub async fn sql(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.test.database {
            None => drop(sqlx::query(sql).execute(&mut self.file().await).await.unwrap()),
            Some(database) => drop(sqlx::query(sql).execute(&mut all_seeing(database).await).await.unwrap()),
        }
    }

    /// Runs several statements past every door.
    pub async fn script(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.test.database {
            None => drop(sqlx::raw_sql(sql).execute(&mut self.file().await).await.unwrap()),
            Some(database) => drop(sqlx::raw_sql(sql).execute(&mut all_seeing(database).await).await.unwrap()),
        }
    }

    /// One whole number of the ground truth.
    pub async fn number(&self, sql: &str) -> i64 {
        // A sum of a server is no BIGINT by itself.
        let sql = sqlx::AssertSqlSafe(format!("SELECT CAST(({sql}) AS BIGINT)"));
        match &self.test.database {
            None => sqlx::query_scalar(sql).fetch_one(&mut self.file().await).await.unwrap(),
            Some(database) => sqlx::query_scalar(sql).fetch_one(&mut all_seeing(database).await).await.unwrap(),
        }
    }

    /// Some texts of the ground truth.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.test.database {
            None => sqlx::query_scalar(sql).fetch_all(&mut self.file().await).await.unwrap(),
            Some(database) => sqlx::query_scalar(sql).fetch_all(&mut all_seeing(database).await).await.unwrap(),
        }
    }

    async fn file(&self) -> sqlx::SqliteConnection {
        use sqlx::ConnectOptions;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.test.folder.path().join("plant.db"));
        options.connect().await.unwrap()
    }
}

/// A connection to which no policy applies, and whose writes the triggers of sums take.
async fn all_seeing(database: &TestDatabase) -> sqlx::PgConnection {
    use sqlx::Executor;
    let mut connection = database.superuser().await;
    let see = "SELECT set_config('app.door', 'open', false), set_config('app.clients',
        CAST(ARRAY(SELECT c.client_id FROM t_client AS c) AS text), false)";
    connection.execute(see).await.unwrap();
    connection
}

/// Runs a command that must be done.
pub async fn run(desk: &Desk, command: Command) -> Receipt {
    desk.run(command).await.unwrap_or_else(|problem| panic!("{problem}"))
}
