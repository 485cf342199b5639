-- +goose Up
-- The breach register. Times are milliseconds since 1970, UTC. docs/format/register.md draws what is sealed.

CREATE TABLE incidents (
  id   TEXT    PRIMARY KEY, -- 2026-01
  made INTEGER NOT NULL
);

CREATE TABLE incident_lines (
  incident TEXT    NOT NULL REFERENCES incidents (id),
  number   INTEGER NOT NULL, -- from 1, without a gap; lines are added, never changed
  audit    INTEGER NOT NULL, -- the entry of the audit log that has the line's hash
  sealed   BLOB    NOT NULL, -- the line as JSON
  PRIMARY KEY (incident, number)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE incident_lines;
DROP TABLE incidents;
