-- What the planner assumes: a plant of 50 clients and a million entries. Without statistics SQLite takes a client for
-- ten rows and reads all of the client's entries where an index holds the few that are asked for.
ANALYZE;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
('t_production_entry', 't_production_entry', '1000000 20000 1'),
('t_production_entry', 'i_production_entry_line_shift', '1000000 20000 50 20 10 1 1'),
('t_production_entry', 'i_production_entry_order', '1000000 20000 50 30 1'),
('t_production_entry', 'i_production_entry_product', '1000000 20000 400 10 1'),
('t_downtime_entry', 't_downtime_entry', '1000000 20000 1'),
('t_downtime_entry', 'i_downtime_entry_line_shift', '1000000 20000 50 20 10 1 1'),
('t_downtime_entry', 'i_downtime_entry_line_time', '1000000 20000 2000 1 1 1'),
('t_downtime_entry', 'i_downtime_entry_stop', '1000000 20000 1 1'),
('t_downtime_entry', 'i_downtime_entry_order', '1000000 20000 50 1'),
('t_downtime_entry', 'i_downtime_entry_running', '100 5 1'),
('t_downtime_entry', 'i_downtime_entry_counted_once', '1000000 20000 1'),
('t_quality_entry', 't_quality_entry', '1000000 20000 1'),
('t_quality_entry', 'i_quality_entry_line_shift', '1000000 20000 50 20 10 1'),
('t_quality_entry', 'i_quality_entry_order', '1000000 20000 50 30 1'),
('t_hold_entry', 't_hold_entry', '50000 1000 1'),
('t_hold_entry', 'i_hold_entry_open', '50000 1000 5 3 1'),
('t_hold_entry', 'i_hold_entry_order', '50000 1000 3 2 1'),
('t_work_order', 't_work_order', '100000 2000 1'),
('t_work_order', 'i_work_order_required', '100000 2000 10 1'),
('t_work_order', 'i_work_order_status', '100000 2000 400 10 1'),
('t_attendance_entry', 't_attendance_entry', '1000000 20000 50 20 1'),
('t_attendance_entry', 'i_attendance_entry_employee', '1000000 20000 300 2 1');
