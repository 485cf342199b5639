package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"jejak/ground/audit"
)

// VerifyAudit compares the audit log of a data folder, or of a copy of one, with its own hashes and with checkpoints that
// were kept elsewhere. key is the log's public key as it was kept elsewhere; empty: the one beside the log.
func VerifyAudit(data, key string, held ...[]byte) (*audit.Report, error) {
	if key == "" {
		var err error
		if key, err = AuditKey(data); err != nil {
			return nil, err
		}
	}
	return audit.Verify(auditFolder(data), key, held...)
}

// AuditKey is the public key beside the audit log of a data folder.
func AuditKey(data string) (string, error) {
	key, err := os.ReadFile(audit.KeyPath(auditFolder(data)))
	if errors.Is(err, fs.ErrNotExist) {
		return "", errors.New("there is no audit log in this folder\nhint: --data names the folder that jejak serve uses")
	}
	if err != nil {
		return "", fmt.Errorf("cannot read the public key of the audit log: %w", err)
	}
	return strings.TrimSpace(string(key)), nil
}

// AuditCheckpoint is the newest checkpoint of the audit log of a data folder.
func AuditCheckpoint(data string) ([]byte, error) {
	b, err := os.ReadFile(audit.CheckpointPath(auditFolder(data)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the audit log has no entry yet")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the checkpoint of the audit log: %w", err)
	}
	return b, nil
}

// ProveAudit shows that an entry is in the audit log of a data folder, or of a copy of one.
func ProveAudit(data string, index int64) (audit.Proof, error) {
	if _, err := AuditCheckpoint(data); err != nil {
		return audit.Proof{}, err
	}
	return audit.ProveIn(auditFolder(data), index)
}

// CheckProof holds what ProveAudit or the API gave, as JSON, against the log's public key.
func CheckProof(text []byte, key string) (audit.Proof, error) {
	var p audit.Proof
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("cannot read the proof: %w", err)
	}
	return p, p.Check(key)
}
