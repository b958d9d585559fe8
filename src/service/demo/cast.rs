//! Who and what the demo plant consists of, read from `assets/demo/plant.toml`.

use super::chance::Chance;
use crate::domain::clock::PlantClock;
use crate::domain::id::ClientId;
use crate::domain::role::Role;
use crate::service::Problem;
use crate::store::StoreError;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Asset {
    clients: Vec<ClientAsset>,
    more: Vec<More>,
    people: Vec<Account>,
    words: Words,
}

#[derive(Debug, Clone, Deserialize)]
struct ClientAsset {
    id: String,
    name: String,
    zone: String,
    orders: String,
    stages: Vec<String>,
    defect_types: Vec<String>,
    department: String,
    lines: Vec<Line>,
    products: Vec<Product>,
}

#[derive(Debug, Clone, Deserialize)]
struct More {
    id: String,
    name: String,
    zone: String,
}

/// A line of a client.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Line {
    /// Its key.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// People who run it.
    pub(super) crew: i64,
    /// Whether it runs at night.
    #[serde(default)]
    pub(super) nights: bool,
    /// The positions of what it makes, in turn.
    pub(super) makes: Vec<usize>,
    /// The reason that stops it again and again.
    pub(super) chronic: Option<String>,
}

/// A product of a client.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Product {
    /// Its key.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// The line's fastest time for one unit, in milliseconds.
    pub(super) cycle: i64,
    /// Whether nobody has told the program the cycle.
    #[serde(default)]
    pub(super) unstated: bool,
    /// The client's part number.
    pub(super) part: String,
    /// Ways in which one unit can be wrong; none are known of some.
    pub(super) opportunities: Option<i64>,
    /// Units of ten thousand that are not right.
    pub(super) defects: i64,
    /// People for whom the cycle holds: those of the first line of the plant that makes it.
    #[serde(default)]
    pub(super) standard_crew: i64,
}

/// Somebody who logs in.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Account {
    /// The login name.
    pub(super) login: String,
    /// The name people call them.
    pub(super) name: String,
    /// What they may do.
    pub(super) role: Role,
    /// The positions of their clients.
    #[serde(default)]
    pub(super) places: Vec<usize>,
}

/// Names and phrases to choose from.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Words {
    /// The password of every login.
    pub(super) password: String,
    /// Names of people.
    pub(super) first_names: Vec<String>,
    /// Names of people.
    pub(super) last_names: Vec<String>,
    /// People of the floating pool.
    pub(super) pool: Vec<String>,
    /// What pool people can do.
    pub(super) skills: Vec<String>,
    /// Notes to the next shift.
    pub(super) handover: Vec<String>,
    /// What a leader says of an hour.
    pub(super) remarks: Vec<String>,
    /// What was done about a breakdown.
    pub(super) actions: Vec<String>,
    /// Why something was wrong.
    pub(super) causes: Vec<String>,
}

impl Words {
    /// A person's name.
    pub(super) fn person(&self, chance: &mut Chance) -> String {
        let first = chance.word(&self.first_names).unwrap_or_default();
        let last = chance.word(&self.last_names).unwrap_or_default();
        format!("{first} {last}")
    }
}

/// A client of the demo.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// Its position among the clients.
    pub(super) place: usize,
    /// Its key.
    pub(super) id: ClientId,
    /// Its name.
    pub(super) name: String,
    /// Its clock.
    pub(super) clock: PlantClock,
    /// The letter its order numbers begin with.
    pub(super) orders: String,
    /// Its stages of inspection, in order.
    pub(super) stages: Vec<String>,
    /// What is found wrong, the most frequent first.
    pub(super) defect_types: Vec<String>,
    /// Where its people work.
    pub(super) department: String,
    /// Its lines.
    pub(super) lines: Vec<Line>,
    /// Its products.
    pub(super) products: Vec<Product>,
    /// Who enters counts and stops.
    pub(super) operator: String,
    /// Who leads the shifts.
    pub(super) leader: String,
    /// Who takes the second decision.
    pub(super) second: String,
}

impl Client {
    /// What a line makes in a round of its orders.
    pub(super) fn product(&self, line: &Line, round: usize) -> Option<&Product> {
        let position = line.makes.get(round % line.makes.len().max(1))?;
        self.products.get(*position)
    }

    /// People of the first line that makes a product.
    fn crew_of(&self, product: &str) -> Option<i64> {
        let is_it = |position: &usize| self.products.get(*position).is_some_and(|made| made.id == product);
        self.lines.iter().find(|line| line.makes.iter().any(is_it)).map(|line| line.crew)
    }
}

/// Everybody and everything.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    /// The clients, in the order of their keys.
    pub(super) clients: Vec<Client>,
    /// Who logs in, the ADMIN first.
    pub(super) people: Vec<Account>,
    /// Names and phrases.
    pub(super) words: Words,
}

impl Cast {
    /// The first so many clients and their people.
    pub(super) fn of(clients: usize) -> Result<Self, Problem> {
        let unreadable = |why: String| Problem::Store(StoreError::Driver(format!("the demo's own file: {why}")));
        let asset: Asset = toml::from_str(include_str!("../../../assets/demo/plant.toml"))
            .map_err(|error| unreadable(error.to_string()))?;
        let mut people = asset.people;
        for person in &mut people {
            person.places.retain(|place| *place < clients);
        }
        people.retain(|person| person.role.sees_all_clients() || !person.places.is_empty());
        let archetypes = asset.clients.len();
        let clients = (0..clients).map(|place| {
            let like = asset.clients.get(place % archetypes.max(1)).ok_or_else(|| unreadable("no clients".into()))?;
            let asset =
                if place < archetypes { like.clone() } else { like.renamed(place, asset.more.get(place - archetypes)) };
            asset.client(place, &people)
        });
        let mut clients = clients.collect::<Result<Vec<_>, _>>()?;
        clients.sort_by(|left, right| left.id.cmp(&right.id));
        let crew = |product: &Product| clients.iter().find_map(|client| client.crew_of(&product.id)).unwrap_or(1);
        let crews: Vec<Vec<i64>> = clients.iter().map(|client| client.products.iter().map(crew).collect()).collect();
        for (client, crews) in clients.iter_mut().zip(crews) {
            for (product, crew) in client.products.iter_mut().zip(crews) {
                product.standard_crew = crew;
            }
        }
        Ok(Self { clients, people, words: asset.words })
    }
}

impl ClientAsset {
    /// A further client that works like this one, with products of its own.
    fn renamed(&self, place: usize, more: Option<&More>) -> Self {
        let number = place + 1;
        let mut other = self.clone();
        (other.id, other.name, other.zone) = match more {
            Some(more) => (more.id.clone(), more.name.clone(), more.zone.clone()),
            None => (format!("CL-{number:03}"), format!("Client {number}"), self.zone.clone()),
        };
        other.orders = format!("{}{number}", self.orders);
        for product in &mut other.products {
            product.id = format!("{}-{number}", product.id);
        }
        other
    }

    fn client(self, place: usize, people: &[Account]) -> Result<Client, Problem> {
        let here =
            |role: Role| people.iter().filter(move |person| person.role == role && person.places.contains(&place));
        let anywhere = |role: Role| people.iter().find(|person| person.role == role).map(|person| person.login.clone());
        let mut leaders = here(Role::Leader).map(|person| person.login.clone());
        let leader = leaders.next().or_else(|| anywhere(Role::PowerUser)).unwrap_or_default();
        let second = leaders.next().or_else(|| anywhere(Role::Admin)).unwrap_or_default();
        let operator = here(Role::Operator).next().map_or_else(|| leader.clone(), |person| person.login.clone());
        Ok(Client {
            place,
            id: ClientId::parse(&self.id)?,
            name: self.name,
            clock: PlantClock::parse(&self.zone)?,
            orders: self.orders,
            stages: self.stages,
            defect_types: self.defect_types,
            department: self.department,
            lines: self.lines,
            products: self.products,
            operator,
            leader,
            second,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn two_clients_have_the_same_part_with_other_opportunities_and_two_zones_are_in_use() {
        let cast = Cast::of(6).expect("cast");
        let mut parts = BTreeMap::<&str, Vec<Option<i64>>>::new();
        for product in cast.clients.iter().flat_map(|client| &client.products) {
            parts.entry(&product.part).or_default().push(product.opportunities);
        }
        assert!(parts.values().any(|both| both.len() > 1 && both.iter().any(|one| Some(one) != both.first())));
        let zones: std::collections::BTreeSet<_> = cast.clients.iter().map(|client| client.clock.zone_name()).collect();
        assert!(zones.len() > 1, "{zones:?}");
    }

    #[test]
    fn every_line_makes_something() {
        for client in Cast::of(6).expect("cast").clients {
            for line in &client.lines {
                let rounds = 0..line.makes.len();
                assert!(!rounds.is_empty() && rounds.into_iter().all(|round| client.product(line, round).is_some()));
            }
        }
    }

    #[test]
    fn any_number_of_clients_has_keys_of_their_own_and_somebody_to_release_what_another_placed() {
        for number in [1, 2, 7, 60] {
            let cast = Cast::of(number).expect("cast");
            let ids: std::collections::BTreeSet<_> = cast.clients.iter().map(|client| &client.id).collect();
            assert_eq!(ids.len(), number);
            for client in &cast.clients {
                assert!(client.operator != client.second, "{}", client.id);
            }
        }
    }
}
