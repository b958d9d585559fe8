-- What is to be made, and the opportunities for a defect that a part holds.

-- An order of a client. `received`, `planned_start` and `required_date` are local dates, `…_at` are instants.
CREATE TABLE t_work_order (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    work_order_id TEXT NOT NULL CHECK (length(work_order_id) BETWEEN 1 AND 64),
    product_id TEXT NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
    ideal_cycle_ms INTEGER CHECK (ideal_cycle_ms BETWEEN 1 AND 1000000000),
    received INTEGER,
    planned_start INTEGER,
    started_at INTEGER,
    required_date INTEGER,
    completed_at INTEGER,
    cancelled_at INTEGER,
    delivered_at INTEGER,
    delivered_quantity INTEGER CHECK (delivered_quantity BETWEEN 0 AND 1000000000),
    status TEXT NOT NULL CHECK (
        status IN ('planned', 'released', 'in_process', 'completed', 'delivered', 'cancelled')
    ),
    priority TEXT NOT NULL CHECK (priority IN ('rush', 'standard', 'low')),
    po_number TEXT CHECK (length(po_number) BETWEEN 1 AND 64),
    notes TEXT CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, work_order_id),
    CONSTRAINT work_order_delivered_has_instant CHECK ((status = 'delivered') = (delivered_at IS NOT NULL)),
    CONSTRAINT work_order_cancelled_instant_is_cancelled CHECK (cancelled_at IS NULL OR status = 'cancelled'),
    FOREIGN KEY (client_id, product_id) REFERENCES t_client_product (client_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX i_work_order_required ON t_work_order (client_id, required_date);
CREATE INDEX i_work_order_status ON t_work_order (client_id, status, required_date);

-- One part of a work order. The unique key lets an entry name both and be refused when they do not belong together.
CREATE TABLE t_job (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    job_id TEXT NOT NULL CHECK (length(job_id) BETWEEN 1 AND 64),
    work_order_id TEXT NOT NULL CHECK (length(work_order_id) BETWEEN 1 AND 64),
    job_number TEXT CHECK (length(job_number) BETWEEN 1 AND 64),
    part_number TEXT NOT NULL CHECK (length(part_number) BETWEEN 1 AND 64),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
    completed INTEGER NOT NULL CHECK (completed BETWEEN 0 AND 1000000000),
    scrapped INTEGER NOT NULL CHECK (scrapped BETWEEN 0 AND 1000000000),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, job_id),
    UNIQUE (client_id, work_order_id, job_id),
    CONSTRAINT job_done_within_quantity CHECK (completed + scrapped <= quantity),
    FOREIGN KEY (client_id, work_order_id) REFERENCES t_work_order (client_id, work_order_id)
) STRICT, WITHOUT ROWID;

-- How many ways one unit of a client's part can be wrong; another client's part of the same number has its own.
CREATE TABLE t_part_opportunities (
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    part_number TEXT NOT NULL CHECK (length(part_number) BETWEEN 1 AND 64),
    opportunities_per_unit INTEGER NOT NULL CHECK (opportunities_per_unit BETWEEN 1 AND 1000000),
    description TEXT CHECK (length(description) BETWEEN 1 AND 2000),
    created_by TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, part_number),
    FOREIGN KEY (client_id) REFERENCES t_client (client_id)
) STRICT, WITHOUT ROWID;
