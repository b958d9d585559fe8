-- Stored tallies: sums of the entries, so that no KPI has to add entries when it is read. Whole numbers, in rows that
-- never mix clients. Only the database writes them: triggers that `store/stored_tally` makes from one table of rules.

-- The sums of a line shift's live entries, as they were entered; what is beyond the planned time is cut where they are
-- added to a day.
ALTER TABLE t_line_shift ADD COLUMN planned_stop_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN unplanned_stop_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN unplanned_stops INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN setup_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN small_stop_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN reduced_speed_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN reject_stop_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN startup_reject_stop_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN micro_stop_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN micro_stops INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN defects INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN scrap INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN rework INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN startup_defects INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN earned_millis INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN labour_millis INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN rejected_millis INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN startup_rejected_millis INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units_without_cycle INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units_without_labour_standard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units_inferred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN inspected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN inspection_defects INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN opportunity_defects INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN opportunities INTEGER NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN inspected_without_opportunities INTEGER NOT NULL DEFAULT 0;

-- The defects named in the inspection's lines.
ALTER TABLE t_quality_entry ADD COLUMN defect_count INTEGER NOT NULL DEFAULT 0;
-- The minutes that people of the floating pool covered.
ALTER TABLE t_attendance_entry ADD COLUMN covered_minutes INTEGER NOT NULL DEFAULT 0;
-- When the inspection was, and whether it counts, so that a line knows its day without looking it up.
ALTER TABLE t_defect_detail ADD COLUMN production_date INTEGER;
ALTER TABLE t_defect_detail ADD COLUMN inspection_live INTEGER NOT NULL DEFAULT 0 CHECK (inspection_live IN (0, 1));
-- The date of `delivered_at` on the client's own calendar, written by whoever writes the instant.
ALTER TABLE t_work_order ADD COLUMN delivered_date INTEGER CHECK (delivered_date IS NULL OR delivered_at IS NOT NULL);

-- One production date of a client: every sum that adds. `change` grows with every change of the row.
CREATE TABLE t_tally_day (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    line_shifts INTEGER NOT NULL DEFAULT 0,
    planned_minutes INTEGER NOT NULL DEFAULT 0,
    planned_stop_minutes INTEGER NOT NULL DEFAULT 0,
    unplanned_stop_minutes INTEGER NOT NULL DEFAULT 0,
    unplanned_stops INTEGER NOT NULL DEFAULT 0,
    setup_minutes INTEGER NOT NULL DEFAULT 0,
    small_stop_minutes INTEGER NOT NULL DEFAULT 0,
    reduced_speed_minutes INTEGER NOT NULL DEFAULT 0,
    reject_stop_minutes INTEGER NOT NULL DEFAULT 0,
    startup_reject_stop_minutes INTEGER NOT NULL DEFAULT 0,
    micro_stop_minutes INTEGER NOT NULL DEFAULT 0,
    micro_stops INTEGER NOT NULL DEFAULT 0,
    overlap_minutes INTEGER NOT NULL DEFAULT 0,
    outside_stop_minutes INTEGER NOT NULL DEFAULT 0,
    outside_stops INTEGER NOT NULL DEFAULT 0,
    units INTEGER NOT NULL DEFAULT 0,
    defects INTEGER NOT NULL DEFAULT 0,
    scrap INTEGER NOT NULL DEFAULT 0,
    rework INTEGER NOT NULL DEFAULT 0,
    startup_defects INTEGER NOT NULL DEFAULT 0,
    earned_millis INTEGER NOT NULL DEFAULT 0,
    labour_millis INTEGER NOT NULL DEFAULT 0,
    rejected_millis INTEGER NOT NULL DEFAULT 0,
    startup_rejected_millis INTEGER NOT NULL DEFAULT 0,
    units_without_cycle INTEGER NOT NULL DEFAULT 0,
    units_without_labour_standard INTEGER NOT NULL DEFAULT 0,
    units_inferred INTEGER NOT NULL DEFAULT 0,
    crew_minutes INTEGER NOT NULL DEFAULT 0,
    minutes_without_crew INTEGER NOT NULL DEFAULT 0,
    inspected INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    inspection_defects INTEGER NOT NULL DEFAULT 0,
    opportunity_defects INTEGER NOT NULL DEFAULT 0,
    opportunities INTEGER NOT NULL DEFAULT 0,
    inspected_without_opportunities INTEGER NOT NULL DEFAULT 0,
    scheduled_minutes INTEGER NOT NULL DEFAULT 0,
    absence_minutes INTEGER NOT NULL DEFAULT 0,
    covered_minutes INTEGER NOT NULL DEFAULT 0,
    due_orders INTEGER NOT NULL DEFAULT 0,
    on_time_orders INTEGER NOT NULL DEFAULT 0,
    in_full_orders INTEGER NOT NULL DEFAULT 0,
    change INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The same of a month, as year × 100 + month of the production date.
CREATE TABLE t_tally_month (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month INTEGER NOT NULL,
    line_shifts INTEGER NOT NULL DEFAULT 0,
    planned_minutes INTEGER NOT NULL DEFAULT 0,
    planned_stop_minutes INTEGER NOT NULL DEFAULT 0,
    unplanned_stop_minutes INTEGER NOT NULL DEFAULT 0,
    unplanned_stops INTEGER NOT NULL DEFAULT 0,
    setup_minutes INTEGER NOT NULL DEFAULT 0,
    small_stop_minutes INTEGER NOT NULL DEFAULT 0,
    reduced_speed_minutes INTEGER NOT NULL DEFAULT 0,
    reject_stop_minutes INTEGER NOT NULL DEFAULT 0,
    startup_reject_stop_minutes INTEGER NOT NULL DEFAULT 0,
    micro_stop_minutes INTEGER NOT NULL DEFAULT 0,
    micro_stops INTEGER NOT NULL DEFAULT 0,
    overlap_minutes INTEGER NOT NULL DEFAULT 0,
    outside_stop_minutes INTEGER NOT NULL DEFAULT 0,
    outside_stops INTEGER NOT NULL DEFAULT 0,
    units INTEGER NOT NULL DEFAULT 0,
    defects INTEGER NOT NULL DEFAULT 0,
    scrap INTEGER NOT NULL DEFAULT 0,
    rework INTEGER NOT NULL DEFAULT 0,
    startup_defects INTEGER NOT NULL DEFAULT 0,
    earned_millis INTEGER NOT NULL DEFAULT 0,
    labour_millis INTEGER NOT NULL DEFAULT 0,
    rejected_millis INTEGER NOT NULL DEFAULT 0,
    startup_rejected_millis INTEGER NOT NULL DEFAULT 0,
    units_without_cycle INTEGER NOT NULL DEFAULT 0,
    units_without_labour_standard INTEGER NOT NULL DEFAULT 0,
    units_inferred INTEGER NOT NULL DEFAULT 0,
    crew_minutes INTEGER NOT NULL DEFAULT 0,
    minutes_without_crew INTEGER NOT NULL DEFAULT 0,
    inspected INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    inspection_defects INTEGER NOT NULL DEFAULT 0,
    opportunity_defects INTEGER NOT NULL DEFAULT 0,
    opportunities INTEGER NOT NULL DEFAULT 0,
    inspected_without_opportunities INTEGER NOT NULL DEFAULT 0,
    scheduled_minutes INTEGER NOT NULL DEFAULT 0,
    absence_minutes INTEGER NOT NULL DEFAULT 0,
    covered_minutes INTEGER NOT NULL DEFAULT 0,
    due_orders INTEGER NOT NULL DEFAULT 0,
    on_time_orders INTEGER NOT NULL DEFAULT 0,
    in_full_orders INTEGER NOT NULL DEFAULT 0,
    change INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- What was scheduled in one shift of a date, and who was absent.
CREATE TABLE t_tally_shift (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    shift_id TEXT NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    scheduled_minutes INTEGER NOT NULL DEFAULT 0,
    absence_minutes INTEGER NOT NULL DEFAULT 0,
    covered_minutes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, shift_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- What was inspected at one stage.
CREATE TABLE t_tally_stage (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    inspected INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, stage),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The same of a month.
CREATE TABLE t_tally_stage_month (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    inspected INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, stage),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The stops of one reason that have ended, whether within planned time or not.
CREATE TABLE t_tally_reason (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
    planned_minutes INTEGER NOT NULL DEFAULT 0,
    planned_stops INTEGER NOT NULL DEFAULT 0,
    unplanned_minutes INTEGER NOT NULL DEFAULT 0,
    unplanned_stops INTEGER NOT NULL DEFAULT 0,
    micro_stop_minutes INTEGER NOT NULL DEFAULT 0,
    micro_stops INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, reason),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The same of a month.
CREATE TABLE t_tally_reason_month (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
    planned_minutes INTEGER NOT NULL DEFAULT 0,
    planned_stops INTEGER NOT NULL DEFAULT 0,
    unplanned_minutes INTEGER NOT NULL DEFAULT 0,
    unplanned_stops INTEGER NOT NULL DEFAULT 0,
    micro_stop_minutes INTEGER NOT NULL DEFAULT 0,
    micro_stops INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, reason),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- Defects of one type; failed units of inspections without defect lines are unclassified.
CREATE TABLE t_tally_defect (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    defect_type TEXT NOT NULL CHECK (length(defect_type) BETWEEN 1 AND 64),
    defects INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, defect_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The same of a month.
CREATE TABLE t_tally_defect_month (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month INTEGER NOT NULL,
    defect_type TEXT NOT NULL CHECK (length(defect_type) BETWEEN 1 AND 64),
    defects INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, defect_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- What was counted of one product.
CREATE TABLE t_tally_product (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    product_id TEXT NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    units INTEGER NOT NULL DEFAULT 0,
    defects INTEGER NOT NULL DEFAULT 0,
    scrap INTEGER NOT NULL DEFAULT 0,
    rework INTEGER NOT NULL DEFAULT 0,
    startup_defects INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, product_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The same of a month.
CREATE TABLE t_tally_product_month (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month INTEGER NOT NULL,
    product_id TEXT NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    units INTEGER NOT NULL DEFAULT 0,
    defects INTEGER NOT NULL DEFAULT 0,
    scrap INTEGER NOT NULL DEFAULT 0,
    rework INTEGER NOT NULL DEFAULT 0,
    startup_defects INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, product_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- Absences of one type that count.
CREATE TABLE t_tally_absence (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date INTEGER NOT NULL,
    absence_type TEXT NOT NULL CHECK (length(absence_type) BETWEEN 1 AND 64),
    absence_minutes INTEGER NOT NULL DEFAULT 0,
    absences INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, absence_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The same of a month.
CREATE TABLE t_tally_absence_month (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month INTEGER NOT NULL,
    absence_type TEXT NOT NULL CHECK (length(absence_type) BETWEEN 1 AND 64),
    absence_minutes INTEGER NOT NULL DEFAULT 0,
    absences INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, absence_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- By which rules the tallies were made, and what this database puts into the names of the triggers that keep them.
CREATE TABLE t_tally_rule (
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    infix TEXT NOT NULL CHECK (length(infix) = 32),
    PRIMARY KEY (digest)
) STRICT, WITHOUT ROWID;

-- For reads that stored tallies do not answer: line shifts that have not ended, holds and orders as they were.
CREATE INDEX i_line_shift_end ON t_line_shift (client_id, ends_at);
CREATE INDEX i_hold_entry_from ON t_hold_entry (client_id, hold_from);
CREATE INDEX i_work_order_in_process ON t_work_order (client_id, completed_at, started_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
('t_line_shift', 'i_line_shift_end', '200000 4000 4 4 4 1'),
('t_hold_entry', 'i_hold_entry_from', '50000 1000 1 1'),
('t_work_order', 'i_work_order_in_process', '100000 2000 2 1 1'),
('t_tally_day', 't_tally_day', '50000 1000 1'),
('t_tally_month', 't_tally_month', '2000 40 1'),
('t_tally_shift', 't_tally_shift', '150000 3000 3 1'),
('t_tally_stage', 't_tally_stage', '200000 4000 4 1'),
('t_tally_stage_month', 't_tally_stage_month', '8000 160 4 1'),
('t_tally_reason', 't_tally_reason', '500000 10000 10 1'),
('t_tally_reason_month', 't_tally_reason_month', '40000 800 20 1'),
('t_tally_defect', 't_tally_defect', '400000 8000 8 1'),
('t_tally_defect_month', 't_tally_defect_month', '40000 800 20 1'),
('t_tally_product', 't_tally_product', '400000 8000 8 1'),
('t_tally_product_month', 't_tally_product_month', '60000 1200 30 1'),
('t_tally_absence', 't_tally_absence', '150000 3000 3 1'),
('t_tally_absence_month', 't_tally_absence_month', '12000 240 6 1');
