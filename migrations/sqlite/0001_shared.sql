-- Shared by design: what belongs to the plant and to no client.
-- Instants are epoch milliseconds UTC, production dates days since 1970-01-01, measures whole numbers.
-- Every base table is `t_<name>`; the plain names are views that each connection makes for its own scope.

-- Facts about the installation itself, such as the mark of a demo database.
CREATE TABLE t_plant_setting (
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 2000),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- A product's one definition; a client sees it only through client_product.
CREATE TABLE t_product (
    product_id TEXT NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    ideal_cycle_ms INTEGER CHECK (ideal_cycle_ms BETWEEN 1 AND 1000000000),
    labour_standard_ms INTEGER CHECK (labour_standard_ms BETWEEN 1 AND 1000000000),
    standard_crew INTEGER NOT NULL CHECK (standard_crew BETWEEN 1 AND 1000),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (product_id)
) STRICT, WITHOUT ROWID;

-- A shift pattern from a date on, in minutes after local midnight; an end at or before the start is on the next day.
-- `days` has bit 0 for Monday to bit 6 for Sunday, asked of the day the shift starts.
CREATE TABLE t_shift (
    shift_id TEXT NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    valid_from INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    start_minute INTEGER NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute INTEGER NOT NULL CHECK (end_minute BETWEEN 0 AND 1439),
    break_minutes INTEGER NOT NULL CHECK (break_minutes >= 0),
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (shift_id, valid_from),
    CONSTRAINT shift_breaks_within_shift CHECK (
        break_minutes <= end_minute - start_minute + CASE WHEN end_minute <= start_minute THEN 1440 ELSE 0 END
    )
) STRICT, WITHOUT ROWID;

-- Work outside any shift: all of its day is break, so its planned time is 0. Never offered for choice.
INSERT INTO t_shift (
    shift_id, valid_from, name, start_minute, end_minute, break_minutes, days, active,
    created_by, created_at, updated_by, updated_at, deleted_at, version
) VALUES ('NO-SHIFT', -2147483648, 'No shift', 0, 0, 1440, 127, 1, 'system', 0, 'system', 0, NULL, 1);

-- The person, and nothing else: what is known of a person belongs to each client's own assignment.
CREATE TABLE t_employee (
    employee_id BLOB NOT NULL CHECK (length(employee_id) = 16),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (employee_id)
) STRICT, WITHOUT ROWID;

-- People whom any client may borrow; who borrowed them is in coverage_entry, which is scoped.
CREATE TABLE t_floating_pool (
    employee_id BLOB NOT NULL CHECK (length(employee_id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    skills TEXT CHECK (length(skills) BETWEEN 1 AND 2000),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (employee_id),
    FOREIGN KEY (employee_id) REFERENCES t_employee (employee_id)
) STRICT, WITHOUT ROWID;

-- When a pool employee is taken, over all clients, half-open: sessions book into it and cannot read it.
-- It names no client on purpose. That no two bookings of a person overlap is checked by the booking door.
CREATE TABLE t_pool_booking (
    employee_id BLOB NOT NULL CHECK (length(employee_id) = 16),
    booked_from INTEGER NOT NULL,
    booked_to INTEGER NOT NULL,
    coverage_id BLOB NOT NULL UNIQUE CHECK (length(coverage_id) = 16),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (employee_id, booked_from),
    CONSTRAINT pool_booking_ends_after_start CHECK (booked_to > booked_from),
    FOREIGN KEY (employee_id) REFERENCES t_floating_pool (employee_id)
) STRICT, WITHOUT ROWID;

-- Downtime reasons that a new client starts with.
CREATE TABLE t_downtime_reason_template (
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    loss TEXT NOT NULL CHECK (
        loss IN ('planned', 'breakdown', 'setup', 'small_stop', 'reduced_speed', 'reject', 'startup_reject')
    ),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;

-- Hold reasons that a new client starts with.
CREATE TABLE t_hold_reason_template (
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;

-- Defect types that a new client starts with.
CREATE TABLE t_defect_type_template (
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;

-- Absence types that a new client starts with; `counts` is 0 for agreed leave.
CREATE TABLE t_absence_type_template (
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER UNIQUE CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;
