// Code to send a first event, for a host and a project's token. Tokens and origins hold nothing that needs quoting.

// browserSnippet is for mixpanel-browser.
export const browserSnippet = (origin: string, token: string) => `// npm install mixpanel-browser
import mixpanel from "mixpanel-browser";

mixpanel.init("${token}", {
  api_host: "${origin}",
});

mixpanel.track("Page opened", { plan: "Pro" });`;

// nodeSnippet is for the mixpanel package of Node.
export function nodeSnippet(origin: string, token: string): string {
  const { host, protocol } = new URL(origin);
  const plain = protocol === "http:" ? `, protocol: "http"` : "";
  return `// npm install mixpanel
import Mixpanel from "mixpanel";

const mixpanel = Mixpanel.init("${token}", { host: "${host}"${plain} });

mixpanel.track("API call", { distinct_id: "user-1", endpoint: "/v1/chat" });`;
}

// curlSnippet is for the native door, from any shell.
export const curlSnippet = (origin: string, token: string) => `curl ${origin}/api/v1/events \\
  -H "Authorization: Bearer ${token}" \\
  -H "Content-Type: application/json" \\
  -d '[{"event": "API call", "properties": {"distinct_id": "user-1", "endpoint": "/v1/chat"}}]'`;
