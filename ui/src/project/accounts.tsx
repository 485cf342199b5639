import { Button, Modal } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { askAccounts, createAccount, removeAccount } from "../api/ask";
import type { NewServiceAccount, Project, ServiceAccount } from "../api/types";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Secret } from "../shell/secret";
import { Section } from "../shell/section";
import { TableScroll } from "../shell/table-scroll";
import { troubleText } from "../shell/trouble";

const accountsOf = (id: number) =>
  queryOptions({ queryKey: ["accounts", id], queryFn: ({ signal }) => askAccounts(id, signal) });

// Accounts lists the project's service accounts, makes new ones and removes them.
export function Accounts({ project }: { project: Project }) {
  const { t } = useVoice();
  const keeper = useQueryClient();
  const asked = useQuery(accountsOf(project.id));
  const [leaving, setLeaving] = useState<string>();
  const made = useMutation({
    mutationFn: () => createAccount(project.id),
    onSuccess: () => keeper.invalidateQueries(accountsOf(project.id)),
  });
  const error = asked.error ?? made.error;
  return (
    <Section
      title={t("account.title")}
      hint={t("account.hint")}
      action={
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          loading={made.isPending}
          onClick={() => made.mutate()}
        >
          {t("account.create")}
        </Button>
      }
    >
      {error && <Notice kind="bad">{troubleText(error, t)}</Notice>}
      {made.data && <Fresh account={made.data} onDone={made.reset} />}
      {asked.data?.length === 0 && <p className="muted">{t("account.none")}</p>}
      {asked.data && asked.data.length > 0 && (
        <AccountTable accounts={asked.data} zone={project.zone} onRemove={setLeaving} />
      )}
      {leaving !== undefined && (
        <Removal project={project} username={leaving} onClose={() => setLeaving(undefined)} />
      )}
    </Section>
  );
}

function Fresh({ account, onDone }: { account: NewServiceAccount; onDone: () => void }) {
  const { t } = useVoice();
  return (
    <Notice kind="warning">
      <p>{t("account.secretOnce")}</p>
      <dl className="secrets">
        <Secret name={t("account.username")} value={account.username} />
        <Secret name={t("account.secret")} value={account.secret} />
      </dl>
      <Button variant="default" size="compact-sm" onClick={onDone}>
        {t("account.done")}
      </Button>
    </Notice>
  );
}

type TableProps = { accounts: ServiceAccount[]; zone: string; onRemove: (username: string) => void };

function AccountTable({ accounts, zone, onRemove }: TableProps) {
  const { t, format } = useVoice();
  return (
    <TableScroll label={t("account.title")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("account.username")}</th>
            <th scope="col">{t("account.created")}</th>
            <th scope="col">
              <span className="unseen">{t("account.remove")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map(({ username, created }) => (
            <tr key={username}>
              <th scope="row">
                <code className="mono">{username}</code>
              </th>
              <td>{format.date(new Date(created), zone)}</td>
              <td className="num">
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  leftSection={<IconTrash size={15} />}
                  aria-label={t("account.removeName", { username })}
                  onClick={() => onRemove(username)}
                >
                  {t("account.remove")}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

type RemovalProps = { project: Project; username: string; onClose: () => void };

function Removal({ project, username, onClose }: RemovalProps) {
  const { t } = useVoice();
  const keeper = useQueryClient();
  const removed = useMutation({
    mutationFn: () => removeAccount(project.id, username),
    onSuccess: async () => {
      await keeper.invalidateQueries(accountsOf(project.id));
      onClose();
    },
  });
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      title={t("account.removeTitle")}
      closeButtonProps={{ "aria-label": t("account.keep") }}
    >
      <div className="stack">
        <p>{t("account.removeHint", { username })}</p>
        {removed.error && <Notice kind="bad">{troubleText(removed.error, t)}</Notice>}
        <div className="row modal-foot">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t("account.keep")}
          </Button>
          <Button className="danger" loading={removed.isPending} onClick={() => removed.mutate()}>
            {t("account.remove")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
