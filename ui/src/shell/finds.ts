import type { Text } from "../language/language";

// Find is a place that the search can go to.
export type Find = { name: string; path: string };

// pagesOf are the pages that work today: those of the project, and those of the whole.
export function pagesOf(project: string | undefined, t: Text): Find[] {
  const inside = [
    { name: t("shell.live"), path: "live" },
    { name: t("shell.insights"), path: "insights" },
    { name: t("shell.funnels"), path: "funnels" },
    { name: t("shell.retention"), path: "retention" },
    { name: t("shell.flows"), path: "flows" },
    { name: t("shell.lifecycle"), path: "lifecycle" },
    { name: t("shell.stickiness"), path: "stickiness" },
    { name: t("shell.sessions"), path: "sessions" },
    { name: t("shell.dataIn"), path: "data" },
  ].map(({ name, path }) => ({ name, path: `/projects/${project}/${path}` }));
  return [
    ...(project === undefined ? [] : inside),
    { name: t("shell.settings"), path: "/preferences" },
    { name: t("shell.newProject"), path: "/projects/new" },
  ];
}

// found are the places whose name has all the words typed.
export function found(finds: Find[], typed: string): Find[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return finds.filter(({ name }) => words.every((word) => name.toLocaleLowerCase().includes(word)));
}
