-- +goose Up
CREATE TABLE notice_sets (
  incident TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  size     INTEGER NOT NULL, -- how many notices
  root     BLOB    NOT NULL, -- of the tree over all of them
  leaves   BLOB    NOT NULL, -- 32 bytes each, ascending: nothing tells whose they are
  entry    INTEGER NOT NULL, -- of the audit log, with the root
  PRIMARY KEY (incident, version)
) WITHOUT ROWID;
CREATE TABLE replayed_codes (
  code     BLOB    PRIMARY KEY, -- keyed index
  incident TEXT    NOT NULL,
  at       INTEGER NOT NULL     -- when it was noticed, in milliseconds
) WITHOUT ROWID;

-- +goose Down
DROP TABLE replayed_codes;
DROP TABLE notice_sets;
