//! Clients and accounts: the lists of the account door, which see what is out of use too.

use super::{ListSql, list};

list! {
    /// All clients, by key.
    CLIENTS {
        key: "e.client_id", "e.client_id", "e.version", ties "e.client_id";
        from: "t_client AS e";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.name", "e.time_zone"];
        order: "e.client_id";
        columns: {
            "client_id" = "e.client_id",
            "name" = "e.name",
            "time_zone" = "e.time_zone",
            "active" = "e.active",
        }
        detail: {
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

/// The clients of an account, in one text.
macro_rules! clients {
    () => {
        "(SELECT string_agg(a.client_id, ', ' ORDER BY a.client_id) FROM t_user_client_assignment AS a
          WHERE a.user_id = e.user_id AND a.deleted_at IS NULL)"
    };
}

list! {
    /// All accounts, by login name, which is also their key.
    USERS {
        key: "NULL", "e.login", "e.version", ties "e.login";
        from: "t_user_account AS e";
        rows: "e.deleted_at IS NULL";
        text: ["e.login", "e.full_name", "e.role", clients!()];
        order: "e.login";
        columns: {
            "login" = "e.login",
            "full_name" = "e.full_name",
            "role" = "e.role",
            "clients" = clients!(),
            "active" = "e.active",
            "must_set_password" = "e.must_set_password",
        }
        detail: {
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}
