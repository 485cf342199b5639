// Sheet is an answer as rows, for a file that other programs read.
export type Sheet = { head: string[]; rows: (string | number | null | undefined)[][] };

// csvOf writes a sheet as CSV (RFC 4180). Texts that a spreadsheet would compute get an apostrophe: they come from
// strangers.
export function csvOf({ head, rows }: Sheet): string {
  return [head, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
