import { makeEvent } from './event.ts';
import type { Actor, Time, Versioned } from './model.ts';
import type { Sealed } from './password.ts';

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
