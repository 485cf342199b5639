import { answerOf, api, base } from "./call";
import type { Question } from "./types";

// One function per question to the server.

const at = (id: number) => ({ path: { id } });

export const askMe = (signal?: AbortSignal) => answerOf(api.GET("/me", { signal }));

export const askProjects = (signal?: AbortSignal) => answerOf(api.GET("/projects", { signal }));

export const askProject = (id: number, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}", { params: at(id), signal }));

export const createProject = (name: string, zone: string) =>
  answerOf(api.POST("/projects", { body: { name, zone } }));

export const changeProject = (id: number, name: string, zone: string) =>
  answerOf(api.PATCH("/projects/{id}", { params: at(id), body: { name, zone } }));

export const askCounters = (id: number, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}/counters", { params: at(id), signal }));

export const askNames = (id: number, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}/names", { params: at(id), signal }));

export const askProperties = (id: number, event: string, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}/properties", { params: { ...at(id), query: { event } }, signal }));

export const askValues = (
  id: number,
  event: string,
  property: string,
  contains: string,
  signal?: AbortSignal,
) => {
  const query = { event, property, contains, limit: 50 };
  return answerOf(api.GET("/projects/{id}/values", { params: { ...at(id), query }, signal }));
};

// An answer is of the question's kind; the description has no word for that.
export const ask = <A>(id: number, question: Question, signal?: AbortSignal) =>
  answerOf(api.POST("/projects/{id}/ask", { params: at(id), body: question, signal })) as Promise<A>;

export const askGroupKeys = (id: number, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}/group-keys", { params: at(id), signal }));

export const askPerson = (id: number, number: number, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}/people/{number}", { params: { path: { id, number } }, signal }));

export const askAccounts = (id: number, signal?: AbortSignal) =>
  answerOf(api.GET("/projects/{id}/service-accounts", { params: at(id), signal }));

export const createAccount = (id: number) =>
  answerOf(api.POST("/projects/{id}/service-accounts", { params: at(id) }));

export const removeAccount = (id: number, username: string) =>
  answerOf(api.DELETE("/projects/{id}/service-accounts/{username}", { params: { path: { id, username } } }));

export const liveAddress = (id: number) => `${base}/projects/${id}/live`;
