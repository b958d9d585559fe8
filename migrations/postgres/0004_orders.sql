-- What is to be made, and the opportunities for a defect that a part holds.

-- An order of a client. `received`, `planned_start` and `required_date` are local dates, `…_at` are instants.
CREATE TABLE t_work_order (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    work_order_id TEXT COLLATE "C" NOT NULL CHECK (length(work_order_id) BETWEEN 1 AND 64),
    product_id TEXT COLLATE "C" NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
    ideal_cycle_ms BIGINT CHECK (ideal_cycle_ms BETWEEN 1 AND 1000000000),
    received BIGINT,
    planned_start BIGINT,
    started_at BIGINT,
    required_date BIGINT,
    completed_at BIGINT,
    cancelled_at BIGINT,
    delivered_at BIGINT,
    delivered_quantity BIGINT CHECK (delivered_quantity BETWEEN 0 AND 1000000000),
    status TEXT COLLATE "C" NOT NULL CHECK (
        status IN ('planned', 'released', 'in_process', 'completed', 'delivered', 'cancelled')
    ),
    priority TEXT COLLATE "C" NOT NULL CHECK (priority IN ('rush', 'standard', 'low')),
    po_number TEXT COLLATE "C" CHECK (length(po_number) BETWEEN 1 AND 64),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, work_order_id),
    CONSTRAINT work_order_delivered_has_instant CHECK ((status = 'delivered') = (delivered_at IS NOT NULL)),
    CONSTRAINT work_order_cancelled_instant_is_cancelled CHECK (cancelled_at IS NULL OR status = 'cancelled'),
    FOREIGN KEY (client_id, product_id) REFERENCES t_client_product (client_id, product_id)
);

CREATE INDEX i_work_order_required ON t_work_order (client_id, required_date);
CREATE INDEX i_work_order_status ON t_work_order (client_id, status, required_date);

-- One part of a work order. The unique key lets an entry name both and be refused when they do not belong together.
CREATE TABLE t_job (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    job_id TEXT COLLATE "C" NOT NULL CHECK (length(job_id) BETWEEN 1 AND 64),
    work_order_id TEXT COLLATE "C" NOT NULL CHECK (length(work_order_id) BETWEEN 1 AND 64),
    job_number TEXT COLLATE "C" CHECK (length(job_number) BETWEEN 1 AND 64),
    part_number TEXT COLLATE "C" NOT NULL CHECK (length(part_number) BETWEEN 1 AND 64),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
    completed BIGINT NOT NULL CHECK (completed BETWEEN 0 AND 1000000000),
    scrapped BIGINT NOT NULL CHECK (scrapped BETWEEN 0 AND 1000000000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, job_id),
    UNIQUE (client_id, work_order_id, job_id),
    CONSTRAINT job_done_within_quantity CHECK (completed + scrapped <= quantity),
    FOREIGN KEY (client_id, work_order_id) REFERENCES t_work_order (client_id, work_order_id)
);

-- How many ways one unit of a client's part can be wrong; another client's part of the same number has its own.
CREATE TABLE t_part_opportunities (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    part_number TEXT COLLATE "C" NOT NULL CHECK (length(part_number) BETWEEN 1 AND 64),
    opportunities_per_unit BIGINT NOT NULL CHECK (opportunities_per_unit BETWEEN 1 AND 1000000),
    description TEXT COLLATE "C" CHECK (length(description) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, part_number),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
);

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_work_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_work_order FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_work_order
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW work_order WITH (security_invoker = true) AS SELECT * FROM t_work_order;

ALTER TABLE t_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_job FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_job
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW job WITH (security_invoker = true) AS SELECT * FROM t_job;

ALTER TABLE t_part_opportunities ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_part_opportunities FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_part_opportunities
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW part_opportunities WITH (security_invoker = true) AS SELECT * FROM t_part_opportunities;
