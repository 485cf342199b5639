import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import type { NewProject, Project } from "../src/api/types";
import { answerTo } from "./mock-answer.ts";
import {
  account,
  counters,
  liveEvent,
  names,
  projectAfter,
  projects,
  properties,
  setup,
  values,
} from "./mock-data.ts";

// mock answers the API inside Vite, for work on pages without a server. Nothing of it is in a build. Every password and
// link is right, but "wrong". JEJAK_MOCK=setup starts before the set-up, JEJAK_MOCK=signed_out before the sign-in.
export function mock(): Plugin {
  return {
    name: "jejak-mock",
    configureServer: (server) => void server.middlewares.use("/api/v1", serve),
    configurePreviewServer: (server) => void server.middlewares.use("/api/v1", serve),
  };
}

let state = process.env.JEJAK_MOCK ?? "signed_in";

const serve: Connect.NextHandleFunction = (request, response) => {
  const path = (request.url ?? "").split("?")[0] ?? "";
  const route = routes.find(([method, form]) => method === request.method && form.test(path));
  if (!route) return problem(response, 404, "there is no such thing");
  void readBody(request).then((body) => {
    if (JSON.stringify(body).includes("wrong")) return problem(response, 401, "these do not fit together");
    const id = Number(/\/projects\/(\d+)/.exec(path)?.[1]);
    route[2]({ id, body, query: new URLSearchParams(request.url?.split("?")[1]), request, response });
  });
};

type Asked = {
  id: number;
  body: Record<string, unknown>;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
};

type Route = [method: string, path: RegExp, handle: (asked: Asked) => void];

const routes: Route[] = [
  ["GET", /^\/me$/, ({ response }) => json(response, whoAmI())],
  ["POST", /^\/setup\/check$/, ({ response }) => done(response)],
  ["POST", /^\/setup\/password$/, ({ response }) => json(response, setup.enrolment)],
  ["POST", /^\/setup\/confirm$/, ({ response }) => signedIn(response, { recovery_codes: setup.codes })],
  ["POST", /^\/session\/(password|link)$/, ({ response }) => signedIn(response)],
  ["POST", /passkey\/begin$/, ({ response }) => problem(response, 422, "the mock has no passkeys")],
  ["DELETE", /^\/session$/, ({ response }) => signedOut(response)],
  ["GET", /^\/projects$/, ({ response }) => json(response, projects)],
  ["POST", /^\/projects$/, ({ response, body }) => json(response, newProject(body))],
  ["GET", /^\/projects\/\d+$/, ({ response, id }) => json(response, projectAfter(id))],
  ["PATCH", /^\/projects\/\d+$/, ({ response, id, body }) => json(response, Object.assign(find(id), body))],
  ["GET", /counters$/, ({ response, id }) => json(response, counters(id))],
  ["GET", /names$/, ({ response, id }) => json(response, names(id))],
  ["GET", /properties$/, ({ response }) => json(response, properties)],
  ["GET", /values$/, ({ response, query }) => json(response, values(query.get("property") ?? ""))],
  ["POST", /ask$/, ({ response, body }) => setTimeout(() => json(response, answerTo(body)), 60)],
  ["GET", /service-accounts$/, ({ response }) => json(response, account.list)],
  ["POST", /service-accounts$/, ({ response }) => json(response, account.make())],
  [
    "DELETE",
    /service-accounts\//,
    ({ response, request }) => {
      account.remove(decodeURIComponent(request.url?.split("/").at(-1) ?? ""));
      done(response);
    },
  ],
  ["GET", /live$/, live],
];

const find = (id: number) => projects.find((p) => p.id === id) ?? (projects[0] as Project);

function whoAmI() {
  return {
    state,
    ...(state === "signed_in" && { login: "sari@nusa.example", role: "owner" }),
    demo: true,
    place_data: { installed: true, name: "IP Geolocation by DB-IP", link: "https://db-ip.com" },
    version: "mock",
  };
}

function newProject(body: Record<string, unknown>): NewProject {
  const made = {
    ...find(2),
    id: projects.length + 1,
    name: String(body.name),
    zone: String(body.zone),
    first_event: null,
  };
  projects.push(made);
  return { ...made, api_secret: "f0f1e2d3c4b5a69788796a5b4c3d2e1f", service_account: account.make() };
}

function live({ id, request, response }: Asked) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(": watching\n\n");
  if (!find(id).first_event) return;
  let sent = 0;
  const clock = setInterval(() => {
    response.write(`data: ${JSON.stringify(liveEvent(sent++))}\n\n`);
    if (sent === 12) response.write(`event: dropped\ndata: {"dropped":34}\n\n`);
  }, 700);
  request.on("close", () => clearInterval(clock));
}

function signedIn(response: ServerResponse, body: object = {}) {
  state = "signed_in";
  json(response, body);
}

function signedOut(response: ServerResponse) {
  state = "signed_out";
  done(response);
}

function json(response: ServerResponse, body: unknown, status = 200) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

const problem = (response: ServerResponse, status: number, detail: string) =>
  json(response, { status, detail }, status);

const done = (response: ServerResponse) => void response.writeHead(204).end();

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const piece of request) text += piece;
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
