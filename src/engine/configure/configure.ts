import type { Config } from '../../core/config.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor } from '../../core/model.ts';
import { powerIn } from '../../core/power.ts';
import type { Proposal } from '../../core/proposal.ts';
import { type AdminDeps, whoMustAgree } from './admins.ts';
import { type ApplyDeps, followConfig, replaceConfig } from './apply-config.ts';
import { refreshProposals } from './proposals.ts';
import { propose } from './propose.ts';

export type ConfigureDeps = ApplyDeps & AdminDeps;

/** One line of what a new configuration changes: `app crm changed`. */
export type ConfigChange = {
  what: 'settings' | 'directory' | 'role' | 'mapping' | 'app';
  name: string;
  how: 'added' | 'changed' | 'removed';
};

/** What came of a changed configuration, in words for whoever changed it. */
export type ConfigureOutcome = { changes: ConfigChange[]; text: string } & (
  | { result: 'unchanged' | 'applied' }
  | { result: 'proposed'; proposal: Proposal }
);

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
 * Makes a checked configuration the present one, and everybody is planned anew; where it touches power and there is another admin,
 * it is proposed to them instead, whole (promise 11). The same one again changes nothing and writes nothing; the first applies at
 * once.
 * @throws RollcallError `config-race` when somebody else changed the configuration meanwhile.
 */
export async function configure(deps: ConfigureDeps, config: Config, actor: Actor): Promise<ConfigureOutcome> {
  const stored = await deps.store.config.read();
  if (stored?.digest === digestOf(config)) return { result: 'unchanged', changes: [], text: 'Nothing changes.' };
  const changes = configChanges(stored?.config ?? null, config);
  const deciders = await whoMustAgree(deps, stored, config, actor);
  if (stored !== null && deciders.length > 0) {
    const { proposal, text } = await propose(deps, stored, config, actor, deciders);
    return { result: 'proposed', changes, proposal, text };
  }
  const before = stored?.config ?? null;
  const unwatched = before !== null && actor.kind !== 'system' && powerIn(before, config).length > 0;
  const note = unwatched ? 'there was no other active admin to agree' : null;
  await followConfig(deps, await replaceConfig(deps, stored, config, { actor, note }));
  await refreshProposals(deps);
  const alone = note === null ? '' : ' It changes who decides, and there was no other active admin to agree.';
  return { result: 'applied', changes, text: `The configuration is changed.${alone}` };
}
