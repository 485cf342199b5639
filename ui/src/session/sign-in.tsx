import { Page } from "../shell/page";

export function SignIn() {
  return <Page title="SignIn">{null}</Page>;
}
