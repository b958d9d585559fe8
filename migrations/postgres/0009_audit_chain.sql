-- The ends of the chains of hashes, and what keeps the record of changes from being changed itself.

-- The end of each client's chain: the number and the hash of its last entry, sealed with a key that lies outside the
-- database. `begun` is the number of the chain's first entry. No server has entries that are older than
-- their chain.
CREATE TABLE t_audit_head (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    begun BIGINT NOT NULL CHECK (begun >= 1),
    hash BYTEA CHECK (length(hash) = 32),
    seal BYTEA CHECK (length(seal) = 32),
    PRIMARY KEY (client_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same for the record of accounts, with what tells its key from another one.
CREATE TABLE t_account_audit_head (
    chain TEXT COLLATE "C" NOT NULL CHECK (chain = 'accounts'),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    begun BIGINT NOT NULL CHECK (begun >= 1),
    hash BYTEA CHECK (length(hash) = 32),
    seal BYTEA CHECK (length(seal) = 32),
    key_mark BYTEA CHECK (length(key_mark) = 32),
    PRIMARY KEY (chain)
);

INSERT INTO t_account_audit_head (chain, seq, begun) VALUES ('accounts', 0, 1);

-- An end moves forward only, and stays.
CREATE FUNCTION audit_head_moves_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an end goes back';
END $$;
REVOKE ALL ON FUNCTION audit_head_moves_forward FROM PUBLIC;
CREATE TRIGGER audit_head_moves_forward BEFORE UPDATE ON t_audit_head
FOR EACH ROW WHEN (NEW.seq < OLD.seq) EXECUTE FUNCTION audit_head_moves_forward();
CREATE TRIGGER account_audit_head_moves_forward BEFORE UPDATE ON t_account_audit_head
FOR EACH ROW WHEN (NEW.seq < OLD.seq) EXECUTE FUNCTION audit_head_moves_forward();
CREATE TRIGGER audit_head_is_kept BEFORE DELETE OR TRUNCATE ON t_audit_head
FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();
CREATE TRIGGER account_audit_head_is_kept BEFORE DELETE OR TRUNCATE ON t_account_audit_head
FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();

-- What tells the key from another one is written by doors alone.
CREATE FUNCTION account_audit_key_mark_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'kept by the database';
END $$;
REVOKE ALL ON FUNCTION account_audit_key_mark_is_kept FROM PUBLIC;
CREATE TRIGGER account_audit_key_mark_is_kept BEFORE UPDATE ON t_account_audit_head
FOR EACH ROW WHEN (
    NEW.key_mark IS DISTINCT FROM OLD.key_mark AND current_setting('app.door', true) IS DISTINCT FROM 'open'
) EXECUTE FUNCTION account_audit_key_mark_is_kept();

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_audit_head FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_audit_head
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW audit_head WITH (security_invoker = true) AS SELECT * FROM t_audit_head;

ALTER TABLE t_account_audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_account_audit_head FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON t_account_audit_head
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_account_audit_head
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW account_audit_head WITH (security_invoker = true) AS SELECT * FROM t_account_audit_head;
