-- Shared by design: what belongs to the plant and to no client.
-- Instants are epoch milliseconds UTC, production dates days since 1970-01-01, measures whole numbers.
-- Every base table is `t_<name>` and belongs to the role that migrates. Row-level security binds that role too, and the
-- plain names are views with the rights of who asks, so that both names show the same rows. Text sorts by its bytes, as
-- in SQLite, whatever the database's own order is.

-- Facts about the installation itself, such as the mark of a demo database.
CREATE TABLE t_plant_setting (
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    value TEXT COLLATE "C" NOT NULL CHECK (length(value) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (name)
);

-- A product's one definition; a client sees it only through client_product.
CREATE TABLE t_product (
    product_id TEXT COLLATE "C" NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    ideal_cycle_ms BIGINT CHECK (ideal_cycle_ms BETWEEN 1 AND 1000000000),
    labour_standard_ms BIGINT CHECK (labour_standard_ms BETWEEN 1 AND 1000000000),
    standard_crew BIGINT NOT NULL CHECK (standard_crew BETWEEN 1 AND 1000),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (product_id)
);

-- A shift pattern from a date on, in minutes after local midnight; an end at or before the start is on the next day.
-- `days` has bit 0 for Monday to bit 6 for Sunday, asked of the day the shift starts.
CREATE TABLE t_shift (
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    valid_from BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    start_minute BIGINT NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute BIGINT NOT NULL CHECK (end_minute BETWEEN 0 AND 1439),
    break_minutes BIGINT NOT NULL CHECK (break_minutes >= 0),
    days BIGINT NOT NULL CHECK (days BETWEEN 1 AND 127),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (shift_id, valid_from),
    CONSTRAINT shift_breaks_within_shift CHECK (
        break_minutes <= end_minute - start_minute + CASE WHEN end_minute <= start_minute THEN 1440 ELSE 0 END
    )
);

-- Work outside any shift: all of its day is break, so its planned time is 0. Never offered for choice.
INSERT INTO t_shift (
    shift_id, valid_from, name, start_minute, end_minute, break_minutes, days, active,
    created_by, created_at, updated_by, updated_at, deleted_at, version
) VALUES ('NO-SHIFT', -2147483648, 'No shift', 0, 0, 1440, 127, 1, 'system', 0, 'system', 0, NULL, 1);

-- The person, and nothing else: what is known of a person belongs to each client's own assignment.
CREATE TABLE t_employee (
    employee_id UUID NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (employee_id)
);

-- People whom any client may borrow; who borrowed them is in coverage_entry, which is scoped.
CREATE TABLE t_floating_pool (
    employee_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    skills TEXT COLLATE "C" CHECK (length(skills) BETWEEN 1 AND 2000),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (employee_id),
    FOREIGN KEY (employee_id) REFERENCES t_employee (employee_id)
);

-- When a pool employee is taken, over all clients, half-open: sessions book into it and cannot read it.
-- It names no client on purpose. That no two bookings of a person overlap is checked by a trigger.
CREATE TABLE t_pool_booking (
    employee_id UUID NOT NULL,
    booked_from BIGINT NOT NULL,
    booked_to BIGINT NOT NULL,
    coverage_id UUID NOT NULL UNIQUE,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (employee_id, booked_from),
    CONSTRAINT pool_booking_ends_after_start CHECK (booked_to > booked_from),
    FOREIGN KEY (employee_id) REFERENCES t_floating_pool (employee_id)
);

-- Downtime reasons that a new client starts with.
CREATE TABLE t_downtime_reason_template (
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    loss TEXT COLLATE "C" NOT NULL CHECK (
        loss IN ('planned', 'breakdown', 'setup', 'small_stop', 'reduced_speed', 'reject', 'startup_reject')
    ),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
);

-- Hold reasons that a new client starts with.
CREATE TABLE t_hold_reason_template (
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
);

-- Defect types that a new client starts with.
CREATE TABLE t_defect_type_template (
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
);

-- Absence types that a new client starts with; `counts` is 0 for agreed leave.
CREATE TABLE t_absence_type_template (
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    counts BIGINT NOT NULL CHECK (counts IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
);

-- A person of the pool is taken once at a time, whoever took them: whether they are free is all that anybody learns.
CREATE FUNCTION pool_booking_is_free() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('app.door', true), '');
BEGIN
    PERFORM set_config('app.door', 'open', true);
    -- Two who book the same person wait for each other.
    PERFORM 1 FROM t_floating_pool AS p WHERE p.employee_id = NEW.employee_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM t_pool_booking AS o WHERE o.employee_id = NEW.employee_id
            AND o.booked_from < NEW.booked_to AND o.booked_to > NEW.booked_from
    ) THEN
        RAISE EXCEPTION 'not available';
    END IF;
    PERFORM set_config('app.door', door, true);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION pool_booking_is_free FROM PUBLIC;
CREATE TRIGGER pool_booking_is_free BEFORE INSERT ON t_pool_booking
FOR EACH ROW EXECUTE FUNCTION pool_booking_is_free();

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_plant_setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_plant_setting FORCE ROW LEVEL SECURITY;
CREATE POLICY door ON t_plant_setting
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');

ALTER TABLE t_product ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_product FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON t_product
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_product
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW product WITH (security_invoker = true) AS SELECT * FROM t_product;

ALTER TABLE t_shift ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_shift FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_shift FOR SELECT
USING (true);
CREATE POLICY keeper ON t_shift
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_shift
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW shift WITH (security_invoker = true) AS SELECT * FROM t_shift;

ALTER TABLE t_employee ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_employee FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON t_employee FOR INSERT
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_employee
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW employee WITH (security_invoker = true) AS SELECT * FROM t_employee;

ALTER TABLE t_floating_pool ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_floating_pool FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_floating_pool FOR SELECT
USING (true);
CREATE POLICY keeper ON t_floating_pool
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_floating_pool
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW floating_pool WITH (security_invoker = true) AS SELECT * FROM t_floating_pool;

ALTER TABLE t_pool_booking ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_pool_booking FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_pool_booking FOR INSERT
WITH CHECK (true);
CREATE POLICY door ON t_pool_booking
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW pool_booking WITH (security_invoker = true) AS SELECT * FROM t_pool_booking;

ALTER TABLE t_downtime_reason_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_downtime_reason_template FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_downtime_reason_template FOR SELECT
USING (true);
CREATE POLICY keeper ON t_downtime_reason_template
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_downtime_reason_template
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW downtime_reason_template WITH (security_invoker = true) AS SELECT * FROM t_downtime_reason_template;

ALTER TABLE t_hold_reason_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_hold_reason_template FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_hold_reason_template FOR SELECT
USING (true);
CREATE POLICY keeper ON t_hold_reason_template
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_hold_reason_template
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW hold_reason_template WITH (security_invoker = true) AS SELECT * FROM t_hold_reason_template;

ALTER TABLE t_defect_type_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_defect_type_template FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_defect_type_template FOR SELECT
USING (true);
CREATE POLICY keeper ON t_defect_type_template
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_defect_type_template
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW defect_type_template WITH (security_invoker = true) AS SELECT * FROM t_defect_type_template;

ALTER TABLE t_absence_type_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_absence_type_template FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t_absence_type_template FOR SELECT
USING (true);
CREATE POLICY keeper ON t_absence_type_template
USING (current_setting('app.keeper', true) = 'yes')
WITH CHECK (current_setting('app.keeper', true) = 'yes');
CREATE POLICY door ON t_absence_type_template
USING (current_setting('app.door', true) = 'open')
WITH CHECK (current_setting('app.door', true) = 'open');
CREATE VIEW absence_type_template WITH (security_invoker = true) AS SELECT * FROM t_absence_type_template;
