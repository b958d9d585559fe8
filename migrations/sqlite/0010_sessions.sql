-- What open sessions look at when a transaction begins: the one number ends them, the other has them read their scope anew.
ALTER TABLE t_user_account ADD COLUMN session_version INTEGER NOT NULL DEFAULT 1 CHECK (session_version >= 1);
ALTER TABLE t_user_account ADD COLUMN scope_version INTEGER NOT NULL DEFAULT 1 CHECK (scope_version >= 1);
