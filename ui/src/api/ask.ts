import { call } from "./call";
import type {
  Answer,
  Counters,
  Me,
  NameCount,
  NewProject,
  Project,
  Question,
  ServiceAccount,
  ValueCount,
} from "./types";

// One function per question to the server. Paths follow /api/v1/openapi.json.

export const askMe = (signal?: AbortSignal) => call<Me>("GET", "/me", undefined, signal);

export const askProjects = (signal?: AbortSignal) => call<Project[]>("GET", "/projects", undefined, signal);

export const askProject = (id: number, signal?: AbortSignal) =>
  call<Project>("GET", `/projects/${id}`, undefined, signal);

export const createProject = (name: string, zone: string) =>
  call<NewProject>("POST", "/projects", { name, zone });

export const changeProject = (id: number, name: string, zone: string) =>
  call<Project>("PATCH", `/projects/${id}`, { name, zone });

export const askCounters = (id: number, signal?: AbortSignal) =>
  call<Counters>("GET", `/projects/${id}/counters`, undefined, signal);

export const askNames = (id: number, signal?: AbortSignal) =>
  call<NameCount[]>("GET", `/projects/${id}/names`, undefined, signal);

export const askProperties = (id: number, event: string, signal?: AbortSignal) =>
  call<{ name: string }[]>(
    "GET",
    `/projects/${id}/properties?${new URLSearchParams({ event })}`,
    undefined,
    signal,
  );

export const askValues = (
  id: number,
  event: string,
  property: string,
  contains: string,
  signal?: AbortSignal,
) =>
  call<ValueCount[]>(
    "GET",
    `/projects/${id}/values?${new URLSearchParams({ event, property, contains, limit: "50" })}`,
    undefined,
    signal,
  );

export const askTrend = (id: number, question: Question, signal?: AbortSignal) =>
  call<Answer>("POST", `/projects/${id}/ask`, question, signal);

export const askAccounts = (id: number, signal?: AbortSignal) =>
  call<{ username: string; created: string }[]>("GET", `/projects/${id}/service-accounts`, undefined, signal);

export const createAccount = (id: number) =>
  call<ServiceAccount>("POST", `/projects/${id}/service-accounts`, {});

export const removeAccount = (id: number, username: string) =>
  call<void>("DELETE", `/projects/${id}/service-accounts/${encodeURIComponent(username)}`);

export const liveAddress = (id: number) => `/api/v1/projects/${id}/live`;
