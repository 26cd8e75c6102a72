import type { Config } from '../../core/config.ts';
import type { Actor, Person } from '../../core/model.ts';
import { powerIn } from '../../core/power.ts';
import { fold } from '../../core/text.ts';
import type { Deps } from '../ports.ts';
import type { StoredConfig } from '../store-ports.ts';
import { knownBy, pinnedTo } from '../world.ts';

export type AdminDeps = Pick<Deps, 'store'> & {
  /** The Slack workspace, once known. */
  team?(): string | null;
};

/** The people a configuration names as admins who work here, each once; in the order of their ids. */
export async function activeAdmins(deps: AdminDeps, { settings }: Config): Promise<Person[]> {
  const mailed = await knownBy(deps, settings.admins.filter((word) => word.includes('@')).map(fold));
  const found = new Map([...mailed, ...(await bySlackId(deps, settings.admins))].map((person) => [person.id, person]));
  return [...found.values()].filter(({ status }) => status === 'active').sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A command does not know the workspace, and looks through the people: an admin overlooked would be one nobody asks. */
async function bySlackId(deps: AdminDeps, words: readonly string[]): Promise<Person[]> {
  const users = new Set(words.map((word) => word.trim()).filter((word) => /^[UW][A-Z0-9]{5,}$/.test(word)));
  if (users.size === 0) return [];
  if ((deps.team?.() ?? null) !== null) return pinnedTo(deps, [...users]);
  const found: Person[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Person[] = await deps.store.people.search({ status: 'active' }, after, 500);
    if (page.length === 0) return found;
    after = page.at(-1)?.id ?? null;
    found.push(...page.filter(({ slack, twins }) => users.has(slack?.user ?? '') && twins.length === 0));
  }
}

/**
 * The admins of whom one has to agree before this configuration takes the place of the stored one: those who are not the actor,
 * where the change touches power. None: nothing of it does, or there is nobody else. The operating-system user of a command is no
 * admin by name and stands for one of them.
 */
export async function whoMustAgree(
  deps: AdminDeps,
  stored: StoredConfig | null,
  config: Config,
  actor: Actor,
): Promise<Person[]> {
  if (stored === null || actor.kind === 'system' || powerIn(stored.config, config).length === 0) return [];
  const admins = await activeAdmins(deps, stored.config);
  if (actor.kind === 'operator') return admins.length > 1 ? admins : [];
  return admins.filter(({ id }) => id !== actor.person);
}
