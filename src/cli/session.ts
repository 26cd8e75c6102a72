import type { Command } from 'commander';
import { refused } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { fold } from '../core/text.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../engine/store-ports.ts';
import { readEnv } from '../env.ts';
import { type Opened, openForCommand } from '../main.ts';

/** What a command works with: the open store and an engine that does nothing by itself. */
export type Session = { opened: Opened; engine: Engine; actor: Actor };

/** Opens the store beside a running bot or alone, runs the command, publishes what happened, closes. */
export async function withRollcall<T>(command: Command, work: (session: Session) => Promise<T>): Promise<T> {
  const env = readEnv();
  const { opened, engine } = await openForCommand(env);
  try {
    const { as } = command.optsWithGlobals<{ as?: string }>();
    return await work({ opened, engine, actor: await actorOf(opened.store, as, env.user) });
  } finally {
    await engine.flush();
    await engine.stop();
    await opened.close();
  }
}

/** `--as` names a person by e-mail; without it, whoever the operating system says. */
async function actorOf(store: Store, as: string | undefined, user: string): Promise<Actor> {
  if (as === undefined) return { kind: 'operator', name: user, via: 'cli' };
  const named = await store.people.byKeys([`email=${fold(as)}`]);
  const [person, another] = named.filter(({ twins }) => twins.length === 0);
  if (person !== undefined && another === undefined) {
    return { kind: 'person', person: person.id, name: nameOf(person), via: 'cli' };
  }
  if ((await store.people.count()) === 0) return { kind: 'operator', name: as, via: 'cli' };
  throw refused(
    'unknown-person',
    `--as ${as}: nobody, or more than one, has this address`,
    'Write the e-mail address of one person.',
  );
}
