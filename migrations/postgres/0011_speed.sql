-- What makes reading fast: see 6-quality.md, "Speed".

-- Holds that ran and orders that were in process in a span of time, from the index alone.
DROP INDEX i_hold_entry_open;
CREATE INDEX i_hold_entry_span
ON t_hold_entry (client_id, released_at, hold_from, quantity, status, deleted_at);
DROP INDEX i_work_order_in_process;
CREATE INDEX i_work_order_in_process ON t_work_order (
    client_id, completed_at, started_at, delivered_at, cancelled_at, status, quantity, delivered_quantity, deleted_at
);

-- A screen that keeps stages in memory must know which of them to read again.
ALTER TABLE t_tally_stage ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_tally_stage_month ADD COLUMN change BIGINT NOT NULL DEFAULT 0;

-- Views show the columns that their tables had when they were made.
CREATE OR REPLACE VIEW tally_stage WITH (security_invoker = true) AS SELECT * FROM t_tally_stage;
CREATE OR REPLACE VIEW tally_stage_month WITH (security_invoker = true) AS SELECT * FROM t_tally_stage_month;
