import type { Login } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { explain, wordOf } from '../core/status.ts';
import type { Deps } from './ports.ts';

/** Failures of one root cause: same app, same trouble. */
export type DigestGroup = {
  app: string;
  word: string;
  cause: string;
  remedy: string;
  count: number;
  people: readonly string[];
};

const namesShown = 5;

/** What needs a person, grouped by root cause, largest first; empty when all is well. */
export async function digest(deps: Pick<Deps, 'store'>): Promise<DigestGroup[]> {
  const groups = new Map<string, { login: Login; count: number; people: string[] }>();
  for (const state of ['failed', 'held'] as const) {
    let after: string | null = null;
    for (;;) {
      const logins: Login[] = await deps.store.logins.list({ state }, after, 500);
      if (logins.length === 0) break;
      after = logins.at(-1)?.id ?? null;
      for (const login of logins) note(groups, login);
    }
  }
  const found = [];
  for (const group of groups.values()) found.push(await describe(deps, group));
  return found.sort((a, b) => b.count - a.count || a.app.localeCompare(b.app));
}

function note(groups: Map<string, { login: Login; count: number; people: string[] }>, login: Login): void {
  const trouble = login.operation?.trouble;
  const key = JSON.stringify([login.app, wordOf(login), trouble?.kind, trouble?.message]);
  const group = groups.get(key) ?? { login, count: 0, people: [] };
  group.count += 1;
  if (group.people.length < namesShown) group.people.push(login.person);
  groups.set(key, group);
}

async function describe(
  deps: Pick<Deps, 'store'>,
  { login, count, people }: { login: Login; count: number; people: string[] },
): Promise<DigestGroup> {
  const names = (await deps.store.people.many(people)).map((person) => nameOf(person));
  const trouble = login.operation?.trouble;
  return {
    ...{ app: login.app, word: wordOf(login), count, people: names },
    ...{ cause: trouble?.message ?? explain(login), remedy: trouble?.remedy ?? '' },
  };
}
