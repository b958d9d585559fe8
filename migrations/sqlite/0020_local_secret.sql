-- What seals that which a terminal keeps for a person (drafts, entries not sent yet). Made at their first login.
ALTER TABLE t_user_account ADD COLUMN local_secret BLOB CHECK (length(local_secret) = 32);
