package access

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"jejak/ground/meta"
)

const password = "a sentence that is long"

// house is one installation with a clock that the test turns.
type house struct {
	*testing.T
	*Service
	dir string

	mu    sync.Mutex
	clock time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, dir: t.TempDir(), clock: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	h.Service = h.another()
	return h
}

// another is a second process on the same data.
func (h *house) another() *Service {
	h.Helper()
	db, err := meta.Open(h.dir)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = db.Close() })
	s, err := New(db, Options{Now: h.time})
	if err != nil {
		h.Fatal(err)
	}
	return s
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

var door = Door{Address: netip.MustParseAddr("203.0.113.7"), Origin: "http://localhost:7080"}

func must[T any](h *house, v T, err error) T {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return v
}

func (h *house) code(secret string) string {
	h.Helper()
	code, err := totp.GenerateCode(secret, h.time())
	return must(h, code, err)
}

// owner sets the installation up with a password and returns the secret of its codes.
func (h *house) owner() (secret string, signed Signed) {
	h.Helper()
	ctx := AtConsole(context.Background())
	token, err := h.IssueSetupToken(ctx)
	must(h, token, err)
	e, err := h.SetUpPassword(ctx, door, token, "sari", password)
	must(h, e, err)
	signed, err = h.ConfirmSetup(ctx, door, token, e.ID, h.code(e.Secret))
	return e.Secret, must(h, signed, err)
}

func TestSetUpWorksOnce(t *testing.T) {
	h, ctx := newHouse(t), AtConsole(context.Background())
	first, err := h.IssueSetupToken(ctx)
	must(h, first, err)
	second, err := h.IssueSetupToken(ctx)
	must(h, second, err)
	if err := h.CheckSetup(ctx, door, first); !errors.Is(err, ErrLink) {
		t.Errorf("a replaced link gives %v", err)
	}
	a, err := h.SetUpPassword(ctx, door, second, "sari", password)
	must(h, a, err)
	b, err := h.SetUpPassword(ctx, door, second, "budi", password)
	must(h, b, err)
	signed, err := h.ConfirmSetup(ctx, door, second, a.ID, h.code(a.Secret))
	must(h, signed, err)
	if _, err := h.ConfirmSetup(ctx, door, second, b.ID, h.code(b.Secret)); !errors.Is(err, ErrLink) {
		t.Errorf("a second owner by the same link gives %v", err)
	}
	if needed, err := h.SetUpNeeded(ctx); needed || err != nil {
		t.Errorf("set-up is needed: %v, %v", needed, err)
	}
	if i, err := h.Identify(ctx, signed.Token, "", ""); err != nil || i.Login != "sari" || i.Kind != User {
		t.Errorf("the owner is %+v, %v", i, err)
	}
}

func TestCodesWorkOnce(t *testing.T) {
	h, ctx := newHouse(t), AtConsole(context.Background())
	secret, signed := h.owner()
	h.wait(time.Minute)
	code := h.code(secret)
	session, err := h.SignInPassword(ctx, door, "sari", password, code)
	must(h, session, err)
	if _, err := h.SignInPassword(ctx, door, "sari", password, code); !errors.Is(err, ErrCredentials) {
		t.Errorf("the same code again gives %v", err)
	}
	recovery := signed.RecoveryCodes[0]
	session, err = h.SignInPassword(ctx, door, "sari", password, recovery)
	must(h, session, err)
	if _, err := h.SignInPassword(ctx, door, "sari", password, recovery); !errors.Is(err, ErrCredentials) {
		t.Errorf("the same recovery code again gives %v", err)
	}
}

func TestAttemptsAreLimited(t *testing.T) {
	for _, login := range []string{"sari", "nobody of this name"} {
		h, ctx := newHouse(t), AtConsole(context.Background())
		secret, _ := h.owner()
		h.wait(time.Hour)
		var limited *Limited
		tries := 0
		for ; tries < 50 && limited == nil; tries++ {
			_, err := h.SignInPassword(ctx, door, login, "a wrong password", "000000")
			if !errors.As(err, &limited) && !errors.Is(err, ErrCredentials) {
				t.Fatalf("a wrong password gives %v", err)
			}
		}
		if limited == nil || tries < 5 || limited.Wait <= 0 {
			t.Fatalf("after %d tries: %v", tries, limited)
		}
		h.wait(time.Hour)
		session, err := h.SignInPassword(ctx, door, "sari", password, h.code(secret))
		must(h, session, err)
	}
}

func TestSessionsEnd(t *testing.T) {
	h, ctx := newHouse(t), AtConsole(context.Background())
	_, signed := h.owner()
	for range 4 {
		h.wait(6 * 24 * time.Hour)
		if _, err := h.Identify(ctx, signed.Token, "", ""); err != nil {
			t.Fatalf("a session in use: %v", err)
		}
	}
	h.wait(6*24*time.Hour + time.Minute)
	if _, err := h.Identify(ctx, signed.Token, "", ""); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("after thirty days: %v", err)
	}
	link, err := h.IssueLoginLink(ctx, "sari")
	must(h, link, err)
	session, err := h.SignInLink(ctx, door, link)
	must(h, session, err)
	if _, err := h.SignInLink(ctx, door, link); !errors.Is(err, ErrLink) {
		t.Errorf("a link used twice gives %v", err)
	}
	if err := h.SignOut(ctx, session.Token); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Identify(ctx, session.Token, "", ""); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("after signing out: %v", err)
	}
}

func TestAnotherProcessMakesAProject(t *testing.T) {
	h, ctx := newHouse(t), AtConsole(context.Background())
	made, err := h.another().CreateProject(ctx, "Toko", "Asia/Jakarta")
	must(h, made, err)
	h.wait(time.Second)
	if p, ok := h.ByToken(made.Token); !ok || p.ID != made.ID {
		t.Errorf("its token is found: %v, %+v", ok, p)
	}
	account := made.ServiceAccount
	for name, secret := range map[string]string{account.Username: account.Secret, made.Token: "", made.APISecret: ""} {
		if p, err := h.Authenticate(ctx, name, secret, "", made.ID); err != nil || p.ID != made.ID {
			t.Errorf("its credentials give %+v, %v", p, err)
		}
	}
	if _, err := h.Authenticate(ctx, account.Username, account.Secret+"x", "", made.ID); err == nil {
		t.Error("a wrong secret is taken")
	}
	if err := h.RemoveServiceAccount(ctx, made.ID, account.Username); err != nil {
		t.Fatal(err)
	}
	h.wait(time.Second)
	if _, err := h.Authenticate(ctx, account.Username, account.Secret, "", made.ID); err == nil {
		t.Error("a removed account is taken")
	}
}

// TestNoSecretInTheDatabase: what signs somebody in is not in the database in a form that could be used.
func TestNoSecretInTheDatabase(t *testing.T) {
	h, ctx := newHouse(t), AtConsole(context.Background())
	secret, signed := h.owner()
	made, err := h.CreateProject(ctx, "Toko", "Asia/Jakarta")
	must(h, made, err)
	files, err := filepath.Glob(filepath.Join(h.dir, "meta.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database: %v", err)
	}
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		all = append(all, must(h, b, err)...)
	}
	if !bytes.Contains(all, []byte(made.Token)) {
		t.Error("the public token is not found: this test looks in the wrong place")
	}
	for _, s := range append(signed.RecoveryCodes, password, secret, signed.Token, made.APISecret, made.ServiceAccount.Secret) {
		if bytes.Contains(all, []byte(s)) || bytes.Contains(all, []byte(strings.ReplaceAll(s, "-", ""))) {
			t.Error("a secret lies in the database in the clear")
		}
	}
}
