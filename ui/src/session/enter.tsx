import { Page } from "../shell/page";

export function Enter() {
  return <Page title="Enter">{null}</Page>;
}
