-- +goose Up
-- Times are milliseconds since 1970, UTC. Secrets are kept as SHA-256 of 16 to 32 random bytes.

CREATE TABLE projects (
  id             INTEGER PRIMARY KEY, -- from 1
  name           TEXT    NOT NULL,
  zone           TEXT    NOT NULL,
  token          TEXT    NOT NULL UNIQUE, -- public
  api_secret     BLOB    NOT NULL UNIQUE,
  original_merge INTEGER NOT NULL DEFAULT 0,
  created        INTEGER NOT NULL
);

CREATE TABLE service_accounts (
  username TEXT    PRIMARY KEY,
  project  INTEGER NOT NULL REFERENCES projects (id),
  secret   BLOB    NOT NULL,
  created  INTEGER NOT NULL
);

CREATE TABLE users (
  id        BLOB    PRIMARY KEY, -- 16 random bytes; the user handle of passkeys
  login     TEXT    NOT NULL UNIQUE,
  role      TEXT    NOT NULL,
  scheme    INTEGER NOT NULL DEFAULT 0, -- how the password was hashed; 0: no password
  salt      BLOB,
  verifier  BLOB,
  totp      BLOB, -- the authenticator's secret, sealed with a key that only the password gives
  totp_step INTEGER NOT NULL DEFAULT 0, -- the last time step whose code was used
  created   INTEGER NOT NULL
);

CREATE TABLE recovery_codes (
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash    BLOB NOT NULL,
  PRIMARY KEY (user_id, hash)
);

CREATE TABLE passkeys (
  id         BLOB    PRIMARY KEY,
  user_id    BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  site       TEXT    NOT NULL, -- the relying party's ID: a host name
  credential TEXT    NOT NULL, -- public key and counters, JSON of go-webauthn
  created    INTEGER NOT NULL
);

CREATE TABLE sessions (
  hash    BLOB    PRIMARY KEY,
  user_id BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  used    INTEGER NOT NULL, -- to the minute
  expires INTEGER NOT NULL  -- at the latest
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE links (
  hash    BLOB    PRIMARY KEY,
  purpose TEXT    NOT NULL, -- set-up or sign-in
  login   TEXT    NOT NULL, -- of a sign-in
  expires INTEGER NOT NULL
);

-- +goose Down
DROP TABLE links;
DROP TABLE sessions;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE users;
DROP TABLE service_accounts;
DROP TABLE projects;
