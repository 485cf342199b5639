// zones are the names of the IANA list that this browser knows, with UTC, and with one more that a project has already.
export function zones(also: string): string[] {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), also])].sort();
}

// zoneHere is the zone of this browser.
export const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
