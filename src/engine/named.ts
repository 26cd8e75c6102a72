import { refused } from '../core/errors.ts';
import { nameOf } from '../core/name.ts';
import type { Named } from './governance.ts';
import type { Deps } from './ports.ts';

/** What a person named: an app, a person, or a person in an app; `words` as people read it. */
export type Subject = { app: string | null; person: string | null; words: string };

/** @throws RollcallError `nothing-named`, `unknown-app`, `unknown-person`. */
export async function subjectNamed(deps: Pick<Deps, 'store'>, { app, person }: Named): Promise<Subject> {
  if (app === undefined && person === undefined)
    throw refused('nothing-named', 'neither an app nor a person was named', 'Name one of them.');
  const [where, who] = [await titleOf(deps, app), await nameFor(deps, person)];
  const words = [who, where].filter((part) => part !== null).join(' in ');
  return { app: app ?? null, person: person ?? null, words };
}

async function titleOf(deps: Pick<Deps, 'store'>, name: string | undefined): Promise<string | null> {
  if (name === undefined) return null;
  const found = (await deps.store.config.read())?.config.apps.find((app) => app.name === name);
  if (found === undefined)
    throw refused('unknown-app', `there is no app named ${name}`, 'See `/provision status` for their names.');
  return found.title ?? found.name;
}

async function nameFor(deps: Pick<Deps, 'store'>, id: string | undefined): Promise<string | null> {
  if (id === undefined) return null;
  const found = await deps.store.people.get(id);
  if (found === null)
    throw refused('unknown-person', `there is no person ${id}`, 'Search with `/provision status NAME`.');
  return nameOf(found);
}
