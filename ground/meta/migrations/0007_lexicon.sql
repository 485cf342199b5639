-- +goose Up
CREATE TABLE customs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: questions name it
  project    INTEGER NOT NULL REFERENCES projects (id),
  kind       TEXT    NOT NULL, -- event or property
  name       TEXT    NOT NULL,
  definition TEXT    NOT NULL, -- of an event selectors as JSON, of a property an expression
  created    INTEGER NOT NULL,
  changed    INTEGER NOT NULL
);
CREATE INDEX customs_project ON customs (project, kind);

-- +goose Down
DROP TABLE customs;
