// A real jejak for a test: its own data folder, its own port, one project.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const binary = process.env.JEJAK ?? fileURLToPath(new URL("../bin/jejak", import.meta.url));

export class Jejak {
  static async start(command = "serve", ...flags) {
    const jejak = new Jejak();
    jejak.folder = mkdtempSync(join(tmpdir(), "jejak-test-"));
    jejak.data = join(jejak.folder, "data");
    if (command === "serve") jejak.project = jejak.createProject("Test");
    await jejak.run(command, ...flags);
    return jejak;
  }

  createProject(name) {
    return JSON.parse(this.command("project", "create", name, "--data", this.data));
  }

  // command runs one that ends by itself and returns what it printed.
  command(...words) {
    return execFileSync(binary, words, { encoding: "utf8" });
  }

  async run(command, ...flags) {
    this.port = await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
    this.said = "";
    this.process = spawn(binary, [command, "--data", this.data, "--listen", `127.0.0.1:${this.port}`, ...flags]);
    this.ended = new Promise((done) => this.process.on("exit", done));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        this.said += text;
      });
    }
    await until(`jejak ${command} is healthy`, async () => (await fetch(`${this.base}/healthz`)).ok, () => this.said);
  }

  // link is the address that the server printed for the first visit: of the set-up, or of the demo.
  async link() {
    const found = () => /http:\/\/\S+\/(setup|enter)#\S+/.exec(this.said)?.[0];
    await until("a link on the terminal", async () => found() !== undefined, () => this.said);
    return found();
  }

  async stop() {
    this.process.kill("SIGTERM");
    const code = await this.ended;
    if (code !== 0) throw new Error(`jejak ended with ${code}:\n${this.said}`);
  }

  remove() {
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async api(method, path, body) {
    const { username, secret } = this.project.service_account;
    const answer = await fetch(`${this.base}/api/v1/projects/${this.project.id}${path}`, {
      method,
      headers: {
        Authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}`,
        "Content-Type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  counters() {
    return this.api("GET", "/counters");
  }

  // total asks for one measure of one event over the last ninety days.
  async total(event, measure = "total", rest = {}) {
    const answer = await this.ask([{ name: "A", event, measure, ...rest }]);
    return answer.series[0].total;
  }

  // values asks how many events have each value of a property.
  async values(event, property) {
    const answer = await this.ask([{ name: "A", event, measure: "total" }], { breakdown: [{ property }], top: 100 });
    return Object.fromEntries(
      answer.series.filter((s) => s.segment.length > 0).map((s) => [JSON.stringify(s.segment[0]), s.total]),
    );
  }

  ask(metrics, rest = {}) {
    const range = { last: 90, unit: "day", zone: "UTC" };
    return this.api("POST", "/ask", { kind: "trend", range, interval: "day", metrics, ...rest });
  }
}

// until waits for something that comes by itself; it fails with what is known after a minute.
export async function until(what, holds, why = () => "") {
  const deadline = Date.now() + 60_000;
  let last = "";
  while (Date.now() < deadline) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = String(error);
    }
    await new Promise((again) => setTimeout(again, 30));
  }
  throw new Error(`waited a minute for: ${what}. ${last}\n${await why()}`);
}

function freePort() {
  return new Promise((done, fail) => {
    const listener = createServer();
    listener.on("error", fail);
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => done(port));
    });
  });
}
