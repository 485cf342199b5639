import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Anchor = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & {
  ref?: Ref<HTMLAnchorElement>;
};

// LinkButton looks like a button and leads to a page.
export const LinkButton = createLink((props: ButtonProps & Anchor) => <Button component="a" {...props} />);
