-- What people enter on a line and its shift.
-- An entry may name a job only with its work order, so that the key over both is checked.

-- One line running one shift: planned time, crew and target are here once, however many counts are entered.
-- `…_stated` is 1 where a person or an import gave the value, which then replaces a defaulted one.
CREATE TABLE t_line_shift (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    line_id TEXT COLLATE "C" NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    shift_valid_from BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    planned_minutes BIGINT NOT NULL CHECK (planned_minutes BETWEEN 0 AND 2880),
    planned_stated BIGINT NOT NULL CHECK (planned_stated IN (0, 1)),
    crew BIGINT CHECK (crew BETWEEN 0 AND 1000),
    crew_stated BIGINT NOT NULL CHECK (crew_stated IN (0, 1)),
    target_units BIGINT CHECK (target_units BETWEEN 0 AND 1000000000),
    target_stated BIGINT NOT NULL CHECK (target_stated IN (0, 1)),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('open', 'closed')),
    closed_by TEXT COLLATE "C" CHECK (length(closed_by) BETWEEN 1 AND 64),
    closed_at BIGINT,
    handover_note TEXT COLLATE "C" CHECK (length(handover_note) BETWEEN 1 AND 2000),
    reopened_by TEXT COLLATE "C" CHECK (length(reopened_by) BETWEEN 1 AND 64),
    reopened_at BIGINT,
    reopened_reason TEXT COLLATE "C" CHECK (length(reopened_reason) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, production_date, shift_id, line_id),
    CONSTRAINT line_shift_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT line_shift_stated_crew_is_given CHECK (crew_stated = 0 OR crew IS NOT NULL),
    CONSTRAINT line_shift_stated_target_is_given CHECK (target_stated = 0 OR target_units IS NOT NULL),
    CONSTRAINT line_shift_closed_is_signed CHECK (
        (status = 'closed') = (closed_by IS NOT NULL) AND (status = 'closed') = (closed_at IS NOT NULL)
    ),
    CONSTRAINT line_shift_reopened_is_signed CHECK (
        (reopened_at IS NULL) = (reopened_by IS NULL) AND (reopened_at IS NULL) = (reopened_reason IS NULL)
    ),
    FOREIGN KEY (client_id, line_id) REFERENCES t_production_line (client_id, line_id),
    FOREIGN KEY (shift_id, shift_valid_from) REFERENCES t_shift (shift_id, valid_from)
);

CREATE INDEX i_line_shift_line ON t_line_shift (client_id, line_id, starts_at);

-- A count of units. Without `counted_at` it belongs to no hour. Its standards are kept as they were then;
-- `standard_source` says where the ideal cycle came from.
CREATE TABLE t_production_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    entry_id UUID NOT NULL,
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    line_id TEXT COLLATE "C" NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    counted_at BIGINT,
    product_id TEXT COLLATE "C" NOT NULL CHECK (length(product_id) BETWEEN 1 AND 64),
    work_order_id TEXT COLLATE "C" CHECK (length(work_order_id) BETWEEN 1 AND 64),
    job_id TEXT COLLATE "C" CHECK (length(job_id) BETWEEN 1 AND 64),
    units BIGINT NOT NULL CHECK (units BETWEEN 0 AND 1000000000),
    defects BIGINT NOT NULL CHECK (defects BETWEEN 0 AND 1000000000),
    scrap BIGINT NOT NULL CHECK (scrap BETWEEN 0 AND 1000000000),
    rework BIGINT NOT NULL CHECK (rework BETWEEN 0 AND 1000000000),
    startup_defects BIGINT NOT NULL CHECK (startup_defects BETWEEN 0 AND 1000000000),
    ideal_cycle_ms BIGINT CHECK (ideal_cycle_ms BETWEEN 1 AND 1000000000),
    labour_standard_ms BIGINT CHECK (labour_standard_ms BETWEEN 1 AND 1000000000),
    standard_source TEXT COLLATE "C" NOT NULL CHECK (standard_source IN ('order', 'product', 'history', 'none')),
    late BIGINT NOT NULL CHECK (late IN (0, 1)),
    estimated BIGINT NOT NULL CHECK (estimated IN (0, 1)),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    confirmed_by TEXT COLLATE "C" CHECK (length(confirmed_by) BETWEEN 1 AND 64),
    confirmed_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, entry_id),
    CONSTRAINT production_defects_within_units CHECK (defects <= units),
    CONSTRAINT production_scrap_and_rework_within_defects CHECK (scrap + rework <= defects),
    CONSTRAINT production_startup_within_defects CHECK (startup_defects <= defects),
    CONSTRAINT production_cycle_has_source CHECK ((standard_source = 'none') = (ideal_cycle_ms IS NULL)),
    CONSTRAINT production_confirmed_is_signed CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT production_job_has_work_order CHECK (job_id IS NULL OR work_order_id IS NOT NULL),
    FOREIGN KEY (client_id, production_date, shift_id, line_id)
        REFERENCES t_line_shift (client_id, production_date, shift_id, line_id),
    FOREIGN KEY (client_id, product_id) REFERENCES t_client_product (client_id, product_id),
    FOREIGN KEY (client_id, work_order_id) REFERENCES t_work_order (client_id, work_order_id),
    FOREIGN KEY (client_id, work_order_id, job_id) REFERENCES t_job (client_id, work_order_id, job_id)
);

CREATE INDEX i_production_entry_line_shift
ON t_production_entry (client_id, production_date, shift_id, line_id, counted_at);
CREATE INDEX i_production_entry_order ON t_production_entry (client_id, work_order_id, job_id);
CREATE INDEX i_production_entry_product ON t_production_entry (client_id, product_id, production_date);

-- A stop, or the part of one that lies in this line_shift. The parts of one stop share `stop_id`, are classified by
-- the whole length (`classified_minutes`, unknown while a part still runs), and are counted once, where `counted` is 1.
-- Minutes alone, without instants, is a stop known by its length only.
-- That no two stops of a line overlap is checked by a trigger; that no two run, by an index.
CREATE TABLE t_downtime_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    entry_id UUID NOT NULL,
    stop_id UUID NOT NULL,
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    line_id TEXT COLLATE "C" NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    work_order_id TEXT COLLATE "C" CHECK (length(work_order_id) BETWEEN 1 AND 64),
    reason TEXT COLLATE "C" NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
    loss TEXT COLLATE "C" NOT NULL CHECK (
        loss IN ('planned', 'breakdown', 'setup', 'small_stop', 'reduced_speed', 'reject', 'startup_reject')
    ),
    started_at BIGINT CHECK (started_at >= 0),
    ended_at BIGINT,
    minutes BIGINT CHECK (minutes >= 0),
    classified_minutes BIGINT,
    micro_stop BIGINT NOT NULL CHECK (micro_stop IN (0, 1)),
    counted BIGINT NOT NULL CHECK (counted IN (0, 1)),
    late BIGINT NOT NULL CHECK (late IN (0, 1)),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    corrective_action TEXT COLLATE "C" CHECK (length(corrective_action) BETWEEN 1 AND 2000),
    resolved_by TEXT COLLATE "C" CHECK (length(resolved_by) BETWEEN 1 AND 120),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, entry_id),
    CONSTRAINT downtime_times_agree CHECK (
        CASE
            WHEN started_at IS NULL THEN ended_at IS NULL AND minutes IS NOT NULL
            WHEN ended_at IS NULL THEN minutes IS NULL
            ELSE ended_at >= started_at AND minutes IS NOT NULL
                AND minutes = ended_at / 60000 - started_at / 60000
        END
    ),
    CONSTRAINT downtime_classified_by_whole_length CHECK (
        classified_minutes IS NULL OR (minutes IS NOT NULL AND classified_minutes >= minutes)
    ),
    CONSTRAINT downtime_micro_stop_is_unplanned_and_ended CHECK (
        micro_stop = 0 OR (loss <> 'planned' AND classified_minutes IS NOT NULL)
    ),
    FOREIGN KEY (client_id, production_date, shift_id, line_id)
        REFERENCES t_line_shift (client_id, production_date, shift_id, line_id),
    FOREIGN KEY (client_id, work_order_id) REFERENCES t_work_order (client_id, work_order_id),
    FOREIGN KEY (client_id, reason) REFERENCES t_downtime_reason (client_id, code)
);

CREATE INDEX i_downtime_entry_line_shift
ON t_downtime_entry (client_id, production_date, shift_id, line_id, started_at);
CREATE INDEX i_downtime_entry_line_time ON t_downtime_entry (client_id, line_id, started_at, ended_at);
CREATE INDEX i_downtime_entry_stop ON t_downtime_entry (client_id, stop_id);
CREATE INDEX i_downtime_entry_order ON t_downtime_entry (client_id, work_order_id);
-- A running stop is one without minutes; asked for in these words, the running ones are found without the rest.
CREATE UNIQUE INDEX i_downtime_entry_running ON t_downtime_entry (client_id, line_id)
WHERE minutes IS NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX i_downtime_entry_counted_once ON t_downtime_entry (client_id, stop_id)
WHERE counted = 1 AND deleted_at IS NULL;

-- An inspection at a stage; `passed` is the first time, without rework or repair.
-- The part's opportunities are kept as they were then, none where the part has no count.
CREATE TABLE t_quality_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    entry_id UUID NOT NULL,
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    line_id TEXT COLLATE "C" NOT NULL CHECK (length(line_id) BETWEEN 1 AND 64),
    work_order_id TEXT COLLATE "C" CHECK (length(work_order_id) BETWEEN 1 AND 64),
    job_id TEXT COLLATE "C" CHECK (length(job_id) BETWEEN 1 AND 64),
    part_number TEXT COLLATE "C" CHECK (length(part_number) BETWEEN 1 AND 64),
    opportunities_per_unit BIGINT CHECK (opportunities_per_unit BETWEEN 1 AND 1000000),
    stage TEXT COLLATE "C" NOT NULL CHECK (length(stage) BETWEEN 1 AND 64),
    inspected BIGINT NOT NULL CHECK (inspected BETWEEN 1 AND 1000000000),
    passed BIGINT NOT NULL CHECK (passed BETWEEN 0 AND 1000000000),
    reworked BIGINT NOT NULL CHECK (reworked BETWEEN 0 AND 1000000000),
    repaired BIGINT NOT NULL CHECK (repaired BETWEEN 0 AND 1000000000),
    scrapped BIGINT NOT NULL CHECK (scrapped BETWEEN 0 AND 1000000000),
    inspector TEXT COLLATE "C" CHECK (length(inspector) BETWEEN 1 AND 120),
    late BIGINT NOT NULL CHECK (late IN (0, 1)),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, entry_id),
    CONSTRAINT quality_passed_within_inspected CHECK (passed <= inspected),
    CONSTRAINT quality_outcome_within_failed CHECK (reworked + repaired + scrapped <= inspected - passed),
    CONSTRAINT quality_opportunities_have_part CHECK (
        opportunities_per_unit IS NULL OR part_number IS NOT NULL
    ),
    CONSTRAINT quality_job_has_work_order CHECK (job_id IS NULL OR work_order_id IS NOT NULL),
    FOREIGN KEY (client_id, production_date, shift_id, line_id)
        REFERENCES t_line_shift (client_id, production_date, shift_id, line_id),
    FOREIGN KEY (client_id, work_order_id) REFERENCES t_work_order (client_id, work_order_id),
    FOREIGN KEY (client_id, work_order_id, job_id) REFERENCES t_job (client_id, work_order_id, job_id),
    FOREIGN KEY (client_id, stage) REFERENCES t_stage (client_id, stage)
);

CREATE INDEX i_quality_entry_line_shift ON t_quality_entry (client_id, production_date, shift_id, line_id);
CREATE INDEX i_quality_entry_order ON t_quality_entry (client_id, work_order_id, job_id);

-- What was wrong in an inspection, by type; the counts add up to the inspection's defects.
CREATE TABLE t_defect_detail (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    quality_entry_id UUID NOT NULL,
    defect_type TEXT COLLATE "C" NOT NULL CHECK (length(defect_type) BETWEEN 1 AND 64),
    count BIGINT NOT NULL CHECK (count BETWEEN 1 AND 1000000000),
    cause TEXT COLLATE "C" CHECK (length(cause) BETWEEN 1 AND 2000),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, quality_entry_id, defect_type),
    FOREIGN KEY (client_id, quality_entry_id) REFERENCES t_quality_entry (client_id, entry_id),
    FOREIGN KEY (client_id, defect_type) REFERENCES t_defect_type (client_id, code)
);

-- A quantity of an order that may not go on. `released_at` and `released_by` are the end of the hold, by release or
-- by scrapping; part of a hold released becomes a row of its own, which names the one it was split from.
CREATE TABLE t_hold_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    hold_id UUID NOT NULL,
    work_order_id TEXT COLLATE "C" NOT NULL CHECK (length(work_order_id) BETWEEN 1 AND 64),
    job_id TEXT COLLATE "C" CHECK (length(job_id) BETWEEN 1 AND 64),
    reason TEXT COLLATE "C" NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
    status TEXT COLLATE "C" NOT NULL CHECK (
        status IN ('requested', 'on_hold', 'release_requested', 'released', 'rejected', 'withdrawn', 'scrapped')
    ),
    requested_by TEXT COLLATE "C" CHECK (length(requested_by) BETWEEN 1 AND 64),
    requested_at BIGINT,
    approved_by TEXT COLLATE "C" CHECK (length(approved_by) BETWEEN 1 AND 64),
    approved_at BIGINT,
    placed_by TEXT COLLATE "C" CHECK (length(placed_by) BETWEEN 1 AND 64),
    hold_from BIGINT,
    release_requested_by TEXT COLLATE "C" CHECK (length(release_requested_by) BETWEEN 1 AND 64),
    release_requested_at BIGINT,
    released_by TEXT COLLATE "C" CHECK (length(released_by) BETWEEN 1 AND 64),
    released_at BIGINT,
    disposition TEXT COLLATE "C" CHECK (disposition IN ('use_as_is', 'rework', 'scrap', 'return')),
    quality_entry_id UUID,
    split_from UUID,
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, hold_id),
    CONSTRAINT hold_requested_or_placed CHECK (requested_by IS NOT NULL OR placed_by IS NOT NULL),
    CONSTRAINT hold_request_is_signed CHECK ((requested_by IS NULL) = (requested_at IS NULL)),
    CONSTRAINT hold_approval_is_signed CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT hold_undecided_only_when_requested CHECK (
        status NOT IN ('requested', 'rejected', 'withdrawn')
        OR (requested_by IS NOT NULL AND approved_by IS NULL)
    ),
    CONSTRAINT hold_running_was_approved_or_placed CHECK (
        status IN ('requested', 'rejected', 'withdrawn')
        OR (hold_from IS NOT NULL AND (approved_by IS NOT NULL OR placed_by IS NOT NULL))
    ),
    CONSTRAINT hold_release_request_is_signed CHECK (
        (release_requested_by IS NULL) = (release_requested_at IS NULL)
    ),
    CONSTRAINT hold_release_requested_has_request CHECK (
        status <> 'release_requested' OR release_requested_by IS NOT NULL
    ),
    CONSTRAINT hold_ended_is_signed CHECK (
        (status IN ('released', 'scrapped')) = (released_at IS NOT NULL)
        AND (released_by IS NULL) = (released_at IS NULL)
    ),
    CONSTRAINT hold_ends_after_start CHECK (released_at >= hold_from),
    CONSTRAINT hold_disposition_at_release CHECK (
        disposition IS NULL OR status IN ('release_requested', 'released', 'scrapped')
    ),
    CONSTRAINT hold_scrapped_is_scrap CHECK (
        status <> 'scrapped' OR (disposition IS NOT NULL AND disposition = 'scrap')
    ),
    CONSTRAINT hold_not_split_from_itself CHECK (split_from <> hold_id),
    FOREIGN KEY (client_id, work_order_id) REFERENCES t_work_order (client_id, work_order_id),
    FOREIGN KEY (client_id, work_order_id, job_id) REFERENCES t_job (client_id, work_order_id, job_id),
    FOREIGN KEY (client_id, reason) REFERENCES t_hold_reason (client_id, code),
    FOREIGN KEY (client_id, quality_entry_id) REFERENCES t_quality_entry (client_id, entry_id),
    FOREIGN KEY (client_id, split_from) REFERENCES t_hold_entry (client_id, hold_id)
);

-- A hold that has not ended has no `released_at`: asked for as such, the open ones are found without the rest.
CREATE INDEX i_hold_entry_open ON t_hold_entry (client_id, released_at, status);
CREATE INDEX i_hold_entry_order ON t_hold_entry (client_id, work_order_id, job_id);

-- Every step of a hold, append-only, so that a second hold of an order never overwrites the first.
CREATE TABLE t_hold_event (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    hold_id UUID NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 1),
    step TEXT COLLATE "C" NOT NULL CHECK (step IN (
        'request', 'place', 'approve', 'reject', 'withdraw', 'request_release', 'refuse_release', 'release',
        'scrap', 'split', 'correct', 'remove'
    )),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
    by_login TEXT COLLATE "C" NOT NULL CHECK (length(by_login) BETWEEN 1 AND 64),
    at BIGINT NOT NULL,
    note TEXT COLLATE "C" CHECK (length(note) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, hold_id, seq),
    FOREIGN KEY (client_id, hold_id) REFERENCES t_hold_entry (client_id, hold_id)
);

-- One person's shift. An absence without a stated type has the type for unclassified; whether it counts is kept as
-- it was then.
CREATE TABLE t_attendance_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    employee_number TEXT COLLATE "C" NOT NULL CHECK (length(employee_number) BETWEEN 1 AND 64),
    shift_valid_from BIGINT NOT NULL,
    scheduled_minutes BIGINT NOT NULL CHECK (scheduled_minutes BETWEEN 0 AND 2880),
    worked_minutes BIGINT NOT NULL CHECK (worked_minutes BETWEEN 0 AND 2880),
    absence_minutes BIGINT NOT NULL,
    absence_type TEXT COLLATE "C" CHECK (length(absence_type) BETWEEN 1 AND 64),
    absence_counts BIGINT CHECK (absence_counts IN (0, 1)),
    late BIGINT NOT NULL CHECK (late IN (0, 1)),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, production_date, shift_id, employee_number),
    CONSTRAINT attendance_absence_is_the_difference CHECK (
        absence_minutes
        = CASE WHEN scheduled_minutes > worked_minutes THEN scheduled_minutes - worked_minutes ELSE 0 END
    ),
    CONSTRAINT attendance_absence_has_type CHECK (absence_minutes = 0 OR absence_type IS NOT NULL),
    CONSTRAINT attendance_type_is_classified CHECK ((absence_type IS NULL) = (absence_counts IS NULL)),
    FOREIGN KEY (client_id, employee_number)
        REFERENCES t_employee_client_assignment (client_id, employee_number),
    FOREIGN KEY (shift_id, shift_valid_from) REFERENCES t_shift (shift_id, valid_from),
    FOREIGN KEY (client_id, absence_type) REFERENCES t_absence_type (client_id, code)
);

CREATE INDEX i_attendance_entry_employee ON t_attendance_entry (client_id, employee_number, production_date);

-- An absence covered by someone of the floating pool, half-open from `covered_from` to `covered_to`.
CREATE TABLE t_coverage_entry (
    client_id TEXT COLLATE "C" NOT NULL CHECK (length(client_id) BETWEEN 1 AND 64),
    coverage_id UUID NOT NULL,
    production_date BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL CHECK (length(shift_id) BETWEEN 1 AND 64),
    employee_number TEXT COLLATE "C" NOT NULL CHECK (length(employee_number) BETWEEN 1 AND 64),
    pool_employee_id UUID NOT NULL,
    covered_from BIGINT NOT NULL,
    covered_to BIGINT NOT NULL,
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    notes TEXT COLLATE "C" CHECK (length(notes) BETWEEN 1 AND 2000),
    created_by TEXT COLLATE "C" NOT NULL CHECK (length(created_by) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL CHECK (length(updated_by) BETWEEN 1 AND 64),
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (client_id, coverage_id),
    CONSTRAINT coverage_minutes_within_times CHECK (minutes <= covered_to / 60000 - covered_from / 60000),
    FOREIGN KEY (client_id, production_date, shift_id, employee_number)
        REFERENCES t_attendance_entry (client_id, production_date, shift_id, employee_number),
    FOREIGN KEY (pool_employee_id) REFERENCES t_floating_pool (employee_id)
);

CREATE INDEX i_coverage_entry_absence
ON t_coverage_entry (client_id, production_date, shift_id, employee_number);

-- Stops of one line never overlap, so the latest one that starts before this one's end decides. Asked with the rights of
-- who writes: rows outside the scope are not seen, and the policy refuses them.
CREATE FUNCTION downtime_entry_overlaps_none() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Two who write stops of the same line wait for each other.
    PERFORM 1 FROM t_production_line AS l
    WHERE l.client_id = NEW.client_id AND l.line_id = NEW.line_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT o.ended_at FROM t_downtime_entry AS o
            WHERE o.client_id = NEW.client_id AND o.line_id = NEW.line_id AND o.deleted_at IS NULL
                AND o.entry_id <> NEW.entry_id
                AND o.started_at < coalesce(NEW.ended_at, 9223372036854775807)
            ORDER BY o.started_at DESC, o.ended_at IS NULL DESC, o.ended_at DESC LIMIT 1
        ) AS latest
        WHERE coalesce(latest.ended_at, 9223372036854775807) > NEW.started_at
    ) THEN
        RAISE EXCEPTION 'overlap';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION downtime_entry_overlaps_none FROM PUBLIC;
CREATE TRIGGER downtime_entry_overlaps_none
BEFORE INSERT OR UPDATE OF line_id, started_at, ended_at, deleted_at ON t_downtime_entry
FOR EACH ROW WHEN (NEW.deleted_at IS NULL AND NEW.started_at IS NOT NULL)
EXECUTE FUNCTION downtime_entry_overlaps_none();

-- What is on the record stays there, whoever asks: the rights of the program's role are not the only thing in the way.
CREATE FUNCTION record_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'append-only';
END $$;
REVOKE ALL ON FUNCTION record_is_append_only FROM PUBLIC;
CREATE TRIGGER hold_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON t_hold_event
FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();

-- Who sees and changes which rows; what each role may do at all is granted by the program (`store/grants.rs`).
ALTER TABLE t_line_shift ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_line_shift FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_line_shift
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW line_shift WITH (security_invoker = true) AS SELECT * FROM t_line_shift;

ALTER TABLE t_production_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_production_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_production_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW production_entry WITH (security_invoker = true) AS SELECT * FROM t_production_entry;

ALTER TABLE t_downtime_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_downtime_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_downtime_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW downtime_entry WITH (security_invoker = true) AS SELECT * FROM t_downtime_entry;

ALTER TABLE t_quality_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_quality_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_quality_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW quality_entry WITH (security_invoker = true) AS SELECT * FROM t_quality_entry;

ALTER TABLE t_defect_detail ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_defect_detail FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_defect_detail
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW defect_detail WITH (security_invoker = true) AS SELECT * FROM t_defect_detail;

ALTER TABLE t_hold_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_hold_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_hold_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW hold_entry WITH (security_invoker = true) AS SELECT * FROM t_hold_entry;

ALTER TABLE t_hold_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_hold_event FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_hold_event
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW hold_event WITH (security_invoker = true) AS SELECT * FROM t_hold_event;

ALTER TABLE t_attendance_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_attendance_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_attendance_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW attendance_entry WITH (security_invoker = true) AS SELECT * FROM t_attendance_entry;

ALTER TABLE t_coverage_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE t_coverage_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON t_coverage_entry
USING (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]))
WITH CHECK (client_id = ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[]));
CREATE VIEW coverage_entry WITH (security_invoker = true) AS SELECT * FROM t_coverage_entry;
