-- The figures of the panel, day by day, as DuckDB is asked for them: each block alone, and all of them joined into one
-- statement by `panel.rs`; the faster of the two counts.

-- ls
WITH st AS (
    SELECT client_id, production_date, shift_id, line_id,
        sum(minutes) FILTER (loss = 'planned') AS p,
        sum(minutes) FILTER (loss <> 'planned' AND micro_stop = 0) AS u,
        sum(minutes) FILTER (loss = 'setup' AND micro_stop = 0) AS se,
        sum(minutes) FILTER (loss = 'small_stop' AND micro_stop = 0) AS sm,
        sum(minutes) FILTER (loss = 'reduced_speed' AND micro_stop = 0) AS rs,
        sum(minutes) FILTER (loss = 'reject' AND micro_stop = 0) AS rj,
        sum(minutes) FILTER (loss = 'startup_reject' AND micro_stop = 0) AS sr,
        count(*) FILTER (loss <> 'planned' AND micro_stop = 0 AND counted = 1) AS n,
        sum(minutes) FILTER (micro_stop = 1) AS mm,
        count(*) FILTER (micro_stop = 1 AND counted = 1) AS mn
    FROM downtime_entry
    WHERE client_id IN ({clients}) AND production_date BETWEEN {from} AND {to} AND minutes IS NOT NULL
    GROUP BY ALL
), cut AS (
    SELECT l.production_date, l.planned_minutes, l.crew,
        least(coalesce(p, 0), planned_minutes) AS p,
        least(coalesce(u, 0), planned_minutes - least(coalesce(p, 0), planned_minutes)) AS u,
        coalesce(se, 0) AS se, coalesce(sm, 0) AS sm, coalesce(rs, 0) AS rs, coalesce(rj, 0) AS rj,
        coalesce(sr, 0) AS sr, coalesce(n, 0) AS n, coalesce(mm, 0) AS mm, coalesce(mn, 0) AS mn
    FROM line_shift AS l LEFT JOIN st USING (client_id, production_date, shift_id, line_id)
    WHERE l.client_id IN ({clients}) AND l.production_date BETWEEN {from} AND {to}
)
SELECT production_date, count(*) AS line_shifts, sum(planned_minutes) AS planned_minutes,
    sum(p) AS planned_stop_minutes, sum(u) AS unplanned_stop_minutes, sum(n) AS unplanned_stops,
    sum(least(se, u)) AS setup, sum(least(sm, u)) AS small_stops, sum(least(rs, u)) AS reduced_speed,
    sum(least(rj, u)) AS rejects, sum(least(sr, u)) AS startup_rejects, sum(mm) AS micro_minutes,
    sum(mn) AS micro_stops, sum(crew * planned_minutes) AS crew_minutes
FROM cut GROUP BY ALL

-- pr
SELECT production_date, sum(units) AS units, sum(defects) AS defects, sum(scrap) AS scrap, sum(rework) AS rework,
    sum(startup_defects) AS startup_defects, sum(units::BIGINT * ideal_cycle_ms) AS earned_millis,
    sum(units::BIGINT * labour_standard_ms) AS labour_millis,
    sum((defects - startup_defects)::BIGINT * ideal_cycle_ms) AS rejected_millis,
    sum(startup_defects::BIGINT * ideal_cycle_ms) AS startup_rejected_millis,
    sum(units) FILTER (ideal_cycle_ms IS NULL) AS without_cycle,
    sum(units) FILTER (standard_source = 'history') AS inferred
FROM production_entry WHERE client_id IN ({clients}) AND production_date BETWEEN {from} AND {to} GROUP BY ALL

-- qu
WITH qs AS (
    SELECT production_date, stage, sum(inspected) AS inspected, sum(passed) AS passed,
        sum(CASE WHEN defect_count > 0 THEN defect_count ELSE inspected - passed END) AS found,
        sum(CASE WHEN defect_count > 0 THEN defect_count ELSE inspected - passed END)
            FILTER (opportunities_per_unit IS NOT NULL) AS opportunity_defects,
        sum(inspected::BIGINT * opportunities_per_unit) AS opportunities
    FROM quality_entry WHERE client_id IN ({clients}) AND production_date BETWEEN {from} AND {to} GROUP BY ALL
)
SELECT production_date, sum(inspected) AS inspected, sum(passed) AS passed, sum(found) AS found,
    sum(opportunity_defects) AS opportunity_defects, sum(opportunities) AS opportunities,
    sum(inspected) FILTER (stage = 'INCOMING') AS i1, sum(passed) FILTER (stage = 'INCOMING') AS p1,
    sum(inspected) FILTER (stage = 'ASSEMBLY') AS i2, sum(passed) FILTER (stage = 'ASSEMBLY') AS p2,
    sum(inspected) FILTER (stage = 'FUNCTION') AS i3, sum(passed) FILTER (stage = 'FUNCTION') AS p3,
    sum(inspected) FILTER (stage = 'FINAL') AS i4, sum(passed) FILTER (stage = 'FINAL') AS p4
FROM qs GROUP BY ALL

-- att
SELECT production_date,
    sum(CASE WHEN absence_counts = 0 THEN scheduled_minutes - absence_minutes ELSE scheduled_minutes END)
        AS scheduled_minutes,
    sum(absence_minutes) FILTER (absence_counts = 1) AS absence_minutes,
    sum(least(covered_minutes, absence_minutes)) FILTER (absence_counts = 1) AS covered_minutes
FROM attendance_entry WHERE client_id IN ({clients}) AND production_date BETWEEN {from} AND {to} GROUP BY ALL

-- du
SELECT required_date AS production_date, count(*) AS due_orders,
    count(*) FILTER (delivered_date <= required_date) AS on_time_orders,
    count(*) FILTER (delivered_date <= required_date AND delivered_quantity >= quantity) AS in_full_orders
FROM work_order
WHERE client_id IN ({clients}) AND required_date BETWEEN {from} AND {to} AND status <> 'cancelled' GROUP BY ALL

-- wi
SELECT count(*) AS wip, sum(({end} - started_at) // 86400000) AS wip_days FROM work_order
WHERE client_id IN ({clients}) AND started_at <= {end} AND (completed_at IS NULL OR completed_at > {end})
    AND status <> 'cancelled'

-- ho
SELECT count(*) AS holds, sum(({end} - hold_from) // 86400000) AS hold_days FROM hold_entry
WHERE client_id IN ({clients}) AND hold_from <= {end} AND (released_at IS NULL OR released_at > {end})
