-- Which shapes of the schema have passed the lint of the catalogue, so that it looks once at each.
CREATE TABLE t_lint_pass (
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    PRIMARY KEY (digest)
) STRICT, WITHOUT ROWID;
