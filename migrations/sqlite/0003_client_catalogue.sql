-- What each client sets up for itself: people, products, lines, stages, targets, settings and its codes.

-- A person's place at one client, under that client's own number.
-- At most one assignment of a person is primary, over all clients: checked by the view's trigger, since a unique
-- index over clients would not start with the client.
CREATE TABLE t_employee_client_assignment (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    employee_number TEXT NOT NULL CHECK (length(employee_number) BETWEEN 1 AND 64),
    employee_id BLOB NOT NULL CHECK (length(employee_id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    department TEXT CHECK (length(department) BETWEEN 1 AND 120),
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    valid_from INTEGER,
    valid_to INTEGER,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, employee_number),
    CONSTRAINT employee_assignment_ends_after_start CHECK (valid_to >= valid_from),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id),
    FOREIGN KEY (employee_id) REFERENCES t_employee (employee_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX i_employee_client_assignment_person ON t_employee_client_assignment (client_id, employee_id);

-- The products that a client may know of; names of products tell who a plant's customers are.
CREATE TABLE t_client_product (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    product_id TEXT NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, product_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id),
    FOREIGN KEY (product_id) REFERENCES t_product (product_id)
) STRICT, WITHOUT ROWID;

-- The client's inspection stages, in the order that RTY shows them.
CREATE TABLE t_stage (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    stage TEXT NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    position INTEGER NOT NULL CHECK (position >= 0),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, stage),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- A production line; an unplanned stop shorter than `micro_stop_minutes` is a speed loss.
CREATE TABLE t_production_line (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    line_id TEXT NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    micro_stop_minutes INTEGER NOT NULL CHECK (micro_stop_minutes BETWEEN 0 AND 1440),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, line_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- A KPI's target and warning limit from a production date on, in millionths of the KPI's unit.
CREATE TABLE t_kpi_target (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    kpi TEXT NOT NULL CHECK (kpi IN (
        'availability', 'performance', 'quality_rate', 'oee', 'efficiency', 'scrap_rate', 'rework_rate',
        'throughput', 'mtbf', 'mttr', 'fpy', 'rty', 'ppm', 'dpmo', 'sigma_level', 'otd', 'otif', 'wip_age',
        'hold_age', 'absenteeism', 'coverage', 'bradford'
    )),
    valid_from INTEGER NOT NULL,
    target_micro INTEGER NOT NULL,
    warning_micro INTEGER,
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, kpi, valid_from),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- A client's own switches; a setting without a row has its documented default.
CREATE TABLE t_client_setting (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    name TEXT NOT NULL CHECK (name IN ('two_person_release', 'bradford', 'correction_days')),
    value INTEGER NOT NULL,
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, name),
    CONSTRAINT client_setting_in_range CHECK (
        value BETWEEN 0 AND CASE name WHEN 'correction_days' THEN 3650 ELSE 1 END
    ),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

-- The client's reasons for a stop, each with the loss it is booked under.
CREATE TABLE t_downtime_reason (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    loss TEXT NOT NULL CHECK (
        loss IN ('planned', 'breakdown', 'setup', 'small_stop', 'reduced_speed', 'reject', 'startup_reject')
    ),
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX i_downtime_reason_number ON t_downtime_reason (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- The client's reasons for a hold.
CREATE TABLE t_hold_reason (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX i_hold_reason_number ON t_hold_reason (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- The client's types of defect.
CREATE TABLE t_defect_type (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX i_defect_type_number ON t_defect_type (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- The client's types of absence; agreed leave does not count.
CREATE TABLE t_absence_type (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number INTEGER CHECK (number BETWEEN 0 AND 9999),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT CHECK (length(code_group) BETWEEN 1 AND 120),
    counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX i_absence_type_number ON t_absence_type (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;
