//! Row 5: first pages, filters and orders of the long lists, and the causes behind a figure.

use crate::duck::Duck;
use crate::measure::{Table, median, time, timed};
use crate::plant::{PlantFile, client_key};
use kpi_ops::domain::list::{List, Sort};
use kpi_ops::service::{Desk, ListQuery, Query};

/// What must be so many times faster.
const BUDGET: f64 = 4.0;
/// Rounds in which ours and theirs take turns.
const ROUNDS: usize = 15;

/// A list as both know it: ours; DuckDB's table, order, and texts of the filter; a column to sort by as each calls it.
struct Long {
    list: List,
    table: &'static str,
    order: &'static str,
    texts: &'static str,
    sort: (&'static str, &'static str),
    filter: &'static str,
}

const LISTS: [Long; 6] = [
    Long {
        list: List::Production,
        table: "production_entry",
        order: "production_date DESC, counted_at DESC",
        texts: "client_id, shift_id, line_id, product_id, work_order_id, job_id, notes, created_by",
        sort: ("units", "units"),
        filter: "l07",
    },
    Long {
        list: List::Downtime,
        table: "downtime_entry",
        order: "production_date DESC, started_at DESC",
        texts: "client_id, line_id, reason, loss, shift_id, work_order_id, notes, corrective_action, created_by",
        sort: ("minutes", "minutes"),
        filter: "jam",
    },
    Long {
        list: List::Quality,
        table: "quality_entry",
        order: "production_date DESC, created_at DESC",
        texts: "client_id, line_id, stage, part_number, shift_id, work_order_id, job_id, inspector, notes, created_by",
        sort: ("inspected", "inspected"),
        filter: "final",
    },
    Long {
        list: List::Attendance,
        table: "attendance_entry",
        order: "production_date DESC, absence_minutes DESC",
        texts: "client_id, shift_id, employee_number, absence_type, notes",
        sort: ("absence_minutes", "absence_minutes"),
        filter: "sick",
    },
    Long {
        list: List::WorkOrders,
        table: "work_order",
        order: "CASE WHEN status IN ('planned', 'released', 'in_process') THEN 0 ELSE 1 END, required_date",
        texts: "client_id, work_order_id, product_id, status, priority, po_number, notes",
        sort: ("quantity", "quantity"),
        filter: "rush",
    },
    Long {
        list: List::Holds,
        table: "hold_entry",
        order: "CASE WHEN status IN ('requested', 'on_hold', 'release_requested') THEN 0 ELSE 1 END, hold_from DESC",
        texts: "client_id, status, work_order_id, job_id, reason, requested_by, placed_by, released_by, disposition, notes",
        sort: ("quantity", "quantity"),
        filter: "scrap",
    },
];

/// Every list, asked three ways, of one client and of all; a row of the table says it of all lists together.
pub async fn rows(table: &mut Table, desk: &Desk, mut duck: Result<&mut Duck, &str>) {
    for (scope, clients) in [("one client", 1), ("all clients", crate::plant::CLIENTS)] {
        let keys = (0..clients).map(|number| client_key(number).parse().expect("a key")).collect();
        let scoped = desk.narrow(Some(keys)).await.expect("a narrower desk");
        for way in ["first page", "filter", "sort"] {
            let what = format!("long lists: {way}, {scope}");
            match &mut duck {
                Ok(duck) => {
                    let mut races = Vec::new();
                    for long in &LISTS {
                        races.push((race(&scoped, duck, long, way, clients == 1).await, long.list));
                    }
                    races.sort_by(|one, other| one.0.total_cmp(&other.0));
                    let said: Vec<_> = races.iter().map(|(ratio, list)| format!("{list} {ratio:.1} ×")).collect();
                    let met = races.iter().all(|(ratio, _)| *ratio >= BUDGET);
                    table.add("5", &what, format!("≥ {BUDGET} ×"), said.join(", "), Some(met));
                }
                Err(why) => table.missing("5", &what, "≥ 4 ×", why),
            }
        }
        scoped.leave().await;
    }
}

/// How many times faster a list is than in DuckDB.
async fn race(desk: &Desk, duck: &mut Duck, long: &Long, way: &str, one: bool) -> f64 {
    let name = format!("list_{}_{}_{one}", long.table, way.replace(' ', "_"));
    duck.prepare(&name, &[vec![long.question(way, one)]]);
    let query = long.query(way);
    let ask = async || {
        let (taken, page) = timed(desk.ask(Query::List(query.clone()))).await;
        page.expect("a page");
        taken
    };
    ask().await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(ask().await);
        theirs.push(duck.time(&name, 1));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    eprintln!("{}: {way}: {} against {}", long.list, time(ours), time(theirs));
    theirs / ours
}

impl Long {
    fn query(&self, way: &str) -> ListQuery {
        let column = self.list.columns().iter().position(|column| column.name == self.sort.0).expect("a column");
        ListQuery {
            list: self.list,
            filter: if way == "filter" { self.filter.into() } else { String::new() },
            sort: (way == "sort").then_some(Sort { column, descending: true }),
            offset: 0,
            limit: 50,
            within: None,
        }
    }

    fn question(&self, way: &str, one: bool) -> String {
        let scope = if one { format!("client_id = '{}'", client_key(0)) } else { "true".into() };
        let texts: Vec<_> = self.texts.split(", ").map(|text| format!("coalesce({text}, '')")).collect();
        let filter = match way {
            "filter" => format!("lower({}) LIKE '%{}%'", texts.join(" || ' ' || "), self.filter),
            _ => "true".into(),
        };
        let order = if way == "sort" { format!("{} DESC NULLS LAST", self.sort.1) } else { self.order.into() };
        format!("SELECT * FROM {} WHERE {scope} AND {filter} ORDER BY {order} LIMIT 50", self.table)
    }
}

/// The plant is asked by somebody who sees all clients.
pub async fn desk(plant: &kpi_ops::service::Plant) -> Desk {
    PlantFile::desk(plant, "paul").await
}
