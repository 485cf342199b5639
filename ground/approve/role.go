package approve

import (
	"context"
	"crypto/sha256"
	"fmt"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
)

// RoleGiven is the act of giving a role with which identities are seen.
const RoleGiven audit.Act = "access.role_given"

// MayGive implements access.Sensitive: the role is given once a second person has allowed it, and the log has it.
func (d *Desk) MayGive(ctx context.Context, p event.ProjectID, user, role string) error {
	where := "all projects"
	if p != 0 {
		where = fmt.Sprintf("project %d", p)
	}
	title := fmt.Sprintf("Give user:%s the role %s in %s", user, role, where)
	if err := d.Require(ctx, p, RoleGiven, sha256.Sum256([]byte(title)), title); err != nil {
		return err
	}
	_, err := d.log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: RoleGiven, Project: p, About: fmt.Sprintf("user:%s %s", user, role)})
	return err
}
