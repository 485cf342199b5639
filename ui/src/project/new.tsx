import { Page } from "../shell/page";

export function NewProject() {
  return <Page title="NewProject">{null}</Page>;
}
