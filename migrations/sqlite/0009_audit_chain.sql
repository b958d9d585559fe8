-- The ends of the chains of hashes, and what keeps the record of changes from being changed itself.

-- The end of each client's chain: the number and the hash of its last entry, sealed with a key that lies outside the
-- database. `begun` is the number of the chain's first entry. Where entries are older than their chain, `hash` is
-- missing until the next entry: that one begins the chain and holds a digest of them.
CREATE TABLE t_audit_head (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    begun INTEGER NOT NULL CHECK (begun >= 1),
    hash BLOB CHECK (length(hash) = 32),
    seal BLOB CHECK (length(seal) = 32),
    PRIMARY KEY (client_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

INSERT INTO t_audit_head (client_id, seq, begun)
SELECT client_id, max(seq), max(seq) + 1 FROM t_audit_entry GROUP BY client_id;

-- The same for the record of accounts, with what tells its key from another one.
CREATE TABLE t_account_audit_head (
    chain TEXT NOT NULL CHECK (chain = 'accounts'),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    begun INTEGER NOT NULL CHECK (begun >= 1),
    hash BLOB CHECK (length(hash) = 32),
    seal BLOB CHECK (length(seal) = 32),
    key_mark BLOB CHECK (length(key_mark) = 32),
    PRIMARY KEY (chain)
) STRICT, WITHOUT ROWID;

INSERT INTO t_account_audit_head (chain, seq, begun)
SELECT 'accounts', coalesce(max(seq), 0), coalesce(max(seq), 0) + 1 FROM t_account_audit_entry;

CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON t_audit_entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON t_audit_entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER account_audit_entry_stays BEFORE UPDATE ON t_account_audit_entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER account_audit_entry_is_kept BEFORE DELETE ON t_account_audit_entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_head_is_kept BEFORE DELETE ON t_audit_head BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER account_audit_head_is_kept BEFORE DELETE ON t_account_audit_head BEGIN SELECT RAISE(ABORT, 'append-only'); END;
