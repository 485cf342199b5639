-- +goose Up
-- The properties of events that name groups, such as company. They are asked for in the order of place.

CREATE TABLE group_keys (
  project INTEGER NOT NULL REFERENCES projects (id),
  key     TEXT    NOT NULL,
  name    TEXT    NOT NULL, -- what people call it
  place   INTEGER NOT NULL,
  PRIMARY KEY (project, key)
);

-- +goose Down
DROP TABLE group_keys;
