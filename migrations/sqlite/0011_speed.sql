-- What makes reading fast: see 6-quality.md, "Speed".

-- Holds that ran and orders that were in process in a span of time, from the index alone.
DROP INDEX i_hold_entry_open;
CREATE INDEX i_hold_entry_span
ON t_hold_entry (client_id, released_at, hold_from, quantity, status, deleted_at);
DROP INDEX i_work_order_in_process;
CREATE INDEX i_work_order_in_process ON t_work_order (
    client_id, completed_at, started_at, delivered_at, cancelled_at, status, quantity, delivered_quantity, deleted_at
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
('t_hold_entry', 'i_hold_entry_span', '50000 1000 2 1 1 1 1 1'),
('t_work_order', 'i_work_order_in_process', '100000 2000 2 1 1 1 1 1 1 1 1');

-- A screen that keeps stages in memory must know which of them to read again.
ALTER TABLE t_tally_stage ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_tally_stage_month ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
