-- +goose Up
-- Files with the keys of people that were made: one that is missing is never made anew.
CREATE TABLE vault_rings (
  project INTEGER NOT NULL,
  kind    INTEGER NOT NULL, -- 1 persons, 2 groups
  PRIMARY KEY (project, kind)
);

-- +goose Down
DROP TABLE vault_rings;
