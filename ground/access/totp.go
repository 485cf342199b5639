package access

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// Codes of an authenticator app (RFC 6238): SHA-1, six digits, 30 seconds, the only variant every app understands.
const (
	totpSecretLength = 20
	totpPeriod       = 30 // seconds
	totpDigits       = otp.DigitsSix
)

// newKey is a fresh secret with the link that apps scan.
func (s *Service) newKey(login string) (secret []byte, key *otp.Key, err error) {
	secret = s.mustDraw(totpSecretLength)
	key, err = totp.Generate(totp.GenerateOpts{Issuer: "Jejak", AccountName: login, Secret: secret, Period: totpPeriod, Digits: totpDigits})
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make an authenticator's secret: %w", err)
	}
	return secret, key, nil
}

// matchCode is the time step the code belongs to: this one, or a neighbour for clocks that go wrong a little.
func matchCode(secret []byte, code string, now time.Time) (step int64, ok bool) {
	this := now.Unix() / totpPeriod
	for step := this - 1; step <= this+1; step++ {
		fits, err := hotp.ValidateCustom(code, uint64(step), letters.EncodeToString(secret), hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && fits { // an error is a code of another length
			return step, true
		}
	}
	return 0, false
}

// useStep takes the step's code out of use. ErrCredentials when it, or a later one, was used before.
func useStep(ctx context.Context, tx *sql.Tx, userID []byte, step int64) error {
	n, err := changes(tx.ExecContext(ctx, "UPDATE users SET totp_step = $1 WHERE id = $2 AND totp_step < $1", step, userID))
	if err == nil && n == 0 {
		return ErrCredentials
	}
	return err
}
