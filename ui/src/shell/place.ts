// What the browser remembers between visits, besides language and theme. Storage may be forbidden; nothing depends on it.

const projectKept = "jejak.project";
const keysKept = "jejak.keys";

// lastProject is the id of the project looked at last.
export const lastProject = () => recall(projectKept);

export const rememberProject = (id: string) => remember(projectKept, id);

// singleKeys says whether single keys choose dates. They can be switched off (WCAG 2.1.4).
export const singleKeys = () => recall(keysKept) !== "off";

export const setSingleKeys = (on: boolean) => remember(keysKept, on ? "on" : "off");

function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The next visit starts afresh.
  }
}
