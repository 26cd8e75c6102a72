import { makeEvent } from './event.ts';
import type { Actor, Time, Versioned } from './model.ts';
import type { Sealed } from './password.ts';
import { textsIn } from './secret.ts';

/**
 * What a `${NAME}` of the configuration stands for where the environment does not say: set by an admin on a one-time page, sealed in
 * the store. Its id is the NAME.
 */
export type NamedSecret = Versioned & {
  /** Sealed `about` its name. Null once it is taken back. */
  sealed: Sealed | null;
  by: Actor;
  at: Time;
  /** Raised each time it is set: what is connected with an older one connects anew. */
  edition: number;
  /** A mark of the environment's value it came from: it holds as long as the environment still says that one. */
  after?: string;
};

/** What a named secret is bound to, so that its sealed text opens nowhere else. */
export const aboutName = (name: string): string => `name:${name}`;

/** For whom it is set: an app or a directory, by its name. */
export type Holder = { kind: 'app' | 'directory'; name: string };

/** Another value under the name. */
export function setNamed(
  before: NamedSecret | null,
  name: string,
  sealed: Sealed,
  { holder, by, at }: { holder: Holder; by: Actor; at: Time },
): NamedSecret {
  const version = before === null ? 0 : before.version + 1;
  const what = before === null ? 'set' : 'replaced';
  const message = `${what} the secret ${name} of the ${holder.kind} ${holder.name}`;
  const draft = { type: 'secret.set', message, actor: by, ...(holder.kind === 'app' ? { app: holder.name } : {}) };
  const event = makeEvent(draft, `name:${name}:${version}`, at);
  const edition = (before?.edition ?? 0) + 1;
  return { id: name, version, outbox: [...(before?.outbox ?? []), event], sealed, by, at, edition };
}

/** Nothing stands under the name any more. Null: nothing does already. */
export function takenBack(before: NamedSecret, by: Actor, at: Time): NamedSecret | null {
  if (before.sealed === null) return null;
  const version = before.version + 1;
  const event = makeEvent(
    { type: 'secret.erased', message: `took back the secret ${before.id}`, actor: by },
    `name:${before.id}:${version}`,
    at,
  );
  return { ...before, version, outbox: [...before.outbox, event], sealed: null, by, at };
}

/** The app itself has replaced the value. It is the same secret to everybody else: its edition stays, and nothing connects anew. */
export const rotated = (before: NamedSecret, sealed: Sealed): NamedSecret => ({
  ...before,
  version: before.version + 1,
  sealed,
});

/** The app itself has replaced a value of the environment, of which `after` is a mark. */
export const rotatedFrom = (
  before: NamedSecret | null,
  name: string,
  sealed: Sealed,
  { after, by, at }: { after: string; by: Actor; at: Time },
): NamedSecret => ({
  ...{ id: name, version: before === null ? 0 : before.version + 1, outbox: before?.outbox ?? [], sealed, by, at },
  ...{ edition: before?.edition ?? 1, after },
});

/** Everything of a value that must never be shown: itself, and the texts inside where it is JSON. */
export function partsOf(value: string): string[] {
  if (!value.startsWith('{')) return [value];
  try {
    return [value, ...textsIn(JSON.parse(value)).map(({ text }) => text)];
  } catch {
    return [value];
  }
}
