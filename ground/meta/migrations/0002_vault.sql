-- +goose Up
CREATE TABLE vault_keys (
  project INTEGER NOT NULL,
  version INTEGER NOT NULL, -- from 1
  root    BLOB    NOT NULL, -- the number of the root key that wraps it
  wrapped BLOB    NOT NULL,
  PRIMARY KEY (project, version)
);

-- +goose Down
DROP TABLE vault_keys;
