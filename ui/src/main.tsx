import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "./shell/components.css";
import "./shell/tokens.css";
import "./shell/frame.css";
import "./shell/parts.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeKeeper, me } from "./api/keep";
import { Problem } from "./api/problem";
import { makeRouter } from "./shell/router";
import { theme } from "./shell/theme";

const keeper = makeKeeper(onTrouble);
const router = makeRouter(keeper);

// A session can end while a page is open: the next answer says 401 and the sign-in takes over, to come back here.
function onTrouble(error: unknown) {
  if (!(error instanceof Problem) || error.status !== 401) return;
  if (!router.state.matches.some((match) => match.routeId === "/framed")) return;
  keeper.removeQueries({ queryKey: me.queryKey });
  void router.invalidate();
}

const root = document.getElementById("root");
if (!root) throw new Error("BUG: index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={keeper}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
