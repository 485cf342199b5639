import { MutationCache, QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import { askCounters, askGroupKeys, askMe, askNames, askProject, askProjects, askProperties } from "./ask";
import { Problem } from "./problem";

// What is asked from more than one place is kept here, each under one key.

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => askMe(signal),
  staleTime: 60_000,
});

export const projects = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => askProjects(signal),
  staleTime: 60_000,
});

export const project = (id: number) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: ({ signal }) => askProject(id, signal),
    staleTime: 30_000,
  });

export const counters = (id: number) =>
  queryOptions({
    queryKey: ["counters", id],
    queryFn: ({ signal }) => askCounters(id, signal),
    refetchInterval: 2_000,
  });

export const names = (id: number) =>
  queryOptions({
    queryKey: ["names", id],
    queryFn: ({ signal }) => askNames(id, signal),
    staleTime: 30_000,
  });

export const groupKeys = (id: number) =>
  queryOptions({
    queryKey: ["group-keys", id],
    queryFn: ({ signal }) => askGroupKeys(id, signal),
    staleTime: 60_000,
  });

export const properties = (id: number, event: string) =>
  queryOptions({
    queryKey: ["properties", id, event],
    queryFn: ({ signal }) => askProperties(id, event, signal),
    staleTime: 30_000,
  });

// makeKeeper makes the cache of answers. Only what may be different the next time is asked again: a lost connection or
// an overloaded server, never a no.
// onTrouble hears of every failure.
export function makeKeeper(onTrouble: (error: unknown) => void) {
  return new QueryClient({
    queryCache: new QueryCache({ onError: onTrouble }),
    mutationCache: new MutationCache({ onError: onTrouble }),
    defaultOptions: {
      queries: {
        retry: (times, error) => times < 2 && error instanceof Problem && isPassing(error.status),
        refetchOnWindowFocus: false,
      },
    },
  });
}

const isPassing = (status: number) => status === 0 || status === 429 || status >= 502;
