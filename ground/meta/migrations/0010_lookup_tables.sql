-- +goose Up
CREATE TABLE lookup_tables (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  project INTEGER NOT NULL REFERENCES projects (id),
  name    TEXT    NOT NULL, -- expressions say it
  of      TEXT    NOT NULL, -- the property whose values are its keys, as questions name it
  head    TEXT    NOT NULL, -- its columns as JSON
  entries INTEGER NOT NULL, -- how many rows it has
  body    BLOB    NOT NULL, -- the CSV, gzip; looked through for personal values
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL, -- it is replaced as a whole
  UNIQUE (project, name)
);

-- +goose Down
DROP TABLE lookup_tables;
