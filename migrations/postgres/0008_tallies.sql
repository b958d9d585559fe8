-- Stored tallies: sums of the entries, so that no KPI has to add entries when it is read. Whole numbers, in rows that
-- never mix clients. Only the database writes them: triggers that `store/stored_tally` makes from one table of rules.

-- The sums of a line shift's live entries, as they were entered; what is beyond the planned time is cut where they are
-- added to a day.
ALTER TABLE t_line_shift ADD COLUMN planned_stop_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN unplanned_stop_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN unplanned_stops BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN setup_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN small_stop_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN reduced_speed_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN reject_stop_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN startup_reject_stop_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN micro_stop_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN micro_stops BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN defects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN scrap BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN rework BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN startup_defects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN earned_millis BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN labour_millis BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN rejected_millis BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN startup_rejected_millis BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units_without_cycle BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units_without_labour_standard BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN units_inferred BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN inspected BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN passed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN inspection_defects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN opportunity_defects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN opportunities BIGINT NOT NULL DEFAULT 0;
ALTER TABLE t_line_shift ADD COLUMN inspected_without_opportunities BIGINT NOT NULL DEFAULT 0;

-- The defects named in the inspection's lines.
ALTER TABLE t_quality_entry ADD COLUMN defect_count BIGINT NOT NULL DEFAULT 0;
-- The minutes that people of the floating pool covered.
ALTER TABLE t_attendance_entry ADD COLUMN covered_minutes BIGINT NOT NULL DEFAULT 0;
-- When the inspection was, and whether it counts, so that a line knows its day without looking it up.
ALTER TABLE t_defect_detail ADD COLUMN production_date BIGINT;
ALTER TABLE t_defect_detail ADD COLUMN inspection_live BIGINT NOT NULL DEFAULT 0 CHECK (inspection_live IN (0, 1));
-- The date of `delivered_at` on the client's own calendar, written by whoever writes the instant.
ALTER TABLE t_work_order ADD COLUMN delivered_date BIGINT CHECK (delivered_date IS NULL OR delivered_at IS NOT NULL);

-- One production date of a client: every sum that adds. `change` grows with every change of the row.
CREATE TABLE t_tally_day (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    line_shifts BIGINT NOT NULL DEFAULT 0,
    planned_minutes BIGINT NOT NULL DEFAULT 0,
    planned_stop_minutes BIGINT NOT NULL DEFAULT 0,
    unplanned_stop_minutes BIGINT NOT NULL DEFAULT 0,
    unplanned_stops BIGINT NOT NULL DEFAULT 0,
    setup_minutes BIGINT NOT NULL DEFAULT 0,
    small_stop_minutes BIGINT NOT NULL DEFAULT 0,
    reduced_speed_minutes BIGINT NOT NULL DEFAULT 0,
    reject_stop_minutes BIGINT NOT NULL DEFAULT 0,
    startup_reject_stop_minutes BIGINT NOT NULL DEFAULT 0,
    micro_stop_minutes BIGINT NOT NULL DEFAULT 0,
    micro_stops BIGINT NOT NULL DEFAULT 0,
    overlap_minutes BIGINT NOT NULL DEFAULT 0,
    outside_stop_minutes BIGINT NOT NULL DEFAULT 0,
    outside_stops BIGINT NOT NULL DEFAULT 0,
    units BIGINT NOT NULL DEFAULT 0,
    defects BIGINT NOT NULL DEFAULT 0,
    scrap BIGINT NOT NULL DEFAULT 0,
    rework BIGINT NOT NULL DEFAULT 0,
    startup_defects BIGINT NOT NULL DEFAULT 0,
    earned_millis BIGINT NOT NULL DEFAULT 0,
    labour_millis BIGINT NOT NULL DEFAULT 0,
    rejected_millis BIGINT NOT NULL DEFAULT 0,
    startup_rejected_millis BIGINT NOT NULL DEFAULT 0,
    units_without_cycle BIGINT NOT NULL DEFAULT 0,
    units_without_labour_standard BIGINT NOT NULL DEFAULT 0,
    units_inferred BIGINT NOT NULL DEFAULT 0,
    crew_minutes BIGINT NOT NULL DEFAULT 0,
    minutes_without_crew BIGINT NOT NULL DEFAULT 0,
    inspected BIGINT NOT NULL DEFAULT 0,
    passed BIGINT NOT NULL DEFAULT 0,
    inspection_defects BIGINT NOT NULL DEFAULT 0,
    opportunity_defects BIGINT NOT NULL DEFAULT 0,
    opportunities BIGINT NOT NULL DEFAULT 0,
    inspected_without_opportunities BIGINT NOT NULL DEFAULT 0,
    scheduled_minutes BIGINT NOT NULL DEFAULT 0,
    absence_minutes BIGINT NOT NULL DEFAULT 0,
    covered_minutes BIGINT NOT NULL DEFAULT 0,
    due_orders BIGINT NOT NULL DEFAULT 0,
    on_time_orders BIGINT NOT NULL DEFAULT 0,
    in_full_orders BIGINT NOT NULL DEFAULT 0,
    change BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same of a month, as year × 100 + month of the production date.
CREATE TABLE t_tally_month (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month BIGINT NOT NULL,
    line_shifts BIGINT NOT NULL DEFAULT 0,
    planned_minutes BIGINT NOT NULL DEFAULT 0,
    planned_stop_minutes BIGINT NOT NULL DEFAULT 0,
    unplanned_stop_minutes BIGINT NOT NULL DEFAULT 0,
    unplanned_stops BIGINT NOT NULL DEFAULT 0,
    setup_minutes BIGINT NOT NULL DEFAULT 0,
    small_stop_minutes BIGINT NOT NULL DEFAULT 0,
    reduced_speed_minutes BIGINT NOT NULL DEFAULT 0,
    reject_stop_minutes BIGINT NOT NULL DEFAULT 0,
    startup_reject_stop_minutes BIGINT NOT NULL DEFAULT 0,
    micro_stop_minutes BIGINT NOT NULL DEFAULT 0,
    micro_stops BIGINT NOT NULL DEFAULT 0,
    overlap_minutes BIGINT NOT NULL DEFAULT 0,
    outside_stop_minutes BIGINT NOT NULL DEFAULT 0,
    outside_stops BIGINT NOT NULL DEFAULT 0,
    units BIGINT NOT NULL DEFAULT 0,
    defects BIGINT NOT NULL DEFAULT 0,
    scrap BIGINT NOT NULL DEFAULT 0,
    rework BIGINT NOT NULL DEFAULT 0,
    startup_defects BIGINT NOT NULL DEFAULT 0,
    earned_millis BIGINT NOT NULL DEFAULT 0,
    labour_millis BIGINT NOT NULL DEFAULT 0,
    rejected_millis BIGINT NOT NULL DEFAULT 0,
    startup_rejected_millis BIGINT NOT NULL DEFAULT 0,
    units_without_cycle BIGINT NOT NULL DEFAULT 0,
    units_without_labour_standard BIGINT NOT NULL DEFAULT 0,
    units_inferred BIGINT NOT NULL DEFAULT 0,
    crew_minutes BIGINT NOT NULL DEFAULT 0,
    minutes_without_crew BIGINT NOT NULL DEFAULT 0,
    inspected BIGINT NOT NULL DEFAULT 0,
    passed BIGINT NOT NULL DEFAULT 0,
    inspection_defects BIGINT NOT NULL DEFAULT 0,
    opportunity_defects BIGINT NOT NULL DEFAULT 0,
    opportunities BIGINT NOT NULL DEFAULT 0,
    inspected_without_opportunities BIGINT NOT NULL DEFAULT 0,
    scheduled_minutes BIGINT NOT NULL DEFAULT 0,
    absence_minutes BIGINT NOT NULL DEFAULT 0,
    covered_minutes BIGINT NOT NULL DEFAULT 0,
    due_orders BIGINT NOT NULL DEFAULT 0,
    on_time_orders BIGINT NOT NULL DEFAULT 0,
    in_full_orders BIGINT NOT NULL DEFAULT 0,
    change BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- What was scheduled in one shift of a date, and who was absent.
CREATE TABLE t_tally_shift (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    scheduled_minutes BIGINT NOT NULL DEFAULT 0,
    absence_minutes BIGINT NOT NULL DEFAULT 0,
    covered_minutes BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, shift_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- What was inspected at one stage.
CREATE TABLE t_tally_stage (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    stage TEXT COLLATE "C" NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    inspected BIGINT NOT NULL DEFAULT 0,
    passed BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, stage),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same of a month.
CREATE TABLE t_tally_stage_month (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month BIGINT NOT NULL,
    stage TEXT COLLATE "C" NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    inspected BIGINT NOT NULL DEFAULT 0,
    passed BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, stage),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The stops of one reason that have ended, whether within planned time or not.
CREATE TABLE t_tally_reason (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
    planned_minutes BIGINT NOT NULL DEFAULT 0,
    planned_stops BIGINT NOT NULL DEFAULT 0,
    unplanned_minutes BIGINT NOT NULL DEFAULT 0,
    unplanned_stops BIGINT NOT NULL DEFAULT 0,
    micro_stop_minutes BIGINT NOT NULL DEFAULT 0,
    micro_stops BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, reason),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same of a month.
CREATE TABLE t_tally_reason_month (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
    planned_minutes BIGINT NOT NULL DEFAULT 0,
    planned_stops BIGINT NOT NULL DEFAULT 0,
    unplanned_minutes BIGINT NOT NULL DEFAULT 0,
    unplanned_stops BIGINT NOT NULL DEFAULT 0,
    micro_stop_minutes BIGINT NOT NULL DEFAULT 0,
    micro_stops BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, reason),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- Defects of one type; failed units of inspections without defect lines are unclassified.
CREATE TABLE t_tally_defect (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    defect_type TEXT COLLATE "C" NOT NULL CHECK (length(defect_type) BETWEEN 1 AND 64),
    defects BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, defect_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same of a month.
CREATE TABLE t_tally_defect_month (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month BIGINT NOT NULL,
    defect_type TEXT COLLATE "C" NOT NULL CHECK (length(defect_type) BETWEEN 1 AND 64),
    defects BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, defect_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- What was counted of one product.
CREATE TABLE t_tally_product (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    units BIGINT NOT NULL DEFAULT 0,
    defects BIGINT NOT NULL DEFAULT 0,
    scrap BIGINT NOT NULL DEFAULT 0,
    rework BIGINT NOT NULL DEFAULT 0,
    startup_defects BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, product_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same of a month.
CREATE TABLE t_tally_product_month (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month BIGINT NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    units BIGINT NOT NULL DEFAULT 0,
    defects BIGINT NOT NULL DEFAULT 0,
    scrap BIGINT NOT NULL DEFAULT 0,
    rework BIGINT NOT NULL DEFAULT 0,
    startup_defects BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, product_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- Absences of one type that count.
CREATE TABLE t_tally_absence (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    absence_type TEXT COLLATE "C" NOT NULL CHECK (length(absence_type) BETWEEN 1 AND 64),
    absence_minutes BIGINT NOT NULL DEFAULT 0,
    absences BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, production_date, absence_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The same of a month.
CREATE TABLE t_tally_absence_month (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    month BIGINT NOT NULL,
    absence_type TEXT COLLATE "C" NOT NULL CHECK (length(absence_type) BETWEEN 1 AND 64),
    absence_minutes BIGINT NOT NULL DEFAULT 0,
    absences BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, month, absence_type),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- By which rules the tallies were made, and what this database puts into the names of the triggers that keep them.
CREATE TABLE t_tally_rule (
    digest TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 64),
    infix TEXT COLLATE "C" NOT NULL CHECK (length(infix) = 32),
    PRIMARY KEY (digest)
);

-- For reads that stored tallies do not answer: line shifts that have not ended, holds and orders as they were.
CREATE INDEX i_line_shift_end ON t_line_shift (client_id, ends_at);
CREATE INDEX i_hold_entry_from ON t_hold_entry (client_id, hold_from);
CREATE INDEX i_work_order_in_process ON t_work_order (client_id, completed_at, started_at);

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_tally_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_day FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_day
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_day WITH (security_invoker = true) AS SELECT * FROM t_tally_day;

ALTER TABLE t_tally_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_month FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_month
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_month WITH (security_invoker = true) AS SELECT * FROM t_tally_month;

ALTER TABLE t_tally_shift ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_shift FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_shift
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_shift WITH (security_invoker = true) AS SELECT * FROM t_tally_shift;

ALTER TABLE t_tally_stage ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_stage FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_stage
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_stage WITH (security_invoker = true) AS SELECT * FROM t_tally_stage;

ALTER TABLE t_tally_stage_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_stage_month FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_stage_month
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_stage_month WITH (security_invoker = true) AS SELECT * FROM t_tally_stage_month;

ALTER TABLE t_tally_reason ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_reason FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_reason
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_reason WITH (security_invoker = true) AS SELECT * FROM t_tally_reason;

ALTER TABLE t_tally_reason_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_reason_month FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_reason_month
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_reason_month WITH (security_invoker = true) AS SELECT * FROM t_tally_reason_month;

ALTER TABLE t_tally_defect ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_defect FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_defect
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_defect WITH (security_invoker = true) AS SELECT * FROM t_tally_defect;

ALTER TABLE t_tally_defect_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_defect_month FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_defect_month
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_defect_month WITH (security_invoker = true) AS SELECT * FROM t_tally_defect_month;

ALTER TABLE t_tally_product ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_product FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_product
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_product WITH (security_invoker = true) AS SELECT * FROM t_tally_product;

ALTER TABLE t_tally_product_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_product_month FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_product_month
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_product_month WITH (security_invoker = true) AS SELECT * FROM t_tally_product_month;

ALTER TABLE t_tally_absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_absence FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_absence
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_absence WITH (security_invoker = true) AS SELECT * FROM t_tally_absence;

ALTER TABLE t_tally_absence_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_absence_month FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_tally_absence_month
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW tally_absence_month WITH (security_invoker = true) AS SELECT * FROM t_tally_absence_month;

ALTER TABLE t_tally_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_tally_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_tally_rule FOR SELECT
USING (true);
CREATE POLICY door ON t_tally_rule
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');

-- Views show the columns that their tables had when they were made.
CREATE OR REPLACE VIEW line_shift WITH (security_invoker = true) AS SELECT * FROM t_line_shift;
CREATE OR REPLACE VIEW quality_entry WITH (security_invoker = true) AS SELECT * FROM t_quality_entry;
CREATE OR REPLACE VIEW attendance_entry WITH (security_invoker = true) AS SELECT * FROM t_attendance_entry;
CREATE OR REPLACE VIEW defect_detail WITH (security_invoker = true) AS SELECT * FROM t_defect_detail;
CREATE OR REPLACE VIEW work_order WITH (security_invoker = true) AS SELECT * FROM t_work_order;
