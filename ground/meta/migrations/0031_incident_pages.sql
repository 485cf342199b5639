-- +goose Up
CREATE TABLE page_drafts (
  incident   TEXT PRIMARY KEY,
  draft      TEXT    NOT NULL, -- JSON
  changed    INTEGER NOT NULL,
  changed_by TEXT    NOT NULL
) WITHOUT ROWID;
CREATE TABLE page_versions (
  incident  TEXT    NOT NULL,
  version   INTEGER NOT NULL, -- from 1
  hash      BLOB    NOT NULL, -- of the set of files
  published INTEGER NOT NULL,
  entry     INTEGER NOT NULL, -- of the audit log
  promise   INTEGER NOT NULL, -- when the next update comes at the latest; 0: none is promised
  warned    INTEGER NOT NULL DEFAULT 0, -- 1: that it is due soon, 2: that it was missed
  PRIMARY KEY (incident, version)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE page_versions;
DROP TABLE page_drafts;
