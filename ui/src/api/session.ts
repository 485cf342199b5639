import { answerOf, api } from "./call";

// Set-up, sign-in and sign-out. Each step that succeeds sets the session's cookie.

export const checkSetup = (token: string) => answerOf(api.POST("/setup/check", { body: { token } }));

export const setUpPassword = (token: string, login: string, password: string) =>
  answerOf(api.POST("/setup/password", { body: { token, login, password } }));

export const confirmSetup = (token: string, enrolment: string, code: string) =>
  answerOf(api.POST("/setup/confirm", { body: { token, enrolment, code } }));

export const beginSetupPasskey = (token: string, login: string) =>
  answerOf(api.POST("/setup/passkey/begin", { body: { token, login } }));

export const finishSetupPasskey = (token: string, enrolment: string, credential: unknown) =>
  answerOf(api.POST("/setup/passkey/finish", { body: { token, enrolment, credential } }));

export const signInPassword = (login: string, password: string, code: string) =>
  answerOf(api.POST("/session/password", { body: { login, password, code } }));

export const beginPasskey = () => answerOf(api.POST("/session/passkey/begin"));

export const finishPasskey = (ceremony: string, credential: unknown) =>
  answerOf(api.POST("/session/passkey/finish", { body: { ceremony, credential } }));

export const signInLink = (token: string) => answerOf(api.POST("/session/link", { body: { token } }));

export const signOut = () => answerOf(api.DELETE("/session"));
