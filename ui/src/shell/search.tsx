import { Combobox, Kbd, Modal, TextInput, useCombobox } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { type Find, found, pagesOf } from "./finds";

type SearchProps = { projects: Project[]; current: string | undefined };

// Search goes to a page or a project by a part of its name. Ctrl K opens it from anywhere.
export function Search(props: SearchProps) {
  const { t } = useVoice();
  const [open, setOpen] = useState(false);
  useHotkeys([["mod+K", () => setOpen(true)]], []);
  return (
    <>
      <button
        type="button"
        className="side-search"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      >
        <IconSearch size={16} stroke={1.6} aria-hidden="true" />
        <span>{t("shell.search")}</span>
        <Kbd size="xs" aria-hidden="true">
          {isApple() ? "⌘ K" : "Ctrl K"}
        </Kbd>
      </button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        withCloseButton={false}
        padding={8}
        yOffset="12vh"
        attributes={{ content: { "aria-label": t("shell.search") } }}
      >
        <Finder {...props} onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Finder({ projects, current, onDone }: SearchProps & { onDone: () => void }) {
  const { t } = useVoice();
  const go = useNavigate();
  const [typed, setTyped] = useState("");
  // The list is always open; closing it closes the whole.
  const box = useCombobox({ opened: true, onOpenedChange: (open) => open || onDone() });
  const pages = found(pagesOf(current, t), typed);
  const others = found(
    projects.map((p) => ({ name: p.name, path: `/projects/${p.id}/insights` })),
    typed,
  );
  const choose = (path: string) => {
    onDone();
    void go({ href: path });
  };
  return (
    <Combobox store={box} onOptionSubmit={choose} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          aria-label={t("shell.searchHint")}
          placeholder={t("shell.searchHint")}
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value);
            box.resetSelectedOption();
          }}
          onFocus={() => box.selectFirstOption()}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className="pick-list finds" aria-label={t("shell.search")}>
        <Finds label={t("shell.pages")} finds={pages} />
        <Finds label={t("shell.projects")} finds={others} />
        {pages.length + others.length === 0 && <Combobox.Empty>{t("shell.searchNone")}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}

function Finds({ label, finds }: { label: string; finds: Find[] }) {
  if (finds.length === 0) return null;
  return (
    <Combobox.Group label={label}>
      {finds.map(({ name, path }) => (
        <Combobox.Option key={path} value={path} className="cut">
          {name}
        </Combobox.Option>
      ))}
    </Combobox.Group>
  );
}

const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent);
