//! The rules of PostgreSQL: row-level security that binds everybody, policies of exactly the known texts, views with
//! the rights of who asks, and a role that can get round none of it.

use super::class::{self, Class};
use super::{Finding, Rule, trigger};
use crate::store::error::StoreError;
use crate::store::scoped::TABLES;
use sqlx::PgConnection;

pub(super) const FORCED: Rule =
    Rule { id: "forced-row-security", words: "every table has row-level security, which binds its owner too" };
pub(super) const POLICY: Rule = Rule {
    id: "exact-policy",
    words: "a client's table has the policy of the scope, word for word, or opens to doors alone",
};
pub(super) const VIEW: Rule = Rule {
    id: "invoker-view",
    words: "every view has the rights of who asks, and every table that sessions reach has one",
};
pub(super) const MATERIALIZED: Rule = Rule { id: "no-materialized-view", words: "no view keeps rows of its own" };
pub(super) const DEFINER: Rule = Rule {
    id: "listed-definer",
    words: "only known trigger functions have their owner's rights, with a fixed search path and not for everybody",
};
pub(super) const TRIGGERS: Rule = Rule { id: "no-idle-trigger", words: "no trigger is turned off" };
pub(super) const ROLE: Rule = Rule {
    id: "bound-role",
    words: "the program's role is bound by policies, owns nothing and is a member of nothing",
};
pub(super) const GRANTS: Rule = Rule {
    id: "narrow-grants",
    words: "the program's role can neither empty nor refer to nor watch a table, and changes no key",
};

/// In the order in which they are looked at.
pub(super) const RULES: &[Rule] = &[FORCED, POLICY, VIEW, MATERIALIZED, DEFINER, TRIGGERS, trigger::MADE, ROLE, GRANTS];

/// The policy of a client's table, as the server prints it: with a sub-select, which makes the setting a value of the
/// statement instead of one that is read and taken apart for each row; and without one, for Citus, which takes none.
const SCOPES: [&str; 2] = [
    "(client_id = ANY ((( SELECT COALESCE(NULLIF(current_setting('app.clients'::text, true), ''::text), '{}'::text) \
     AS \"coalesce\"))::text[]))",
    "(client_id = ANY ((COALESCE(NULLIF(current_setting('app.clients'::text, true), ''::text), '{}'::text))::text[]))",
];
/// The policy of what doors reach, as the server prints it.
const DOOR: &str = "(current_setting('app.door'::text, true) = 'open'::text)";

/// A policy that shows rows to everybody, of a table that no session reaches: which rules the tallies were made by.
const OPEN: (&str, &str) = ("t_tally_rule", "everybody");

/// What finds the objects that break a rule: one column of names.
const QUESTIONS: &[(Rule, &str)] = &[
    (FORCED, "SELECT CAST(relname AS text) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace)
        AND relkind IN ('r', 'p') AND relname <> '_sqlx_migrations' AND NOT (relrowsecurity AND relforcerowsecurity)"),
    (VIEW, "SELECT CAST(relname AS text) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace)
        AND relkind = 'v' AND NOT ('security_invoker=true' = ANY (coalesce(reloptions, '{}')))"),
    (MATERIALIZED, "SELECT CAST(relname AS text) FROM pg_class WHERE relkind = 'm'
        AND relnamespace NOT IN (CAST('pg_catalog' AS regnamespace), CAST('information_schema' AS regnamespace))"),
    (DEFINER, "SELECT CAST(p.proname AS text) FROM pg_proc AS p
        WHERE p.pronamespace = CAST('public' AS regnamespace) AND p.prosecdef
        AND NOT (p.prorettype = CAST('trigger' AS regtype)
          AND EXISTS (SELECT 1 FROM unnest(p.proconfig) AS c (setting) WHERE c.setting LIKE 'search_path=%')
          AND (p.proname IN ('pool_booking_is_free', 'employee_has_one_primary_place')
            OR p.proname LIKE 'tg^_%' ESCAPE '^')
          AND NOT EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
            WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'))"),
    (TRIGGERS, "SELECT CAST(t.tgname AS text) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND t.tgenabled NOT IN ('O', 'A')"),
    (ROLE, "SELECT CAST(rolname AS text) FROM pg_roles WHERE rolname = current_user
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"),
    (ROLE, "SELECT 'a member of ' || CAST(r.rolname AS text) FROM pg_auth_members AS m
        JOIN pg_roles AS r ON r.oid = m.roleid JOIN pg_roles AS u ON u.oid = m.member WHERE u.rolname = current_user"),
    (ROLE, "SELECT 'the owner of ' || CAST(c.relname AS text) FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner
        WHERE r.rolname = current_user"),
    (GRANTS, "SELECT CAST(c.relname AS text) || ' ' || w.what FROM pg_class AS c, (VALUES ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) AS w (what)
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(c.oid, w.what)"),
    (GRANTS, "SELECT CAST(c.relname AS text) || ' ' || CAST(a.attname AS text) FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'p', 'v')
        AND (a.attname = 'client_id' OR a.attnum = ANY (CAST(i.indkey AS int2[]))) AND has_column_privilege(c.oid, a.attnum, 'UPDATE')"),
    (GRANTS, "SELECT CAST(c.relname AS text) || ' DELETE' FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'client_id'
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(c.oid, 'DELETE')"),
    (GRANTS, "SELECT 'CREATE on public' WHERE has_schema_privilege('public', 'CREATE')"),
];

/// What the rules find, for the role of the connection.
pub(super) async fn findings(connection: &mut PgConnection) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for (rule, question) in QUESTIONS {
        let objects: Vec<String> = sqlx::query_scalar(*question).fetch_all(&mut *connection).await?;
        findings.extend(objects.into_iter().map(|object| rule.broken_by(object)));
    }
    findings.extend(policies(connection).await?);
    findings.extend(trigger::findings(connection).await?);
    let views = "SELECT CAST(relname AS text) FROM pg_class
        WHERE relnamespace = CAST('public' AS regnamespace) AND relkind = 'v'";
    let views: Vec<String> = sqlx::query_scalar(views).fetch_all(connection).await?;
    let without = TABLES.iter().filter(|(name, _)| !views.iter().any(|view| view == name));
    findings.extend(without.map(|(name, _)| VIEW.broken_by(format!("{name} has none"))));
    Ok(findings)
}

/// A policy: its table, its name, what it is for, which rows it shows, which it takes.
type Policy = (String, String, String, Option<String>, Option<String>);

fn is_scope(text: &str) -> bool {
    SCOPES.contains(&text)
}

async fn policies(connection: &mut PgConnection) -> Result<Vec<Finding>, StoreError> {
    let policies = "SELECT CAST(c.relname AS text), CAST(p.polname AS text), CAST(p.polcmd AS text),
          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
        WHERE c.relnamespace = CAST('public' AS regnamespace)";
    let policies: Vec<Policy> = sqlx::query_as(policies).fetch_all(connection).await?;
    let mut findings = Vec::new();
    for table in class::known().filter(|table| class::of(table) == Some(Class::Tenant)) {
        let own: Vec<_> = policies.iter().filter(|(of, ..)| *of == table).collect();
        let is_reachable = TABLES.iter().any(|(name, _)| table.strip_prefix("t_") == Some(name));
        if is_reachable && !own.iter().any(|(.., shows, _)| shows.as_deref().is_some_and(is_scope)) {
            findings.push(POLICY.broken_by(format!("{table} has none")));
        }
        for (_, name, _, shows, takes) in own {
            let is_known = |text: &Option<String>| text.as_deref().is_none_or(|text| is_scope(text) || text == DOOR);
            if !is_known(shows) || !is_known(takes) || (shows.is_none() && takes.is_none()) {
                findings.push(POLICY.broken_by(format!("{table} {name}")));
            }
        }
    }
    let of_doors = |table: &str| class::of(table) == Some(Class::Doors);
    for (table, name, of, shows, takes) in policies.iter().filter(|(table, ..)| of_doors(table)) {
        let is_open = (table.as_str(), name.as_str()) == OPEN && of == "r";
        if is_open {
            continue;
        }
        if shows.as_deref() != Some(DOOR) || takes.as_deref().is_some_and(|text| text != DOOR) {
            findings.push(POLICY.broken_by(format!("{table} {name}")));
        }
    }
    Ok(findings)
}

/// What the shape of the schema is made of.
pub(super) async fn texts(connection: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    let texts = "SELECT concat_ws(' ', c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl)
        FROM pg_class AS c WHERE c.relnamespace = CAST('public' AS regnamespace)
        UNION ALL SELECT concat_ws(' ', c.relname, a.attname, a.attnotnull, a.attacl) FROM pg_attribute AS a
          JOIN pg_class AS c ON c.oid = a.attrelid WHERE c.relnamespace = CAST('public' AS regnamespace)
        UNION ALL SELECT concat_ws(' ', c.relname, p.polname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
          FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
        UNION ALL SELECT pg_get_constraintdef(k.oid) FROM pg_constraint AS k WHERE k.connamespace = CAST('public' AS regnamespace)
        UNION ALL SELECT concat_ws(' ', t.tgname, t.tgenabled, pg_get_triggerdef(t.oid)) FROM pg_trigger AS t
          JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = CAST('public' AS regnamespace)
        UNION ALL SELECT concat_ws(' ', p.proname, p.prosecdef, p.proconfig, p.proacl, md5(p.prosrc)) FROM pg_proc AS p
          WHERE p.pronamespace = CAST('public' AS regnamespace)
        UNION ALL SELECT concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb) FROM pg_roles WHERE rolname = current_user
        ORDER BY 1";
    Ok(sqlx::query_scalar(texts).fetch_all(connection).await?)
}
