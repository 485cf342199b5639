package postgres

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"jejak/incident/directory"
)

// server speaks to one client as PostgreSQL does, and answers every query alike.
type server struct {
	fields  []pgproto3.FieldDescription
	rows    [][]any // text, or nil
	refusal *pgproto3.ErrorResponse
	started map[string]string
	asked   string
	done    chan error
}

// listen starts it and returns where it is.
func (s *server) listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.done = make(chan error, 1)
	go func() {
		defer l.Close()
		c, err := l.Accept()
		if err == nil {
			defer c.Close()
			err = s.serve(pgproto3.NewBackend(c, c))
		}
		s.done <- err
	}()
	t.Cleanup(func() {
		if err := <-s.done; err != nil && err != io.ErrUnexpectedEOF {
			t.Error(err)
		}
	})
	return "postgres://reader:secret@" + l.Addr().String() + "/app?sslmode=disable"
}

func (s *server) serve(b *pgproto3.Backend) error {
	hello, err := b.ReceiveStartupMessage()
	if err != nil {
		return err
	}
	s.started = hello.(*pgproto3.StartupMessage).Parameters
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	for {
		if err := b.Flush(); err != nil {
			return err
		}
		m, err := b.Receive()
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *pgproto3.Parse:
			s.asked = m.Query
		case *pgproto3.Sync:
			s.answer(b)
		case *pgproto3.Terminate:
			return nil
		}
	}
}

func (s *server) answer(b *pgproto3.Backend) {
	if s.refusal != nil {
		b.Send(s.refusal)
		b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		return
	}
	b.Send(&pgproto3.ParseComplete{})
	b.Send(&pgproto3.BindComplete{})
	b.Send(&pgproto3.RowDescription{Fields: s.fields})
	for _, r := range s.rows {
		values := make([][]byte, len(r))
		for i, v := range r {
			if text, ok := v.(string); ok {
				values[i] = []byte(text)
			}
		}
		b.Send(&pgproto3.DataRow{Values: values})
	}
	b.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT")})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
}

func field(name string, oid uint32) pgproto3.FieldDescription {
	return pgproto3.FieldDescription{Name: []byte(name), DataTypeOID: oid}
}

const (
	text      = 25
	textArray = 1009
)

func TestRowsOfAQuery(t *testing.T) {
	s := &server{
		fields: []pgproto3.FieldDescription{field("EMAIL", text), field("organisation_ids", textArray), field("user_id", text), field("other", text)},
		rows:   [][]any{{"a@x.example", `{o1,"o, 2","o\"3"}`, "u1", "x"}, {nil, "{}", "u2", nil}},
	}
	r, err := Query(t.Context(), s.listen(t), directory.Users, "SELECT * FROM everybody")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join(row.Cells[:5], "|"))
	}
	if want := "u1|a@x.example|||o1;o, 2;o\"3 u2||||"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if s.started["default_transaction_read_only"] != "on" || s.asked != "SELECT * FROM everybody" {
		t.Errorf("began with %v, asked %q", s.started, s.asked)
	}
}

// TestErrorsTellNoValue: what the server says may quote a row, and where it is may hold a password.
func TestErrorsTellNoValue(t *testing.T) {
	s := &server{refusal: &pgproto3.ErrorResponse{Severity: "ERROR", Code: "22P02", Message: `invalid input syntax: "siti@x.example"`}}
	if _, err := Query(t.Context(), s.listen(t), directory.Users, "SELECT 1"); err == nil || strings.Contains(err.Error(), "siti") || !strings.Contains(err.Error(), "22P02") {
		t.Errorf("the server's: %v", err)
	}
	for _, where := range []string{"postgres://reader:secret@127.0.0.1:x/app", "postgres://reader:secret@127.0.0.1:1/app?sslmode=disable"} {
		if _, err := Query(t.Context(), where, directory.Users, "SELECT 1"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("the connection's: %v", err)
		}
	}
}

func TestQueriesThatAreRefused(t *testing.T) {
	var refused *directory.Refused
	s := &server{fields: []pgproto3.FieldDescription{field("name", text)}}
	if _, err := Query(t.Context(), s.listen(t), directory.Users, "SELECT name"); !errors.As(err, &refused) {
		t.Errorf("without an ID: %v", err)
	}
	for _, array := range []string{"{{a},{b}}", `{"a;b"}`, `{"a`, "a"} {
		s := &server{fields: []pgproto3.FieldDescription{field("user_id", text), field("admin_of", textArray)}, rows: [][]any{{"u1", array}}}
		r, err := Query(t.Context(), s.listen(t), directory.Users, "SELECT 1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); !errors.As(err, &refused) {
			t.Errorf("%s: %v", array, err)
		}
		_ = r.Close()
	}
}
