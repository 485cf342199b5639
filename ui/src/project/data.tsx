import { Page } from "../shell/page";

export function DataIn() {
  return <Page title="DataIn">{null}</Page>;
}
