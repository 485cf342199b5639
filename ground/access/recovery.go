package access

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

const (
	recoveryCodes      = 10
	recoveryCodeLength = 10 // bytes; 16 letters and digits
)

// newRecoveryCodes replaces the user's codes. Each works once, in place of the authenticator's.
func (s *Service) newRecoveryCodes(ctx context.Context, tx *sql.Tx, userID []byte) ([]string, error) {
	if _, err := tx.ExecContext(ctx, "DELETE FROM recovery_codes WHERE user_id = $1", userID); err != nil {
		return nil, fmt.Errorf("cannot take back earlier recovery codes: %w", err)
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		code := letters.EncodeToString(s.mustDraw(recoveryCodeLength))
		h := hashOf(code)
		if _, err := tx.ExecContext(ctx, "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)", userID, h[:]); err != nil {
			return nil, fmt.Errorf("cannot keep the recovery codes: %w", err)
		}
		codes[i] = code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
	}
	return codes, nil
}

// useRecoveryCode uses the code up. ErrCredentials when it is none of the user's. People may type it in small letters,
// with or without the strokes.
func useRecoveryCode(ctx context.Context, tx *sql.Tx, userID []byte, code string) error {
	h := hashOf(strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code)))
	n, err := changes(tx.ExecContext(ctx, "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2", userID, h[:]))
	if err == nil && n == 0 {
		return ErrCredentials
	}
	return err
}
