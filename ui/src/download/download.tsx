import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type RefObject, useState } from "react";
import { useVoice } from "../language/language";
import { svgOf } from "./paint";
import { csvOf, type Sheet } from "./sheet";

type DownloadProps = { title: string; sheet: () => Sheet; picture: RefObject<HTMLElement | null> };

// Download hands an answer out as a file: its rows as CSV, its picture as SVG or PNG.
export function Download({ title, sheet, picture }: DownloadProps) {
  const { t } = useVoice();
  const [open, setOpen] = useState(false);
  const name = fileName(title);
  const drawn = open ? picture.current?.querySelector("canvas, svg.figure") : undefined;
  const paint = async (kind: "svg" | "png") => {
    const svg = picture.current && svgOf(picture.current);
    if (!svg) return;
    const file = new Blob([svg.text], { type: "image/svg+xml" });
    save(kind === "svg" ? file : await pngOf(file, svg.width, svg.height), `${name}.${kind}`);
  };
  return (
    <Menu position="bottom-end" opened={open} onChange={setOpen}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
        >
          {t("download.do")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => save(new Blob(["\uFEFF", csvOf(sheet())], { type: "text/csv" }), `${name}.csv`)}
        >
          {t("download.csv")}
        </Menu.Item>
        <Menu.Item disabled={!drawn} onClick={() => void paint("png")}>
          {t("download.png")}
        </Menu.Item>
        <Menu.Item disabled={!drawn} onClick={() => void paint("svg")}>
          {t("download.svg")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

// fileName keeps of a title what file systems take.
const fileName = (title: string) =>
  title
    .replace(/[^\p{L}\p{N} _-]+/gu, " ")
    .trim()
    .slice(0, 80) || "jejak";

function save(file: Blob, name: string) {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const sharp = 2;

// pngOf draws an SVG on a canvas twice as fine as the screen needs.
async function pngOf(svg: Blob, width: number, height: number): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * sharp;
    canvas.height = height * sharp;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob((made) => (made ? done(made) : fail(new Error("BUG: no PNG"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
