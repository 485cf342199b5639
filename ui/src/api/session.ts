import { call } from "./call";

// Set-up, sign-in and sign-out. Each step that succeeds sets the session's cookie.

export type Enrolment = { enrolment: string; totp_secret: string; totp_uri: string };

export type Ceremony = { enrolment?: string; ceremony?: string; publicKey: Record<string, unknown> };

export type Confirmed = { recovery_codes?: string[] } | undefined;

export const checkSetup = (token: string) => call<void>("POST", "/setup/check", { token });

export const setUpPassword = (token: string, login: string, password: string) =>
  call<Enrolment>("POST", "/setup/password", { token, login, password });

export const confirmSetup = (token: string, enrolment: string, code: string) =>
  call<Confirmed>("POST", "/setup/confirm", { token, enrolment, code });

export const beginSetupPasskey = (token: string, login: string) =>
  call<Ceremony>("POST", "/setup/passkey/begin", { token, login });

export const finishSetupPasskey = (token: string, enrolment: string, credential: unknown) =>
  call<Confirmed>("POST", "/setup/passkey/finish", { token, enrolment, credential });

export const signInPassword = (login: string, password: string, code: string) =>
  call<void>("POST", "/session/password", { login, password, code });

export const beginPasskey = () => call<Ceremony>("POST", "/session/passkey/begin", {});

export const finishPasskey = (ceremony: string, credential: unknown) =>
  call<void>("POST", "/session/passkey/finish", { ceremony, credential });

export const signInLink = (token: string) => call<void>("POST", "/session/link", { token });

export const signOut = () => call<void>("DELETE", "/session");
