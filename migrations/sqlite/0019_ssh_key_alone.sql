-- Whether a key lets its person in without the password.
ALTER TABLE t_user_account ADD COLUMN ssh_key_alone INTEGER NOT NULL DEFAULT 0 CHECK (ssh_key_alone IN (0, 1));
