-- A leader's signature on an hour of a line's shift, with what is to be said about it. Hours are counted from the start
-- of the shift; one that is taken back keeps its row.
CREATE TABLE t_hour_sign_off (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    shift_id TEXT NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    line_id TEXT NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 47),
    remark TEXT CHECK (length(remark) BETWEEN 1 AND 2000),
    signed_by TEXT NOT NULL CHECK (length(signed_by) BETWEEN 1 AND 64),
    signed_at INTEGER NOT NULL,
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, production_date, shift_id, line_id, hour),
    FOREIGN KEY (client_id, production_date, shift_id, line_id)
        REFERENCES t_line_shift (client_id, production_date, shift_id, line_id)
) STRICT, WITHOUT ROWID;
