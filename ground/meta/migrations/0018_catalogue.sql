-- +goose Up
CREATE TABLE words (
  project     INTEGER NOT NULL REFERENCES projects (id),
  kind        TEXT    NOT NULL, -- event or property
  name        TEXT    NOT NULL, -- as it is sent
  description TEXT    NOT NULL,
  owner       TEXT    NOT NULL,
  hidden      INTEGER NOT NULL,
  verified    INTEGER NOT NULL,
  class       TEXT    NOT NULL, -- of personal data, as somebody says
  rule        TEXT    NOT NULL, -- what the data plan does, as JSON
  past        INTEGER NOT NULL, -- dropping or renaming holds for answers about the past, too
  changed     INTEGER NOT NULL,
  PRIMARY KEY (project, kind, name)
) WITHOUT ROWID;
CREATE TABLE plans (
  project INTEGER PRIMARY KEY REFERENCES projects (id),
  strict  TEXT NOT NULL -- '', count or closed
) WITHOUT ROWID;

-- +goose Down
DROP TABLE plans;
DROP TABLE words;
