import type { Config } from '../core/config.ts';
import { refused } from '../core/errors.ts';
import { makeEvent } from '../core/event.ts';
import { digestOf } from '../core/hash.ts';
import type { Actor, Login } from '../core/model.ts';
import { unlinked } from '../core/pin.ts';
import { wakeApp } from './gate.ts';
import type { Deps } from './ports.ts';
import { record } from './publisher.ts';

export type ConfigureDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'bell'>;

/** One line of what a new configuration changes: `app crm changed`. */
export type ConfigChange = {
  what: 'settings' | 'directory' | 'role' | 'mapping' | 'app';
  name: string;
  how: 'added' | 'changed' | 'removed';
};

/** What differs between two configurations, in the order of the file. */
export function configChanges(before: Config | null, after: Config): ConfigChange[] {
  const settings: ConfigChange[] =
    digestOf(before?.settings) === digestOf(after.settings)
      ? []
      : [{ what: 'settings', name: 'settings', how: before === null ? 'added' : 'changed' }];
  return [
    ...settings,
    ...namedChanges('directory', before?.directories ?? [], after.directories),
    ...namedChanges('role', before?.roles ?? [], after.roles),
    ...namedChanges('mapping', before?.mappings ?? [], after.mappings),
    ...namedChanges('app', before?.apps ?? [], after.apps),
  ];
}

type Named = { name: string };

function namedChanges(what: ConfigChange['what'], before: readonly Named[], after: readonly Named[]): ConfigChange[] {
  const old = new Map(before.map((entry) => [entry.name, digestOf(entry)]));
  const kept = new Set(after.map((entry) => entry.name));
  const now = after.flatMap((entry): ConfigChange[] => {
    const digest = old.get(entry.name);
    if (digest === digestOf(entry)) return [];
    return [{ what, name: entry.name, how: digest === undefined ? 'added' : 'changed' }];
  });
  const gone = before.filter((entry) => !kept.has(entry.name));
  return [...now, ...gone.map((entry): ConfigChange => ({ what, name: entry.name, how: 'removed' }))];
}

/**
 * Makes a checked configuration the present one. The same one again changes nothing and writes nothing. Everybody is planned
 * anew afterwards; logins of removed apps are disassociated, and no account is touched for it.
 * @throws RollcallError `config-race` when somebody else changed the configuration meanwhile.
 */
export async function configure(deps: ConfigureDeps, config: Config, actor: Actor): Promise<ConfigChange[]> {
  const stored = await deps.store.config.read();
  const digest = digestOf(config);
  if (stored?.digest === digest) return [];
  const at = deps.clock.now();
  const next = { config, digest, edition: (stored?.edition ?? 0) + 1, at, by: actor };
  if (!(await deps.store.config.replace(stored?.edition ?? null, next))) {
    throw refused(
      'config-race',
      'the configuration was changed by somebody else meanwhile',
      'Look at the change, then import again.',
    );
  }
  const changes = configChanges(stored?.config ?? null, config);
  await tell(deps, changes, actor, next.edition);
  for (const { what, name, how } of changes) {
    if (what === 'app' && how === 'removed') await disassociateApp(deps, name, actor);
    // Its change window may be another, and what waits for the old one learns of it.
    if (what === 'app' && how === 'changed') await wakeApp(deps, name);
  }
  deps.connections.use(config);
  await deps.store.people.dirtyAll(actor.kind === 'system' ? null : actor);
  deps.bell.ring('reconcile');
  return changes;
}

async function tell(
  deps: ConfigureDeps,
  changes: readonly ConfigChange[],
  actor: Actor,
  edition: number,
): Promise<void> {
  const message = changes
    .map(({ what, name, how }) => (what === 'settings' ? `settings ${how}` : `${what} ${name} ${how}`))
    .join(', ');
  await record(deps, makeEvent({ type: 'config.changed', message, actor }, `config:${edition}`, deps.clock.now()));
}

async function disassociateApp(deps: ConfigureDeps, app: string, actor: Actor): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await deps.store.logins.list({ app }, after, 500);
    if (logins.length === 0) return;
    after = logins.at(-1)?.id ?? null;
    const at = deps.clock.now();
    await deps.store.logins.swap(
      logins
        .filter((login) => !login.disassociated)
        .map((before) => {
          const message = `${app} was removed from the configuration; the account stays as it is`;
          return { before, after: unlinked(before, { id: deps.random.id('e'), actor, at, message }) };
        }),
    );
  }
}
