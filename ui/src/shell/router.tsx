import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { me, projects } from "../api/keep";
import { flowFrom } from "../flows/report";
import { funnelFrom } from "../funnels/report";
import { reportFrom } from "../insights/report";
import { sieveFrom } from "../live/stream";
import { lifeFrom } from "../lives/report";
import { timelineFrom } from "../people/timeline";
import { retentionFrom } from "../retention/report";
import { sessionsFrom } from "../sessions/report";
import { Frame } from "./frame";
import { Broken, Lost } from "./lost";
import { lastProject, rememberProject } from "./place";

type Context = { keeper: QueryClient };

// Paths must not be those of the wire (/settings, /track, /groups, …): the server keeps these for SDKs.

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: Lost,
  errorComponent: Broken,
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("../session/setup"), "Setup"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === "string" && isOwnPath(search.next) ? { next: search.next } : {},
  component: lazyRouteComponent(() => import("../session/sign-in"), "SignIn"),
});

const enter = createRoute({
  getParentRoute: () => root,
  path: "/enter",
  component: lazyRouteComponent(() => import("../session/enter"), "Enter"),
});

const framed = createRoute({
  getParentRoute: () => root,
  id: "framed",
  component: Frame,
  beforeLoad: async ({ context, location }) => {
    const { state } = await context.keeper.ensureQueryData(me);
    if (state === "setup") throw redirect({ to: "/setup" });
    if (state === "signed_out") throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => framed,
  path: "/",
  beforeLoad: async ({ context }) => {
    const all = await context.keeper.ensureQueryData(projects);
    const last = all.find((p) => String(p.id) === lastProject()) ?? all[0];
    if (!last) throw redirect({ to: "/projects/new" });
    throw redirect({ to: "/projects/$project/insights", params: { project: String(last.id) } });
  },
});

const newProject = createRoute({
  getParentRoute: () => framed,
  path: "/projects/new",
  component: lazyRouteComponent(() => import("../project/new"), "NewProject"),
});

const inProject = createRoute({
  getParentRoute: () => framed,
  path: "/projects/$project",
  beforeLoad: ({ params }) => rememberProject(params.project),
  component: Outlet,
});

const live = createRoute({
  getParentRoute: () => inProject,
  path: "live",
  validateSearch: sieveFrom,
  component: lazyRouteComponent(() => import("../live/live"), "Live"),
});

const insights = createRoute({
  getParentRoute: () => inProject,
  path: "insights",
  validateSearch: reportFrom,
  component: lazyRouteComponent(() => import("../insights/insights"), "Insights"),
});

const funnels = createRoute({
  getParentRoute: () => inProject,
  path: "funnels",
  validateSearch: funnelFrom,
  component: lazyRouteComponent(() => import("../funnels/funnels"), "Funnels"),
});

const retention = createRoute({
  getParentRoute: () => inProject,
  path: "retention",
  validateSearch: retentionFrom,
  component: lazyRouteComponent(() => import("../retention/retention"), "Retention"),
});

const flows = createRoute({
  getParentRoute: () => inProject,
  path: "flows",
  validateSearch: flowFrom,
  component: lazyRouteComponent(() => import("../flows/flows"), "Flows"),
});

const lifecycle = createRoute({
  getParentRoute: () => inProject,
  path: "lifecycle",
  validateSearch: lifeFrom,
  component: lazyRouteComponent(() => import("../lives/lifecycle"), "Lifecycle"),
});

const stickiness = createRoute({
  getParentRoute: () => inProject,
  path: "stickiness",
  validateSearch: lifeFrom,
  component: lazyRouteComponent(() => import("../lives/stickiness"), "Stickiness"),
});

const sessions = createRoute({
  getParentRoute: () => inProject,
  path: "sessions",
  validateSearch: sessionsFrom,
  component: lazyRouteComponent(() => import("../sessions/sessions"), "Sessions"),
});

const person = createRoute({
  getParentRoute: () => inProject,
  path: "people/$number",
  validateSearch: timelineFrom,
  component: lazyRouteComponent(() => import("../people/person"), "Person"),
});

const data = createRoute({
  getParentRoute: () => inProject,
  path: "data",
  component: lazyRouteComponent(() => import("../project/data"), "DataIn"),
});

const preferences = createRoute({
  getParentRoute: () => framed,
  path: "/preferences",
  component: lazyRouteComponent(() => import("../session/preferences"), "Preferences"),
});

const tree = root.addChildren([
  setup,
  signIn,
  enter,
  framed.addChildren([
    home,
    newProject,
    inProject.addChildren([
      live,
      insights,
      funnels,
      retention,
      flows,
      lifecycle,
      stickiness,
      sessions,
      person,
      data,
    ]),
    preferences,
  ]),
]);

// makeRouter joins paths and views. The address bar holds the whole state of a view.
export function makeRouter(keeper: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { keeper },
    defaultPreload: "intent",
    scrollRestoration: false,
  });
}

// A path after the sign-in may only lead into our own pages.
const isOwnPath = (path: string) => /^\/(?![/\\])/.test(path);

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
