-- Clients, the people who log in, and which clients exist for them.

-- One customer of the plant: the root of every scoped row.
CREATE TABLE t_client (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    time_zone TEXT COLLATE "C" NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id)
);

-- A person who logs in. The login is kept in lower case, so that it is unique whatever is typed, and never changes.
CREATE TABLE t_user_account (
    user_id UUID NOT NULL,
    login TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(login) BETWEEN 1 AND 64 AND login = lower(login)),
    full_name TEXT COLLATE "C" NOT NULL CHECK (length(full_name) BETWEEN 1 AND 120),
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('OPERATOR', 'LEADER', 'POWERUSER', 'ADMIN')),
    password_hash TEXT COLLATE "C" CHECK (length(password_hash) BETWEEN 1 AND 255),
    pin_hash TEXT COLLATE "C" CHECK (length(pin_hash) BETWEEN 1 AND 255),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    must_set_password BIGINT NOT NULL CHECK (must_set_password IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (user_id)
);

-- The SSH keys of an account. A key names one person, so its fingerprint is unique in the plant.
CREATE TABLE t_user_ssh_key (
    user_id UUID NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(fingerprint) BETWEEN 1 AND 64),
    public_key TEXT COLLATE "C" NOT NULL CHECK (length(public_key) BETWEEN 1 AND 8192),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, fingerprint),
    FOREIGN KEY (user_id) REFERENCES t_user_account (user_id)
);

-- Codes with which a person sets a password once; only their hash is kept.
CREATE TABLE t_one_time_code (
    user_id UUID NOT NULL,
    code_hash TEXT COLLATE "C" NOT NULL CHECK (length(code_hash) BETWEEN 1 AND 255),
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT one_time_code_expires_later CHECK (expires_at > created_at),
    FOREIGN KEY (user_id) REFERENCES t_user_account (user_id)
);

-- Failed logins by hashed name and terminal, so that the delay grows for unknown names too.
CREATE TABLE t_login_attempt (
    name_hash BYTEA NOT NULL CHECK (length(name_hash) = 32),
    terminal TEXT COLLATE "C" NOT NULL CHECK (length(terminal) BETWEEN 1 AND 120),
    failures BIGINT NOT NULL CHECK (failures >= 0),
    next_try_at BIGINT NOT NULL,
    PRIMARY KEY (name_hash, terminal)
);

-- Which clients exist for an OPERATOR or a LEADER; the scope is read from the rows that are not removed.
CREATE TABLE t_user_client_assignment (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    user_id UUID NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, user_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id),
    FOREIGN KEY (user_id) REFERENCES t_user_account (user_id)
);

CREATE INDEX i_user_client_assignment_user ON t_user_client_assignment (user_id, client_id);

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_client ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_client FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_client FOR SELECT
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE POLICY door ON t_client
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW client WITH (security_invoker = true) AS SELECT * FROM t_client;

ALTER TABLE t_user_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_user_account FORCE ROW LEVEL SECURITY;
CREATE POLICY door ON t_user_account
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');

ALTER TABLE t_user_ssh_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_user_ssh_key FORCE ROW LEVEL SECURITY;
CREATE POLICY door ON t_user_ssh_key
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');

ALTER TABLE t_one_time_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_one_time_code FORCE ROW LEVEL SECURITY;
CREATE POLICY door ON t_one_time_code
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');

ALTER TABLE t_login_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_login_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY door ON t_login_attempt
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');

ALTER TABLE t_user_client_assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_user_client_assignment FORCE ROW LEVEL SECURITY;
CREATE POLICY door ON t_user_client_assignment
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
