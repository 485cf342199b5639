-- +goose Up
CREATE TABLE mail_back (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  sealed BLOB    NOT NULL -- an address and a language, all of one length; deleted when it is answered
);
CREATE TABLE mail_back_told (
  mailbox BLOB    PRIMARY KEY, -- keyed index; deleted after a day
  at      INTEGER NOT NULL     -- in milliseconds
) WITHOUT ROWID;

-- +goose Down
DROP TABLE mail_back_told;
DROP TABLE mail_back;
