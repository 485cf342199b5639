-- +goose Up
-- Roles in single projects. The role in users holds in all of them; it may be empty.

CREATE TABLE members (
  user_id BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  project INTEGER NOT NULL REFERENCES projects (id),
  role    TEXT    NOT NULL,
  PRIMARY KEY (user_id, project)
);

-- +goose Down
DROP TABLE members;
