-- What each client sets up for itself: people, products, lines, stages, targets, settings and its codes.

-- A person's place at one client, under that client's own number.
-- At most one assignment of a person is primary, over all clients: checked by a trigger, since a unique
-- index over clients would not start with the client.
CREATE TABLE t_employee_client_assignment (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    employee_number TEXT COLLATE "C" NOT NULL CHECK (length(employee_number) BETWEEN 1 AND 64),
    employee_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    department TEXT COLLATE "C" CHECK (length(department) BETWEEN 1 AND 120),
    is_primary BIGINT NOT NULL CHECK (is_primary IN (0, 1)),
    valid_from BIGINT,
    valid_to BIGINT,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, employee_number),
    CONSTRAINT employee_assignment_ends_after_start CHECK (valid_to >= valid_from),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id),
    FOREIGN KEY (employee_id) REFERENCES t_employee (employee_id)
);

CREATE INDEX i_employee_client_assignment_person ON t_employee_client_assignment (client_id, employee_id);

-- The products that a client may know of; names of products tell who a plant's customers are.
CREATE TABLE t_client_product (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    product_id TEXT COLLATE "C" NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, product_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id),
    FOREIGN KEY (product_id) REFERENCES t_product (product_id)
);

-- The client's inspection stages, in the order that RTY shows them.
CREATE TABLE t_stage (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    stage TEXT COLLATE "C" NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    position BIGINT NOT NULL CHECK (position >= 0),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, stage),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- A production line; an unplanned stop shorter than `micro_stop_minutes` is a speed loss.
CREATE TABLE t_production_line (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    line_id TEXT COLLATE "C" NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    micro_stop_minutes BIGINT NOT NULL CHECK (micro_stop_minutes BETWEEN 0 AND 1440),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, line_id),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- A KPI's target and warning limit from a production date on, in millionths of the KPI's unit.
CREATE TABLE t_kpi_target (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    kpi TEXT COLLATE "C" NOT NULL CHECK (kpi IN (
        'availability', 'performance', 'quality_rate', 'oee', 'efficiency', 'scrap_rate', 'rework_rate',
        'throughput', 'mtbf', 'mttr', 'fpy', 'rty', 'ppm', 'dpmo', 'sigma_level', 'otd', 'otif', 'wip_age',
        'hold_age', 'absenteeism', 'coverage', 'bradford'
    )),
    valid_from BIGINT NOT NULL,
    target_micro BIGINT NOT NULL,
    warning_micro BIGINT,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, kpi, valid_from),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- A client's own switches; a setting without a row has its documented default.
CREATE TABLE t_client_setting (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    name TEXT COLLATE "C" NOT NULL CHECK (name IN ('two_person_release', 'bradford', 'correction_days')),
    value BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, name),
    CONSTRAINT client_setting_in_range CHECK (
        value BETWEEN 0 AND CASE name WHEN 'correction_days' THEN 3650 ELSE 1 END
    ),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- The client's reasons for a stop, each with the loss it is booked under.
CREATE TABLE t_downtime_reason (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    loss TEXT COLLATE "C" NOT NULL CHECK (
        loss IN ('planned', 'breakdown', 'setup', 'small_stop', 'reduced_speed', 'reject', 'startup_reject')
    ),
    hidden BIGINT NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

CREATE UNIQUE INDEX i_downtime_reason_number ON t_downtime_reason (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- The client's reasons for a hold.
CREATE TABLE t_hold_reason (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    hidden BIGINT NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

CREATE UNIQUE INDEX i_hold_reason_number ON t_hold_reason (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- The client's types of defect.
CREATE TABLE t_defect_type (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    hidden BIGINT NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

CREATE UNIQUE INDEX i_defect_type_number ON t_defect_type (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- The client's types of absence; agreed leave does not count.
CREATE TABLE t_absence_type (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    number BIGINT CHECK (number BETWEEN 0 AND 9999),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    code_group TEXT COLLATE "C" CHECK (length(code_group) BETWEEN 1 AND 120),
    counts BIGINT NOT NULL CHECK (counts IN (0, 1)),
    hidden BIGINT NOT NULL CHECK (hidden IN (0, 1)),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, code),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

CREATE UNIQUE INDEX i_absence_type_number ON t_absence_type (client_id, number)
WHERE number IS NOT NULL AND deleted_at IS NULL;

-- Nobody has two primary places, whatever client the other one is at. Asked only about rows inside the scope, so that
-- nothing is learned about anybody else's.
CREATE FUNCTION employee_has_one_primary_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('app.door', true), '');
    clients text := coalesce(current_setting('app.clients', true), '');
BEGIN
    PERFORM set_config('app.door', 'open', true);
    -- Two who give a place to the same person wait for each other.
    PERFORM 1 FROM t_employee AS e WHERE e.employee_id = NEW.employee_id FOR NO KEY UPDATE;
    PERFORM set_config('app.clients', CAST(ARRAY(SELECT c.client_id FROM t_client AS c) AS text), true);
    IF EXISTS (
        SELECT 1 FROM t_employee_client_assignment AS o
        WHERE o.employee_id = NEW.employee_id AND o.is_primary = 1 AND o.deleted_at IS NULL
            AND (o.client_id <> NEW.client_id OR o.employee_number <> NEW.employee_number)
    ) THEN
        RAISE EXCEPTION 'a second primary assignment';
    END IF;
    PERFORM set_config('app.clients', clients, true);
    PERFORM set_config('app.door', door, true);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION employee_has_one_primary_place FROM PUBLIC;
CREATE TRIGGER employee_has_one_primary_place BEFORE INSERT OR UPDATE ON t_employee_client_assignment
FOR EACH ROW WHEN (
    NEW.is_primary = 1 AND NEW.deleted_at IS NULL
    AND NEW.client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[])
) EXECUTE FUNCTION employee_has_one_primary_place();

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_employee_client_assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_employee_client_assignment FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_employee_client_assignment
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW employee_client_assignment WITH (security_invoker = true) AS SELECT * FROM t_employee_client_assignment;

ALTER TABLE t_client_product ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_client_product FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_client_product
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW client_product WITH (security_invoker = true) AS SELECT * FROM t_client_product;

ALTER TABLE t_stage ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_stage FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_stage
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW stage WITH (security_invoker = true) AS SELECT * FROM t_stage;

ALTER TABLE t_production_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_production_line FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_production_line
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW production_line WITH (security_invoker = true) AS SELECT * FROM t_production_line;

ALTER TABLE t_kpi_target ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_kpi_target FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_kpi_target
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW kpi_target WITH (security_invoker = true) AS SELECT * FROM t_kpi_target;

ALTER TABLE t_client_setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_client_setting FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_client_setting
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW client_setting WITH (security_invoker = true) AS SELECT * FROM t_client_setting;

ALTER TABLE t_downtime_reason ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_downtime_reason FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_downtime_reason
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW downtime_reason WITH (security_invoker = true) AS SELECT * FROM t_downtime_reason;

ALTER TABLE t_hold_reason ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_hold_reason FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_hold_reason
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW hold_reason WITH (security_invoker = true) AS SELECT * FROM t_hold_reason;

ALTER TABLE t_defect_type ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_defect_type FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_defect_type
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW defect_type WITH (security_invoker = true) AS SELECT * FROM t_defect_type;

ALTER TABLE t_absence_type ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_absence_type FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_absence_type
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW absence_type WITH (security_invoker = true) AS SELECT * FROM t_absence_type;

CREATE POLICY linked ON t_product FOR SELECT
USING (EXISTS (SELECT 1 FROM t_client_product AS l WHERE l.product_id = t_product.product_id AND l.deleted_at IS NULL));
CREATE POLICY assigned ON t_employee FOR SELECT
USING (EXISTS (SELECT 1 FROM t_employee_client_assignment AS l WHERE l.employee_id = t_employee.employee_id));
