import type { Config } from '../../core/config.ts';
import { configDifferences, differenceText } from '../../core/config-difference.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent, wisher } from '../../core/event.ts';
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
 * changed. What the one before had left is made good first. What follows from it is `followConfig`'s.
 * @throws RollcallError `config-race` when somebody else changed the configuration meanwhile.
 */
export async function replaceConfig(
  deps: ApplyDeps,
  stored: StoredConfig | null,
  config: Config,
  { actor, note }: Author,
): Promise<StoredConfig> {
  if (stored?.unfollowed) await followConfig(deps, stored);
  const at = deps.clock.now();
  const unfollowed = { before: stored?.config ?? null };
  const next = { config, digest: digestOf(config), edition: (stored?.edition ?? 0) + 1, at, by: actor, unfollowed };
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

/**
 * Logins of removed apps are disassociated, and no account is touched for it; everybody is planned anew in the name of whoever
 * changed it. Safe to repeat, by anybody: whoever is first after a crash makes good what was left.
 */
export async function followConfig(deps: ApplyDeps, stored: StoredConfig): Promise<void> {
  const { config: after, by: actor, unfollowed } = stored;
  const before = unfollowed?.before ?? null;
  for (const { name } of before?.apps ?? []) {
    const kept = after.apps.find((app) => app.name === name);
    if (kept === undefined) await disassociateApp(deps, name, stored);
    // Its change window may be another, and what waits for the old one learns of it.
    else if (digestOf(kept) !== digestOf(before?.apps.find((app) => app.name === name))) await wakeApp(deps, name);
  }
  deps.connections.use(after);
  await deps.store.people.dirtyAll(wisher(actor));
  await deps.store.config.followed(stored.edition);
  deps.bell.ring('reconcile');
}

async function disassociateApp(deps: ApplyDeps, app: string, stored: StoredConfig): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await deps.store.logins.list({ app }, after, 500);
    if (logins.length === 0) return;
    after = logins.at(-1)?.id ?? null;
    for (let linked = linkedOf(logins); linked.length > 0; ) {
      // Asked after the logins were read: whoever brings the app back has made good what was left here before, and what is linked since stays.
      if ((await deps.store.config.read())?.edition !== stored.edition) return;
      const won = await deps.store.logins.swap(
        linked.map((before) => ({ before, after: unlinkedBy(deps, before, stored) })),
      );
      linked = linkedOf(await deps.store.logins.many(linked.flatMap(({ id }) => (won.has(id) ? [] : [id]))));
    }
  }
}

const linkedOf = (logins: readonly Login[]): Login[] => logins.filter(({ disassociated }) => !disassociated);

const unlinkedBy = ({ random, clock }: ApplyDeps, login: Login, { by: actor }: StoredConfig): Login =>
  unlinked(login, {
    ...{ id: random.id('e'), actor, at: clock.now() },
    message: `${login.app} was removed from the configuration; the account stays as it is`,
  });
