import { Page } from "../shell/page";

export function Live() {
  return <Page title="Live">{null}</Page>;
}
