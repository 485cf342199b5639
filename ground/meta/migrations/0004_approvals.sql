-- +goose Up
-- What one person asked for and another must allow. Times are milliseconds since 1970, UTC.

CREATE TABLE approvals (
  id        TEXT    PRIMARY KEY, -- 32 hexadecimal digits
  project   INTEGER NOT NULL, -- 0: the installation
  act       TEXT    NOT NULL,
  hash      BLOB    NOT NULL, -- SHA-256 of what was asked for, to the last byte
  title     TEXT    NOT NULL, -- what the second person reads; no personal value
  asked_by  TEXT    NOT NULL, -- user:…
  asked     INTEGER NOT NULL,
  expires   INTEGER NOT NULL,
  decision  TEXT    NOT NULL DEFAULT 'open', -- open, granted, refused, used
  decided_by TEXT,
  decided   INTEGER
);
CREATE INDEX approvals_project ON approvals (project, asked);

-- +goose Down
DROP TABLE approvals;
