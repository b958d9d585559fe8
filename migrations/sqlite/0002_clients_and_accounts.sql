-- Clients, the people who log in, and which clients exist for them.

-- One customer of the plant: the root of every scoped row.
CREATE TABLE t_client (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    time_zone TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id)
) STRICT, WITHOUT ROWID;

-- A person who logs in. The login is kept in lower case, so that it is unique whatever is typed, and never changes.
CREATE TABLE t_user_account (
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    login TEXT NOT NULL UNIQUE CHECK (length(login) BETWEEN 1 AND 64 AND login = lower(login)),
    full_name TEXT NOT NULL CHECK (length(full_name) BETWEEN 1 AND 120),
    role TEXT NOT NULL CHECK (role IN ('OPERATOR', 'LEADER', 'POWERUSER', 'ADMIN')),
    password_hash TEXT CHECK (length(password_hash) BETWEEN 1 AND 255),
    pin_hash TEXT CHECK (length(pin_hash) BETWEEN 1 AND 255),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    must_set_password INTEGER NOT NULL CHECK (must_set_password IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (user_id)
) STRICT, WITHOUT ROWID;

-- The SSH keys of an account. A key names one person, so its fingerprint is unique in the plant.
CREATE TABLE t_user_ssh_key (
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    fingerprint TEXT NOT NULL UNIQUE CHECK (length(fingerprint) BETWEEN 1 AND 64),
    public_key TEXT NOT NULL CHECK (length(public_key) BETWEEN 1 AND 8192),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, fingerprint),
    FOREIGN KEY (user_id) REFERENCES t_user_account (user_id)
) STRICT, WITHOUT ROWID;

-- Codes with which a person sets a password once; only their hash is kept.
CREATE TABLE t_one_time_code (
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    code_hash TEXT NOT NULL CHECK (length(code_hash) BETWEEN 1 AND 255),
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT one_time_code_expires_later CHECK (expires_at > created_at),
    FOREIGN KEY (user_id) REFERENCES t_user_account (user_id)
) STRICT, WITHOUT ROWID;

-- Failed logins by hashed name and terminal, so that the delay grows for unknown names too.
CREATE TABLE t_login_attempt (
    name_hash BLOB NOT NULL CHECK (length(name_hash) = 32),
    terminal TEXT NOT NULL CHECK (length(terminal) BETWEEN 1 AND 120),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    next_try_at INTEGER NOT NULL,
    PRIMARY KEY (name_hash, terminal)
) STRICT, WITHOUT ROWID;

-- Which clients exist for an OPERATOR or a LEADER; the scope view reads the rows that are not removed.
CREATE TABLE t_user_client_assignment (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, user_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id),
    FOREIGN KEY (user_id) REFERENCES t_user_account (user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX i_user_client_assignment_user ON t_user_client_assignment (user_id, client_id);
