-- The record of who changed what: append-only, one chain of hashes per client and one for accounts.

-- One row per command that changed a client's rows; the values before and after are JSON.
CREATE TABLE t_audit_entry (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    table_name TEXT NOT NULL CHECK (length(table_name) BETWEEN 1 AND 64),
    row_key TEXT NOT NULL CHECK (length(row_key) BETWEEN 1 AND 2000),
    action TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
    before TEXT CHECK (length(before) BETWEEN 1 AND 1000000),
    after TEXT CHECK (length(after) BETWEEN 1 AND 1000000),
    by_login TEXT NOT NULL CHECK (length(by_login) BETWEEN 1 AND 64),
    at INTEGER NOT NULL,
    previous_hash BLOB CHECK (length(previous_hash) = 32),
    hash BLOB CHECK (length(hash) = 32),
    PRIMARY KEY (client_id, seq),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX i_audit_entry_row ON t_audit_entry (client_id, table_name, row_key, seq);

-- The same for logins, accounts and what is shared by all clients; the subject is what was acted on.
CREATE TABLE t_account_audit_entry (
    seq INTEGER NOT NULL CHECK (seq >= 1),
    action TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 2000),
    before TEXT CHECK (length(before) BETWEEN 1 AND 1000000),
    after TEXT CHECK (length(after) BETWEEN 1 AND 1000000),
    by_login TEXT NOT NULL CHECK (length(by_login) BETWEEN 1 AND 64),
    at INTEGER NOT NULL,
    previous_hash BLOB CHECK (length(previous_hash) = 32),
    hash BLOB CHECK (length(hash) = 32),
    PRIMARY KEY (seq)
) STRICT, WITHOUT ROWID;
