import type { Counters, LiveEvent, NameCount, NewServiceAccount, Project } from "../src/api/types";

// An invented product, for the mock.

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

export const projects: Project[] = [
  {
    id: 1,
    name: "Nusa API Console",
    zone: "Asia/Jakarta",
    token: "5f4dcc3b5aa765d61d8327deb882cf99",
    created: ago(1500),
    first_event: ago(1440),
  },
  {
    id: 2,
    name: "Warung app",
    zone: "Asia/Makassar",
    token: "0d107d09f5bbe40cade3de5c71e9e9b7",
    created: ago(1),
    first_event: null,
  },
];

// projectAfter is a project; the one without events gets its first half a minute after it was first looked at.
export function projectAfter(id: number): Project | undefined {
  const project = projects.find((p) => p.id === id);
  if (project && !project.first_event) {
    lookedAt ??= Date.now();
    if (Date.now() - lookedAt > 30_000) project.first_event = ago(0);
  }
  return project;
}

let lookedAt: number | undefined;

export const setup = {
  enrolment: {
    enrolment: "e1",
    totp_secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    totp_uri: "otpauth://totp/Jejak:sari?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Jejak",
  },
  codes: [
    "k3p9-7fqd",
    "m2xa-c8rt",
    "w5ne-h4jb",
    "q7vd-3zks",
    "t9gc-6pyf",
    "b4mr-x2wh",
    "d8jq-n5ta",
    "h6sk-9vce",
  ],
};

const accounts = [{ username: "nightly-import.3f2a.sa", created: ago(600) }];

export const account = {
  list: accounts,
  make(): NewServiceAccount {
    const username = `account-${accounts.length + 1}.9c1e.sa`;
    accounts.push({ username, created: ago(0) });
    return { username, secret: "Zk3vQ8pLw2RtY7uNc5XbM1sDf9GhJ4Ka" };
  },
  remove(username: string) {
    const place = accounts.findIndex((a) => a.username === username);
    if (place >= 0) accounts.splice(place, 1);
  },
};

const eventNames = [
  "API call",
  "Docs visited",
  "Playground run",
  "Sign-up completed",
  "API key created",
  "Invoice paid",
];

export const names = (id: number): NameCount[] =>
  id === 1
    ? [...eventNames, `<img src=x onerror=alert(1)> ${"a very long name ".repeat(6)}`].map((name, i) => ({
        name,
        rows: Math.round(140_000 / (i + 1)),
      }))
    : [];

export const properties = [
  ...["plan", "endpoint", "status", "duration_ms", "model"],
  ...["$browser", "$city", "$country_code", "$os", "$referring_domain", "utm_source"],
].map((name) => ({ name }));

export const segmentsOf = (property: string): unknown[] =>
  property === "plan"
    ? ["Team", "Pro", "Free", "Enterprise"]
    : property === "$city"
      ? ["Jakarta", "Bandung", "Surabaya", "Singapore", null, "Denpasar", "Medan"]
      : ["/v1/chat", "/v1/embeddings", "/v1/images", null, "", "/v1/files <b>bold</b>"];

export const values = (property: string) =>
  segmentsOf(property)
    .filter((value) => value !== null)
    .map((value, i) => ({ value, rows: Math.round(50_000 / (i + 1)) }));

export function counters(id: number): Counters {
  const came = id === 1 ? 251_310 + (Math.floor(Date.now() / 1000) % 1000) : 0;
  const refused: Record<string, number> =
    came > 0 ? { no_name: 12, too_old: 230, bad_distinct_id: 41, ignored: 7 } : {};
  const no = Object.values(refused).reduce((sum, n) => sum + n, 0);
  const durable = came > 0 ? came - no - 1_204 : 0;
  const duplicates = came > 0 ? 318 : 0;
  return {
    received: came,
    accepted: came - no,
    refused,
    durable,
    askable: durable - duplicates,
    duplicates,
    expired: 0,
    erased: 0,
    changed: [],
    strangers: came > 0 ? 3 : 0,
    recent_refusals:
      came > 0
        ? [
            { time: ago(0.1), reason: "too_old", field: "properties.time", event: "API call" },
            { time: ago(0.4), reason: "no_name", field: "event", event: "" },
            {
              time: ago(2),
              reason: "bad_distinct_id",
              field: "properties.distinct_id",
              event: "Docs visited",
            },
          ]
        : [],
  };
}

// liveEvent is the n-th event of the stream. Some are odd on purpose.
export function liveEvent(n: number): LiveEvent {
  const odd = n % 9 === 7;
  return {
    time: ago(0),
    received: ago(0),
    name: odd
      ? `<script>alert(1)</script> ${"long ".repeat(30)}`
      : (eventNames[(n * 7) % eventNames.length] ?? ""),
    class: n % 8 === 5 ? "bot" : "person",
    person: n % 6 === 4 ? "" : `calm-heron-${(n * 37) % 100}`,
    properties: {
      plan: "Team",
      endpoint: "/v1/chat",
      duration_ms: 41.5 + n,
      cached: n % 2 === 0,
      tags: ["a", "b"],
      $city: "Jakarta",
      $browser: "Chrome",
      ...(odd && { ["x".repeat(90)]: "y".repeat(700), "<b>name</b>": { deep: { deeper: null } } }),
    },
  };
}
