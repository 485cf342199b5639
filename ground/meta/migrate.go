package meta

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the database to this program's version. Another process may be doing the same: who comes second fails
// on what is there already, and looks again.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	p, err := provider(db)
	if err != nil {
		return fmt.Errorf("cannot read the migrations: %w", err)
	}
	for try := 0; try < 5; try++ {
		if err = up(ctx, p, path); err == nil {
			return nil
		}
	}
	return err
}

func provider(db *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, folder, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
}

func up(ctx context.Context, p *goose.Provider, path string) error {
	has, wants, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("cannot read the version of the metadata: %w", err)
	}
	if has > wants {
		return fmt.Errorf("FATAL: %s was written by a newer Jejak: its version is %d, this program knows %d. Nothing was changed.\nhint: start the newer Jejak again, or put back a backup from before the update", path, has, wants)
	}
	if has == wants {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("cannot bring the metadata to version %d: %w", wants, err)
	}
	return nil
}
