// The browser's part of a passkey. Options come from the server as JSON and the answer goes back as JSON.

// Obstacle is why this page cannot have passkeys: an address instead of a name, no https, or an old browser.
export type Obstacle = "address" | "insecure" | "unsupported";

// obstacleHere is what stands in the way of passkeys on this page.
export function obstacleHere(): Obstacle | undefined {
  if (isAddress(location.hostname)) return "address";
  if (!window.isSecureContext) return "insecure";
  const able = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
  return able ? undefined : "unsupported";
}

// isAddress tells an IP address from a name, as URLs write hosts.
export const isAddress = (host: string) => host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);

// byName is the same page under the name localhost, when the address is this machine's own.
export function byName(page: string): string | undefined {
  const url = new URL(page);
  if (!/^(127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return undefined;
  url.hostname = "localhost";
  return url.href;
}

// NotConfirmed: the person said no, or the device did.
export class NotConfirmed extends Error {}

// makePasskey asks the device for a new passkey.
export async function makePasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  return answered(navigator.credentials.create({ publicKey }));
}

// provePasskey asks the device to prove a passkey it has.
export async function provePasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return answered(navigator.credentials.get({ publicKey }));
}

async function answered(asked: Promise<Credential | null>): Promise<unknown> {
  const credential = await asked.catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new NotConfirmed();
  return credential.toJSON();
}
