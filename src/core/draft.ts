import type { Parameter, Rule } from './app-schema.ts';
import type { Filled } from './connection-form.ts';
import { makeEvent } from './event.ts';
import type { Actor, RollcallEvent, Time, Versioned } from './model.ts';

/** The steps of connecting an app or a directory, in the order people take them. */
export const stepNames = [
  'connection',
  'secrets',
  'authenticate',
  'test',
  'provisioning',
  'owners',
  'approvals',
  'timing',
  'entitlements',
  'parameters',
  'password',
  'rules',
  'roles',
  'reading',
  'discovery',
  'review',
] as const;
export type StepName = (typeof stepNames)[number];

/** What came of something that was done with the app; `of`: the connection it was done with (`connectionDigest`). */
export type Result = { of: string; ok: boolean; text: string; at: Time };

/**
 * The one-time page on which one person enters the secrets, or from which they go to authenticate at the app. Its mark is worked out
 * from the sealing key and `nonce`.
 */
export type SecretPage = { person: string; nonce: string; expires: Time; purpose?: 'authenticate' };

/** An app or a directory on its way into the configuration, or one whose credentials are renewed. */
export type Draft = Versioned & {
  kind: 'app' | 'directory';
  /** Of what is connected already, only the credentials become others, and how it is reached where that was saved. */
  renews: boolean;
  connector: string;
  name: string;
  title: string | null;
  /** What was filled in of the app's `connection` or the directory's `config`; secrets stand there as `${NAME}`. */
  connection: Filled;
  /** What the secrets of the connection are called, by the paths of their fields. */
  names: Readonly<Record<string, string>>;
  /** Of an app: what is said of it beside its provisioning, such as its owners. */
  about?: Filled;
  provisioning: Filled;
  parameters: readonly Parameter[];
  rules: readonly Rule[];
  roles: readonly string[];
  /** Of a directory: when it is read, and what is believed of it. */
  reading: Filled;
  /** Steps somebody has saved. */
  saved: readonly StepName[];
  page: SecretPage | null;
  /** What came of authenticating by redirect; `of`: what it was authenticated with (`grantorDigest`). */
  authenticated?: Result | null;
  tested: Result | null;
  refreshed: Result | null;
  discovered: Result | null;
  /** Long work under way, and how far it was when it last said so. */
  busy: { step: StepName; done: number; total: number | null; at: Time } | null;
  state: 'open' | 'done' | 'dropped';
  /** What came of it, in a sentence. */
  outcome: string | null;
  by: Actor;
  /** When it was last changed. */
  at: Time;
};

/** What is connected already is to be reached in another way: no secret of before goes there. */
export const isReconnected = ({ renews, saved }: Pick<Draft, 'renews' | 'saved'>): boolean =>
  renews && saved.includes('connection');

export type DraftStart = Pick<Draft, 'id' | 'kind' | 'renews' | 'connector' | 'name' | 'title' | 'by'> &
  Partial<Pick<Draft, 'connection' | 'names' | 'provisioning'>>;

export function newDraft(start: DraftStart, at: Time): Draft {
  const draft: Draft = {
    ...{ version: 0, outbox: [], connection: {}, names: {}, provisioning: {}, parameters: [], rules: [], roles: [] },
    ...{ reading: {}, saved: [], page: null, tested: null, refreshed: null, discovered: null, busy: null },
    ...{ state: 'open', outcome: null, at, ...start },
  };
  const what = start.renews ? 'began to renew the credentials of' : 'began to connect';
  return {
    ...draft,
    outbox: [eventOf(draft, { type: 'begun', message: `${what} ${subjectOf(draft)}` }, start.by, at)],
  };
}

/** `the app CRM (scim)` */
export const subjectOf = ({ kind, name, title, connector }: Draft): string =>
  `the ${kind} ${title ?? name} (${connector})`;

export type Told = { type: string; message: string };

/** The next version, with its event where there is something to tell. No message holds anything of a secret. */
export function changed(draft: Draft, change: Partial<Draft>, by: Actor, at: Time, told: Told | null): Draft {
  const next = { ...draft, ...change, version: draft.version + 1, at };
  return told === null ? next : { ...next, outbox: [...draft.outbox, eventOf(next, told, by, at)] };
}

/** A step was saved: with what it fills in, and marked as looked at. */
export function withStep(draft: Draft, step: StepName, change: Partial<Draft>, by: Actor, at: Time): Draft {
  const saved = draft.saved.includes(step) ? draft.saved : [...draft.saved, step];
  const message = `${subjectOf(draft)} on its way: ${step} filled in`;
  return changed(draft, { ...change, saved }, by, at, { type: 'changed', message });
}

/** Over: what was asked for is done, or dropped. */
export const endedDraft = (draft: Draft, state: 'done' | 'dropped', outcome: string, by: Actor, at: Time): Draft =>
  changed(draft, { state, outcome, page: null, busy: null }, by, at, {
    type: state,
    message: `${state === 'done' ? 'done with' : 'dropped'} ${subjectOf(draft)}: ${outcome}`,
  });

const eventOf = (
  { id, version, kind, name }: Pick<Draft, 'id' | 'version' | 'kind' | 'name'>,
  { type, message }: Told,
  actor: Actor,
  at: Time,
): RollcallEvent =>
  makeEvent(
    { type: `draft.${type}`, message, actor, ...(kind === 'app' ? { app: name } : {}) },
    `${id}:${version}`,
    at,
  );
