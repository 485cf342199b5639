// A TLS listener before a plain server, for clients that insist on HTTPS. The certificate is made by Go's own generator,
// so that the test needs no further program.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class TLSProxy {
  static async start(base) {
    const proxy = new TLSProxy();
    const folder = mkdtempSync(join(tmpdir(), "jejak-tls-"));
    const go = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
    execFileSync("go", ["run", join(go, "src/crypto/tls/generate_cert.go"), "--host", "127.0.0.1", "--ca"], {
      cwd: folder,
      stdio: "ignore",
      env: { ...process.env, GOFLAGS: "", GO111MODULE: "off" },
    });
    const cert = readFileSync(join(folder, "cert.pem"));
    const key = readFileSync(join(folder, "key.pem"));
    rmSync(folder, { recursive: true });
    // The client under test takes no certificate of its own, so this process trusts every one from now on.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    proxy.server = createServer({ cert, key }, (from, to) => forward(base, from, to));
    await new Promise((ready) => proxy.server.listen(0, "127.0.0.1", ready));
    proxy.host = `127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function forward(base, from, to) {
  const ask = request(base + from.url, { method: from.method, headers: from.headers }, (answer) => {
    to.writeHead(answer.statusCode, answer.headers);
    answer.pipe(to);
  });
  ask.on("error", () => to.destroy());
  from.pipe(ask);
}
