-- What the planner assumes: PostgreSQL counts for itself, and of what grows with the entries it shall do so early.
ALTER TABLE t_production_entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_downtime_entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_quality_entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_defect_detail SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_hold_entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_hold_event SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_work_order SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_job SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_attendance_entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_coverage_entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_line_shift SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE t_audit_entry SET (autovacuum_analyze_scale_factor = 0.02);
