import type { Config } from '../../core/config.ts';
import type { Draft } from '../../core/draft.ts';
import type { Actor } from '../../core/model.ts';
import { aboutName, type NamedSecret, setNamed, takenBack } from '../../core/named-secret.ts';
import { secretNames } from '../../core/secret.ts';
import { presentConfig } from '../configure/config-cases.ts';
import { changeNewest } from '../gather.ts';
import { mostDrafts } from './begin-draft.ts';
import type { DraftDeps } from './drafts.ts';

/** Is this name in use: in the environment, by the configuration, by another draft, or by a value that is kept? */
export async function takenNames(deps: DraftDeps, config: Config): Promise<(name: string) => boolean> {
  const [kept, open] = await Promise.all([deps.store.namedSecrets.all(), deps.store.drafts.open(mostDrafts + 1)]);
  const used = new Set([
    ...secretNames(config),
    ...kept.flatMap(({ id, sealed }) => (sealed === null ? [] : [id])),
    ...open.flatMap(({ names }) => Object.values(names)),
  ]);
  return (name) => used.has(name) || deps.book.isFromEnvironment(name);
}

/** Keeps a value under its name, sealed; what is connected with the one before connects anew. */
export async function keepSecret(
  deps: DraftDeps,
  { kind, name: holder }: Pick<Draft, 'kind' | 'name'>,
  { name, value, by }: { name: string; value: string; by: Actor },
): Promise<void> {
  const { namedSecrets } = deps.store;
  const sealed = deps.sealer.seal(value, aboutName(name));
  const given = { holder: { kind, name: holder }, by, at: deps.clock.now() };
  const set = (before: NamedSecret | null) => setNamed(before, name, sealed, given);
  if ((await namedSecrets.insert([set(null)])).size > 0) return;
  const known = await namedSecrets.get(name);
  if (known !== null) await changeNewest(namedSecrets, known, set);
}

/** Takes back the secrets of a draft that came to nothing; what the configuration names stays. */
export async function takeBackSecrets(deps: DraftDeps, draft: Draft, by: Actor): Promise<void> {
  const { namedSecrets } = deps.store;
  const used = new Set(secretNames((await presentConfig(deps)).config));
  const own = Object.values(draft.names).filter((name) => !used.has(name));
  for (const known of await namedSecrets.many(own))
    await changeNewest(namedSecrets, known, (before) => takenBack(before, by, deps.clock.now()));
  deps.bell.ring('publisher');
}
