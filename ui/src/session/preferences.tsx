import { Page } from "../shell/page";

export function Preferences() {
  return <Page title="Preferences">{null}</Page>;
}
