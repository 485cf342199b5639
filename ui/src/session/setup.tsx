import { Page } from "../shell/page";

export function Setup() {
  return <Page title="Setup">{null}</Page>;
}
