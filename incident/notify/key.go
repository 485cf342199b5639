package notify

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"jejak/exposure"
	"jejak/ground/vault"
	"jejak/incident/notify/mail"
)

// keys are made of the one key of an incident, which is kept sealed. It is the same for all versions: that is how a mailbox is known
// to have been told before.
type keys struct {
	incident exposure.IncidentID
	root     [32]byte
	rows     cipher.AEAD
}

// keysOf reads the key of an incident, or makes it.
func (s *Service) keysOf(ctx context.Context, i exposure.IncidentID) (*keys, error) {
	if k, ok := s.keys.Load(i); ok {
		return k.(*keys), nil
	}
	sealed, err := s.sealedKey(ctx, i)
	if err != nil {
		return nil, fmt.Errorf("cannot read the key of the notices: %w", err)
	}
	plain, err := s.o.Vault.OpenOwn(installation, vault.NoticeKey, string(i), sealed)
	if err != nil {
		return nil, err
	}
	if len(plain) != 32 {
		return nil, errors.New("cannot read the key of the notices: it is damaged")
	}
	k := &keys{incident: i, root: [32]byte(plain)}
	k.rows = k.aead()
	s.keys.Store(i, k)
	return k, nil
}

func (s *Service) sealedKey(ctx context.Context, i exposure.IncidentID) (sealed []byte, err error) {
	read := func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT key FROM notice_keys WHERE incident = $1", i).Scan(&sealed)
	}
	if err = s.o.DB.Read(ctx, read); !errors.Is(err, sql.ErrNoRows) {
		return sealed, err
	}
	var fresh [32]byte
	_, _ = rand.Read(fresh[:]) // never fails
	made, err := s.o.Vault.SealOwn(installation, vault.NoticeKey, string(i), fresh[:])
	if err != nil {
		return nil, err
	}
	err = s.o.DB.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO notice_keys (incident, key) VALUES ($1, $2)", i, made); err != nil {
			return err
		}
		return read(tx)
	})
	return sealed, err
}

// mac is keyed to the incident and to what it is for.
func (k *keys) mac(what string, parts ...[]byte) [32]byte {
	m := hmac.New(sha256.New, k.root[:])
	m.Write([]byte("jejak notice 1 " + what))
	for _, p := range parts {
		_ = binary.Write(m, binary.BigEndian, uint32(len(p))) // a hash takes everything
		m.Write(p)
	}
	return [32]byte(m.Sum(nil))
}

func (k *keys) aead() cipher.AEAD {
	key := k.mac("recipients")
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("BUG: a key of 32 bytes is refused: " + err.Error())
	}
	g, err := cipher.NewGCM(block)
	if err != nil {
		panic("BUG: AES has no GCM: " + err.Error())
	}
	return g
}

// mailboxIndex names a mailbox in the ledger.
type mailboxIndex [16]byte

func (k *keys) indexOf(mailbox string) mailboxIndex {
	m := k.mac("mailbox", []byte(mailbox))
	return mailboxIndex(m[:16])
}

func (k *keys) token(version int, m mailboxIndex) mail.Token {
	t := k.mac("token", binary.BigEndian.AppendUint32(nil, uint32(version)), m[:])
	return mail.Token(t[:16])
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// code is what a recipient checks a notice with, where Options have no Codes.
func (k *keys) code(version int, m mailboxIndex) string {
	c := k.mac("code", binary.BigEndian.AppendUint32(nil, uint32(version)), m[:])
	return crockford.EncodeToString(c[:10])
}

func codeIndex(code string) [16]byte {
	sum := sha256.Sum256([]byte(code))
	return [16]byte(sum[:16])
}

// seal keeps a recipient. It opens for the same incident, version and mailbox only.
func (k *keys) seal(version int, m mailboxIndex, r recipient) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, k.rows.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return k.rows.Seal(nonce, nonce, plain, k.bound(version, m)), nil
}

func (k *keys) open(version int, m mailboxIndex, sealed []byte) (r recipient, err error) {
	n := k.rows.NonceSize()
	if len(sealed) < n {
		return r, errors.New("cannot read a recipient: it is damaged")
	}
	plain, err := k.rows.Open(nil, sealed[:n], sealed[n:], k.bound(version, m))
	if err != nil || json.Unmarshal(plain, &r) != nil {
		return r, errors.New("cannot read a recipient: it is damaged")
	}
	return r, nil
}

func (k *keys) bound(version int, m mailboxIndex) []byte {
	return append([]byte(fmt.Sprintf("%s %d ", k.incident, version)), m[:]...)
}
