-- +goose Up
CREATE TABLE vendor_records (
  kind    TEXT    NOT NULL, -- vendor, cut, review, exit or run
  id      INTEGER NOT NULL,
  version INTEGER NOT NULL, -- from 1; the highest holds, none is ever changed
  at      INTEGER NOT NULL,
  who     TEXT    NOT NULL, -- who wrote this version
  body    BLOB    NOT NULL, -- JSON, sealed: a contact or a note may name somebody
  PRIMARY KEY (kind, id, version)
);
CREATE TABLE vendor_denied ( -- registrable domains to which nothing is sent
  domain TEXT    NOT NULL,
  vendor INTEGER NOT NULL,
  since  INTEGER NOT NULL,
  PRIMARY KEY (domain, vendor)
);
CREATE TABLE vendor_egress ( -- what the product itself has sent
  day      TEXT    NOT NULL, -- UTC
  host     TEXT    NOT NULL,
  requests INTEGER NOT NULL,
  refused  INTEGER NOT NULL,
  bytes    INTEGER NOT NULL,
  late     INTEGER NOT NULL, -- bytes told after the host was cut off: every write asks first, so they were written before
  PRIMARY KEY (day, host)
);
CREATE TABLE vendor_seen ( -- hosts that were observed elsewhere
  day    TEXT    NOT NULL, -- UTC
  source TEXT    NOT NULL, -- forwarder, csp, har, scan or crawl
  host   TEXT    NOT NULL,
  times  INTEGER NOT NULL,
  places BLOB    NOT NULL, -- files or pages as JSON, sealed: an address of a page may name somebody
  PRIMARY KEY (day, source, host)
);
CREATE TABLE vendor_watch ( -- when the door and the endpoint of reports were open
  began INTEGER NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
);

-- +goose Down
DROP TABLE vendor_watch;
DROP TABLE vendor_seen;
DROP TABLE vendor_egress;
DROP TABLE vendor_denied;
DROP TABLE vendor_records;
