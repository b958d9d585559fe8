-- A leader's signature on an hour of a line's shift, with what is to be said about it. Hours are counted from the start
-- of the shift; one that is taken back keeps its row.
CREATE TABLE t_hour_sign_off (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    line_id TEXT COLLATE "C" NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    hour BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 47),
    remark TEXT COLLATE "C" CHECK (length(remark) BETWEEN 1 AND 2000),
    signed_by TEXT COLLATE "C" NOT NULL CHECK (length(signed_by) BETWEEN 1 AND 64),
    signed_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, production_date, shift_id, line_id, hour),
    FOREIGN KEY (client_id, production_date, shift_id, line_id)
        REFERENCES t_line_shift (client_id, production_date, shift_id, line_id)
);

ALTER TABLE t_hour_sign_off ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_hour_sign_off FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_hour_sign_off
USING (client_id = ANY ((SELECT coalesce(nullif(current_setting('app.clients', true), ''), '{}'))::text[]))
WITH CHECK (client_id = ANY ((SELECT coalesce(nullif(current_setting('app.clients', true), ''), '{}'))::text[]));
CREATE VIEW hour_sign_off WITH (security_invoker = true) AS SELECT * FROM t_hour_sign_off;
ALTER TABLE t_hour_sign_off SET (autovacuum_analyze_scale_factor = 0.02);
