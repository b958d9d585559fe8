//! Two clients on two terminals at once: what stands in the rows of one never reaches the terminal of the other, not by
//! any screen, list, form, choice, search, palette, help or refusal.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use super::program::Home;
use super::pty::Pty;
use chrono::{Days, Utc};
use kpi_ops::service::Entity;

/// Nobody but its own people sees these: what marks each client's rows, its key, and its people.
const OF_ACME: [&str; 5] = ["AAMARK", "ACME", "olga", "luis", "lena"];
const OF_RIVAL: [&str; 3] = ["RRMARK", "RIVAL", "rosa"];

/// A file for each kind of row, with the mark in every column that holds text of the client's own.
fn files(mark: &str) -> Vec<(Entity, String)> {
    let day = Utc::now().date_naive() - Days::new(1);
    let codes = ["downtime", "hold", "defect", "absence"].map(|kind| format!("{kind},{mark}-{kind},{mark} {kind}\n"));
    let shift = format!("{day},E,L1");
    let texts = [
        (Entity::Codes, "kind,code,name", codes.concat()),
        (Entity::Lines, "line_id,name", format!("L1,{mark} line\n{mark}-L,{mark} other line\n")),
        (Entity::Products, "product_id,name,ideal_cycle_seconds", format!("{mark}-P,{mark} product,30\n")),
        (Entity::Employees, "employee_id,name,department", format!("{mark}-E,{mark} person,{mark} department\n")),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,required_date,po_number,notes",
            format!("{mark}-W,{mark}-P,1000,{day},{mark} po,{mark} order note\n"),
        ),
        (
            Entity::Jobs,
            "job_id,work_order_id,part_number,quantity,job_number",
            format!("{mark}-J,{mark}-W,{mark}-N,500,{mark} job\n"),
        ),
        (
            Entity::PartOpportunities,
            "part_number,opportunities_per_unit,description",
            format!("{mark}-N,4,{mark} part\n"),
        ),
        (Entity::Targets, "kpi,target", "availability,80\n".to_owned()),
        (
            Entity::Production,
            "production_date,shift_id,line_id,product_id,units,defects,work_order_id,job_id,notes",
            format!("{shift},{mark}-P,300,9,{mark}-W,{mark}-J,{mark} count note\n"),
        ),
        (
            Entity::Downtime,
            "production_date,shift_id,line_id,reason,minutes,work_order_id,notes",
            format!("{shift},{mark}-downtime,30,{mark}-W,{mark} stop note\n"),
        ),
        (
            Entity::Holds,
            "work_order_id,reason,quantity,hold_from,notes",
            format!("{mark}-W,{mark}-hold,5,{day} 10:00,{mark} hold note\n"),
        ),
        (
            Entity::Quality,
            "production_date,shift_id,line_id,stage,inspected,passed,part_number,work_order_id,defects",
            format!("{shift},{mark}-S,50,40,{mark}-N,{mark}-W,{mark}-defect:3\n"),
        ),
        (
            Entity::Attendance,
            "production_date,shift_id,employee_id,scheduled_minutes,worked_minutes,absence_type",
            format!("{day},E,{mark}-E,450,0,{mark}-absence\n"),
        ),
    ];
    texts.into_iter().map(|(entity, header, rows)| (entity, format!("{header}\n{rows}"))).collect()
}

async fn marked() -> FloorPlant {
    let floor = FloorPlant::new().await;
    let mut home = Home::new();
    home.uses(&format!("sqlite:{}", floor.test.folder.path().join("plant.db").display()));
    home.acts_as("paul", PASSWORD);
    for (client, mark) in [("ACME", OF_ACME[0]), ("RIVAL", OF_RIVAL[0])] {
        for (entity, file) in files(mark) {
            let name = format!("{entity}.csv");
            std::fs::write(home.path().join(&name), file).unwrap();
            let ended = home.call(&["import", entity.as_str(), &name, "--client", client]);
            assert_eq!(ended.code, 0, "{client} {entity}: {}{}", ended.out, ended.err);
        }
        floor.sql(&format!("UPDATE t_client SET name = '{mark} client' WHERE client_id = '{client}'")).await;
    }
    floor
}

/// All screens and lists with their details, a search, forms with their choices, refusals, palette, help, client picker.
/// What is typed never holds a mark by itself.
const WALK: &[&str] = &[
    "1",
    "\r",
    "\u{1b}",
    "2",
    "\r",
    "\u{1b}",
    "/MARK",
    "\r",
    "\u{1b}",
    "o",
    "n",
    "\u{1b}OS",
    "\u{1b}",
    "\t",
    "\u{1b}OS",
    "\u{1b}",
    "\t",
    "\u{1b}OS",
    "\u{1b}",
    "\t",
    "\u{1b}OS",
    "\u{1b}",
    "NOWHERE-9",
    "\u{1b}OQ",
    "\u{1b}",
    "d",
    "\u{1b}",
    "3",
    "\r",
    "\u{1b}",
    "s",
    "\u{1b}OS",
    "\u{1b}",
    "\u{1b}",
    "n",
    "99",
    "\u{1b}OQ",
    "\u{1b}",
    "d",
    "\u{1b}",
    "4",
    "\r",
    "\u{1b}",
    "n",
    "\u{1b}OS",
    "\u{1b}",
    "R",
    "\u{1b}OQ",
    "\u{1b}",
    "d",
    "\u{1b}",
    "5",
    "\r",
    "\u{1b}",
    "]",
    "\r",
    "\u{1b}",
    "6",
    "\r",
    "\u{1b}",
    "]",
    "\r",
    "\u{1b}",
    "]",
    "\r",
    "\u{1b}",
    "/MARK",
    "\u{1b}",
    "7",
    "\r",
    "\u{1b}",
    "]",
    "\r",
    "\u{1b}",
    "8",
    "w",
    "m",
    "\r",
    "l",
    "l",
    "l",
    "l",
    "e",
    "\u{1b}",
    "\u{1b}",
    "x",
    "\u{1b}",
    "9",
    ":",
    "line",
    "\u{1b}",
    "?",
    "\u{1b}",
    "c",
    "MARK",
    "\u{1b}",
    "\u{1b}",
    "u",
];

/// What a terminal has shown: its screen after each step, and all that was written to it.
struct Seen {
    pty: Pty,
    screens: String,
}

impl Seen {
    fn open(floor: &FloorPlant, login: &str, password: &str) -> Self {
        let mut pty = Pty::dashboard(floor, (120, 40), &[]);
        pty.logs_in(login, password);
        Self { pty, screens: String::new() }
    }

    fn settle(&mut self) {
        self.pty.settles();
        self.screens.extend([&self.pty.text(), "\n"]);
    }

    fn has(&self, word: &str) -> bool {
        self.screens.contains(word) || self.pty.written().contains(word)
    }
}

#[test]
fn two_clients_on_two_terminals_never_see_each_others_marks() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let floor = runtime.block_on(marked());
    let mut olga = Seen::open(&floor, "olga", PASSWORD);
    let mut rosa = Seen::open(&floor, "rosa", PASSWORD);
    let mut anna = Seen::open(&floor, "anna", ADMIN_PASSWORD);
    for keys in WALK {
        for seen in [&mut olga, &mut rosa, &mut anna] {
            seen.pty.types(keys);
        }
        for seen in [&mut olga, &mut rosa, &mut anna] {
            seen.settle();
        }
    }
    for (name, seen, own, foreign) in
        [("olga", &olga, OF_ACME[0], &OF_RIVAL[..]), ("rosa", &rosa, OF_RIVAL[0], &OF_ACME)]
    {
        for word in foreign {
            assert!(!seen.has(word), "{name} was shown {word}:\n{}", around(&seen.screens, word));
        }
        // The walk comes by every text of one's own, so that the absence of the other's says something.
        for text in [
            "client",
            "line",
            "product",
            "person",
            "department",
            "-W",
            "po",
            "order note",
            "job",
            "-N",
            "part",
            "count note",
            "downtime",
            "stop note",
            "hold",
            "hold note",
            "-S",
            "-defect",
            "absence",
        ] {
            let text = if text.starts_with('-') { format!("{own}{text}") } else { format!("{own} {text}") };
            assert!(seen.has(&text), "{name} never came by {text:?}");
        }
    }
    assert!(anna.has(OF_ACME[0]) && anna.has(OF_RIVAL[0]), "the ADMIN sees both");
}

/// The lines that hold a word.
fn around(screens: &str, word: &str) -> String {
    screens.lines().filter(|line| line.contains(word)).take(3).collect::<Vec<_>>().join("\n")
}
