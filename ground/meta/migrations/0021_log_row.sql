-- +goose Up
-- The audit log's identity stood where the installation's own key belongs: as project 0. It is the longer of the two.
UPDATE vault_keys SET project = 4294967295 WHERE project = 0 AND length(wrapped) > 72;

-- +goose Down
DELETE FROM vault_keys WHERE project = 0; -- what the installation sealed cannot be read by the version before
UPDATE vault_keys SET project = 0 WHERE project = 4294967295;
