-- +goose Up
-- What left the installation as rows, and the key of its pseudonyms. Times are milliseconds since 1970, UTC.

CREATE TABLE exports (
  id       TEXT    PRIMARY KEY, -- 32 hexadecimal digits
  project  INTEGER NOT NULL,
  mark     INTEGER NOT NULL UNIQUE, -- 32 bits with which each of its pseudonyms begins
  key      BLOB    NOT NULL, -- 32 bytes, sealed
  spec     BLOB    NOT NULL, -- what was asked for, as JSON, sealed: a filter may name somebody
  content  TEXT    NOT NULL, -- events, profiles, answer, people (an answer whose rows are of single ones)
  format   TEXT    NOT NULL,
  purpose  TEXT    NOT NULL,
  asked_by TEXT    NOT NULL, -- user:…, service:…, console
  asked    INTEGER NOT NULL,
  max_rows INTEGER NOT NULL, -- never more than these leave
  approval TEXT    NOT NULL DEFAULT '', -- the request that a second person must allow; empty: none is needed
  state    TEXT    NOT NULL DEFAULT 'asked', -- asked, running, complete, broken, cancelled
  began    INTEGER,
  ended    INTEGER,
  rows     INTEGER NOT NULL DEFAULT 0,
  bytes    INTEGER NOT NULL DEFAULT 0,
  canaries INTEGER NOT NULL DEFAULT 0, -- of the rows: those of invented people
  sha256   BLOB
);
CREATE INDEX exports_project ON exports (project, asked);
CREATE INDEX exports_caller ON exports (asked_by, asked);

-- +goose Down
DROP TABLE exports;
