-- +goose Up
-- Scripts that may erase, and the erasures that scripts ask for: they name people by number. Times are milliseconds since 1970, UTC.

ALTER TABLE service_accounts ADD COLUMN may_erase INTEGER NOT NULL DEFAULT 0;

CREATE TABLE erasure_tasks (
  id         TEXT    PRIMARY KEY, -- 32 hexadecimal digits
  project    INTEGER NOT NULL,
  asked_by   TEXT    NOT NULL,
  asked      INTEGER NOT NULL,
  compliance TEXT    NOT NULL, -- GDPR or CCPA
  numbers    BLOB    NOT NULL, -- of the people found, 4 bytes each, little endian
  unknown    INTEGER NOT NULL, -- identifiers that nobody has
  state      TEXT    NOT NULL  -- pending, started, done, revoked, failed
);
CREATE INDEX erasure_tasks_state ON erasure_tasks (state, asked);

-- +goose Down
DROP TABLE erasure_tasks;
ALTER TABLE service_accounts DROP COLUMN may_erase;
