-- The record of who changed what: append-only, one chain of hashes per client and one for accounts.

-- One row per command that changed a client's rows; the values before and after are JSON.
CREATE TABLE t_audit_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    seq BIGINT NOT NULL CHECK (seq >= 1),
    table_name TEXT COLLATE "C" NOT NULL CHECK (length(table_name) BETWEEN 1 AND 64),
    row_key TEXT COLLATE "C" NOT NULL CHECK (length(row_key) BETWEEN 1 AND 2000),
    action TEXT COLLATE "C" NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
    before TEXT COLLATE "C" CHECK (length(before) BETWEEN 1 AND 1000000),
    after TEXT COLLATE "C" CHECK (length(after) BETWEEN 1 AND 1000000),
    by_login TEXT COLLATE "C" NOT NULL CHECK (length(by_login) BETWEEN 1 AND 64),
    at BIGINT NOT NULL,
    previous_hash BYTEA CHECK (length(previous_hash) = 32),
    hash BYTEA CHECK (length(hash) = 32),
    PRIMARY KEY (client_id, seq),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

CREATE INDEX i_audit_entry_row ON t_audit_entry (client_id, table_name, row_key, seq);

-- The same for logins, accounts and what is shared by all clients; the subject is what was acted on.
CREATE TABLE t_account_audit_entry (
    seq BIGINT NOT NULL CHECK (seq >= 1),
    action TEXT COLLATE "C" NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
    subject TEXT COLLATE "C" NOT NULL CHECK (length(subject) BETWEEN 1 AND 2000),
    before TEXT COLLATE "C" CHECK (length(before) BETWEEN 1 AND 1000000),
    after TEXT COLLATE "C" CHECK (length(after) BETWEEN 1 AND 1000000),
    by_login TEXT COLLATE "C" NOT NULL CHECK (length(by_login) BETWEEN 1 AND 64),
    at BIGINT NOT NULL,
    previous_hash BYTEA CHECK (length(previous_hash) = 32),
    hash BYTEA CHECK (length(hash) = 32),
    PRIMARY KEY (seq)
);

CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON t_audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();
CREATE TRIGGER account_audit_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON t_account_audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_audit_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW audit_entry WITH (security_invoker = true) AS SELECT * FROM t_audit_entry;

ALTER TABLE t_account_audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_account_audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON t_account_audit_entry FOR INSERT
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_account_audit_entry
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW account_audit_entry WITH (security_invoker = true) AS SELECT * FROM t_account_audit_entry;
