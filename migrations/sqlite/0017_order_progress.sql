-- What an order has made so far, from the index alone: the list of orders adds it up for every order in view.
DROP INDEX i_production_entry_order;
CREATE INDEX i_production_entry_order ON t_production_entry (client_id, work_order_id, job_id, deleted_at, units);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
('t_production_entry', 'i_production_entry_order', '1000000 20000 50 30 30 2 1');
