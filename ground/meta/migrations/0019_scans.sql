-- +goose Up
CREATE TABLE scans (
  id      INTEGER PRIMARY KEY AUTOINCREMENT, -- the round of the store: each is above those before
  project INTEGER NOT NULL REFERENCES projects (id),
  asked   TEXT    NOT NULL, -- by whom
  began   INTEGER NOT NULL,
  ended   INTEGER,          -- NULL: it is running, or the server is not
  state   TEXT    NOT NULL, -- running, done, stopped or failed
  before  TEXT    NOT NULL, -- what earlier scans had changed, as JSON
  changed TEXT    NOT NULL  -- what it has changed, as JSON, once it has ended
);
CREATE INDEX scans_project ON scans (project);

-- +goose Down
DROP TABLE scans;
