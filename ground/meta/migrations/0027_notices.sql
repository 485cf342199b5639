-- +goose Up
CREATE TABLE notice_keys (
  incident TEXT PRIMARY KEY,
  key      BLOB NOT NULL -- sealed; makes the indexes of mailboxes, the tokens and the keys under which recipients are sealed
);
CREATE TABLE notice_versions (
  incident TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  state    TEXT    NOT NULL, -- draft, released, paused or restored
  why      TEXT    NOT NULL, -- of paused and restored
  facts    BLOB    NOT NULL, -- JSON: what all texts share
  hash     BLOB    NOT NULL, -- of the facts, and of each recipient with their text
  planned  INTEGER NOT NULL, -- recipients of the fixed set
  made     INTEGER NOT NULL,
  released INTEGER NOT NULL, -- 0: not yet; the date of every mail
  epoch    INTEGER NOT NULL, -- of senders: only the newest may change a notice
  handed   INTEGER NOT NULL, -- final dots that were allowed, each in the audit log before it was sent
  entry    INTEGER NOT NULL, -- of the audit log: nothing of this version's sending stands before it unread
  PRIMARY KEY (incident, version)
);
CREATE TABLE notices (
  id         INTEGER PRIMARY KEY,
  incident   TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  mailbox    BLOB    NOT NULL, -- keyed index
  token      BLOB    NOT NULL UNIQUE,
  code       BLOB    NOT NULL UNIQUE, -- SHA-256 of the code, cut to 16 bytes
  instead_of INTEGER, -- the notice whose mailbox did not take it
  audience   TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  locales    TEXT    NOT NULL,
  provider   TEXT    NOT NULL, -- a large one by name, or other
  urgency    INTEGER NOT NULL, -- the least goes first
  text       BLOB    NOT NULL, -- SHA-256 of subject and body
  sealed     BLOB    NOT NULL, -- the recipient
  state      TEXT    NOT NULL,
  why        TEXT    NOT NULL,
  epoch      INTEGER NOT NULL,
  tries      INTEGER NOT NULL,
  due        INTEGER NOT NULL, -- not before
  first      INTEGER NOT NULL, -- when it was first put off; 0: never
  changed    INTEGER NOT NULL,
  UNIQUE (incident, version, mailbox)
);
CREATE INDEX notices_next ON notices (incident, version, state, provider, urgency, id);

-- +goose Down
DROP TABLE notices;
DROP TABLE notice_versions;
DROP TABLE notice_keys;
