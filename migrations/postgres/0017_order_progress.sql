-- What an order has made so far, from the index alone: the list of orders adds it up for every order in view.
DROP INDEX i_production_entry_order;
CREATE INDEX i_production_entry_order ON t_production_entry (client_id, work_order_id, job_id, deleted_at, units);
