import type { Command } from 'commander';
import type { Audience } from '../core/audience.ts';
import { refused } from '../core/errors.ts';
import type { Actor, Person } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { fold } from '../core/text.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../engine/store-ports.ts';
import { readEnv } from '../env.ts';
import { type Opened, openForCommand } from '../main.ts';
import { audienceOf, whyNot } from './right.ts';

/** What a command works with: the open store and an engine that does nothing by itself. */
export type Session = {
  opened: Opened;
  engine: Engine;
  actor: Actor;
  /** Is this for whoever acts? The operating-system user may all there is. @throws RollcallError `not-allowed`, `not-active`. */
  may(audience: Audience): Promise<void>;
};

/**
 * Opens the store beside a running bot or alone, runs the command, publishes what happened, closes.
 * @throws RollcallError `not-allowed`, `not-active` where it is not for the person `--as` names.
 */
export async function withRollcall<T>(
  command: Command,
  work: (session: Session) => Promise<T>,
  audience: Audience = audienceOf(command),
): Promise<T> {
  const env = readEnv();
  const { opened, engine } = await openForCommand(env);
  try {
    const { as } = command.optsWithGlobals<{ as?: string }>();
    const { actor, person } = await actorOf(opened.store, as, env.user);
    const may = (wanted: Audience) => check(opened.store, wanted, person);
    await may(audience);
    return await work({ opened, engine, actor, may });
  } finally {
    await engine.flush();
    await engine.stop();
    await opened.close();
  }
}

/** `--as` names a person by e-mail; without it, whoever the operating system says. */
async function actorOf(
  store: Store,
  as: string | undefined,
  user: string,
): Promise<{ actor: Actor; person: Person | null }> {
  if (as === undefined) return { actor: { kind: 'operator', name: user, via: 'cli' }, person: null };
  const named = await store.people.byKeys([`email=${fold(as)}`]);
  const [person, another] = named.filter(({ twins }) => twins.length === 0);
  if (person !== undefined && another === undefined) {
    return { actor: { kind: 'person', person: person.id, name: nameOf(person), via: 'cli' }, person };
  }
  if ((await store.people.count()) === 0) return { actor: { kind: 'operator', name: as, via: 'cli' }, person: null };
  throw refused(
    'unknown-person',
    `--as ${as}: nobody, or more than one, has this address`,
    'Write the e-mail address of one person.',
  );
}

async function check(store: Store, audience: Audience, person: Person | null): Promise<void> {
  if (person === null) return;
  const refusal = whyNot(audience, person, (await store.config.read())?.config ?? null);
  if (refusal !== null) throw refusal;
}
