import type { Config } from '../../core/config.ts';
import { configDifferences, differenceText } from '../../core/config-difference.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor } from '../../core/model.ts';
import { unlinked } from '../../core/pin.ts';
import { linesText } from '../../core/proposal.ts';
import { wakeApp } from '../apply/gate.ts';
import type { Deps } from '../ports.ts';
import { record } from '../publisher.ts';
import type { StoredConfig } from '../store-ports.ts';

export type ApplyDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'bell'>;

/** Who changes it, and what else its event says: who agreed, or that there was nobody to. */
export type Author = { actor: Actor; note: string | null };

/**
 * Makes a checked configuration the present one in place of the one that was `stored`, by one compare-and-set, and tells what
 * changed. What follows from it is `followConfig`'s.
 * @throws RollcallError `config-race` when somebody else changed the configuration meanwhile.
 */
export async function replaceConfig(
  deps: ApplyDeps,
  stored: StoredConfig | null,
  config: Config,
  { actor, note }: Author,
): Promise<StoredConfig> {
  const at = deps.clock.now();
  const next = { config, digest: digestOf(config), edition: (stored?.edition ?? 0) + 1, at, by: actor };
  if (!(await deps.store.config.replace(stored?.edition ?? null, next))) {
    throw refused(
      'config-race',
      'the configuration was changed by somebody else meanwhile',
      'Look at the change, then do it again.',
    );
  }
  const lines = linesText(configDifferences(stored?.config ?? null, config).map(differenceText));
  const message = `changed the configuration: ${lines}${note === null ? '' : ` (${note})`}`;
  await record(deps, makeEvent({ type: 'config.changed', message, actor }, `config:${next.edition}`, at));
  return next;
}

/** Logins of removed apps are disassociated, and no account is touched for it; everybody is planned anew. Safe to repeat. */
export async function followConfig(deps: ApplyDeps, before: Config | null, after: Config, actor: Actor): Promise<void> {
  for (const { name } of before?.apps ?? []) {
    const kept = after.apps.find((app) => app.name === name);
    if (kept === undefined) await disassociateApp(deps, name, actor);
    // Its change window may be another, and what waits for the old one learns of it.
    else if (digestOf(kept) !== digestOf(before?.apps.find((app) => app.name === name))) await wakeApp(deps, name);
  }
  deps.connections.use(after);
  await deps.store.people.dirtyAll(actor.kind === 'system' ? null : actor);
  deps.bell.ring('reconcile');
}

async function disassociateApp(deps: ApplyDeps, app: string, actor: Actor): Promise<void> {
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
