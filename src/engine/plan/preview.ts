import { changeOf } from '../../core/change.ts';
import type { Config } from '../../core/config.ts';
import { rolesOf } from '../../core/desired.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { OperationKind, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { type Calls, durationText, noCalls, sumOf } from '../../core/pace.ts';
import { passwordChanges, passwordNote } from '../../core/password-parameter.ts';
import { byText } from '../../core/text.ts';
import { irreversible, irreversibleText } from '../../core/undo.ts';
import type { Deps } from '../ports.ts';
import type { PlannedOperation, PlanPreview } from '../use-cases.ts';
import { type AppWorld, loadWorld, type World, worldOf } from '../world.ts';
import { type Considered, type Considering, consider } from './consider.ts';
import { guardLastAdmins } from './last-admin.ts';
import { matchesOf } from './match.ts';

export type PreviewDeps = Pick<Deps, 'store' | 'clock' | 'connections' | 'random'>;

/**
 * What would happen, changing nothing: everything that is not yet as wished, including what already waits for consent.
 * `config`: plan under this configuration instead of the present one. `limit` bounds the operations listed, not the counts.
 */
export async function preview(
  deps: PreviewDeps,
  filter: { person?: string; app?: string },
  limit: number,
  config?: Config,
): Promise<PlanPreview> {
  const world = config === undefined ? await loadWorld(deps) : await worldAside(deps, config);
  const operations: PlannedOperation[] = [];
  const counts = new Map<string, { app: string; kind: OperationKind; count: number }>();
  const people = new Set<string>();
  const taken = countTaken();
  const calls = countCalls(deps);
  for await (const page of pagesOf(deps, filter)) {
    await world.learnManagers(page);
    for (const planned of await planPage(deps, world, page, filter.app)) {
      const key = `${planned.app}\n${planned.kind}`;
      const count = counts.get(key) ?? { app: planned.app, kind: planned.kind, count: 0 };
      counts.set(key, { ...count, count: count.count + 1 });
      people.add(planned.person);
      taken.add(planned);
      calls.add(planned);
      if (operations.length < limit) operations.push(planned);
    }
  }
  const passwords = config === undefined ? [] : await passwordsUnder(deps, config);
  const durations = calls.durations(world);
  return { operations, counts: [...counts.values()], taken: taken.all(), people: people.size, durations, passwords };
}

/** How long all operations take, listed or not, in the apps that document a rate. */
export function countCalls({ connections }: Pick<PreviewDeps, 'connections'>) {
  const calls = new Map<string, Calls>();
  return {
    add(planned: PlannedOperation): void {
      calls.set(planned.app, sumOf([calls.get(planned.app) ?? noCalls, connections.callsFor(planned.app, planned)]));
    },
    durations: ({ apps }: World): NonNullable<PlanPreview['durations']> =>
      [...calls].flatMap(([app, all]) => {
        const text = durationText(all, apps.get(app)?.rate, connections.slowness(app));
        return text === null ? [] : [{ app, text }];
      }),
  };
}

/** Accounts that are there are asked for a password as well, though no operation changes them. */
export const passwordsUnder = async ({ store }: PreviewDeps, config: Config): Promise<string[]> =>
  passwordChanges((await store.config.read())?.config ?? null, config);

/** The present configuration goes on meanwhile, with its connections. */
export const worldAside = (deps: PreviewDeps, config: Config): Promise<World> =>
  worldOf({ ...deps, connections: deps.connections.aside(config) }, config);

/** Who loses which entitlement, of all operations, listed or not; what goes with a whole account is no news of its own. */
export function countTaken() {
  const taken = new Map<string, PlanPreview['taken'][number]>();
  return {
    add(planned: PlannedOperation): void {
      if (planned.after === null) return;
      for (const [target, { remove }] of Object.entries(changeOf(planned).entitlements)) {
        for (const value of remove) {
          const key = JSON.stringify([planned.app, target, value]);
          const people = (taken.get(key)?.people ?? 0) + 1;
          taken.set(key, { app: planned.app, target, value, people });
        }
      }
    },
    all: () => [...taken.values()].sort((a, b) => b.people - a.people || byText(a.value, b.value)),
  };
}

export async function* pagesOf(deps: PreviewDeps, filter: { person?: string }): AsyncGenerator<Person[]> {
  if (filter.person !== undefined) {
    yield await deps.store.people.many([filter.person]);
    return;
  }
  let after: string | null = null;
  for (;;) {
    const page: Person[] = await deps.store.people.search({}, after, 500);
    if (page.length === 0) return;
    after = page.at(-1)?.id ?? null;
    yield page;
  }
}

export async function planPage(
  deps: PreviewDeps,
  world: World,
  people: readonly Person[],
  only?: string,
): Promise<PlannedOperation[]> {
  const logins = new Map(
    (await deps.store.logins.byPeople(people.map((person) => person.id))).map((login) => [login.id, login]),
  );
  const planned: PlannedOperation[] = [];
  for (const app of world.apps.values()) {
    if (only !== undefined && app.app.name !== only) continue;
    for (const person of people) {
      const login = logins.get(loginId(person.id, app.app.name)) ?? null;
      const operation = await planOne(deps, world, app, person, login);
      if (operation !== null) planned.push(operation);
    }
  }
  return planned;
}

async function planOne(deps: PreviewDeps, world: World, app: AppWorld, person: Person, login: Login | null) {
  const inRole = rolesOf(person, world.config, world.now).some(({ role }) => role.apps.includes(app.app.name));
  if (person.twins.length > 0 || (!inRole && login === null)) return null;
  const unplanned = login === null ? null : { ...login, operation: null };
  const pairs = [{ person, app }];
  const logins = new Map(login === null ? [] : [[login.id, login]]);
  const match = (await matchesOf(deps, world, pairs, logins)).get(loginId(person.id, app.app.name));
  const considering: Considering = {
    ...{ world, app, person, login: unplanned, accounts: match?.accounts ?? [], taken: match?.taken ?? new Set() },
    contested: match?.contested ?? new Set(),
    ...{ id: () => 'preview', again: true, requester: null },
  };
  const outcome = { considering, result: consider(considering) };
  const [guarded] = await guardLastAdmins(deps, [outcome], new Set());
  return described((guarded ?? outcome).result, person, app);
}

function described(considered: Considered, person: Person, world: AppWorld): PlannedOperation | null {
  if (!('login' in considered)) return null;
  const operation = considered.login.operation;
  if (operation === null) return null;
  const { app, kind, before, after, reasons } = operation;
  const verdict = considered.outcome === 'write' ? (operation.state === 'held' ? 'hold' : 'go') : considered.act;
  const next = operation.trouble?.message ?? (verdict === 'ask' ? 'an approver is asked first' : 'goes ahead unasked');
  const follows = considered.login.wish?.beforeDeletion === true ? '; the deletion follows' : '';
  const note = passwordNote(world.password, kind, world.app.title ?? app);
  const password = note === null ? '' : `; ${note}`;
  const why = irreversible(kind) ? `${next}. ${irreversibleText}` : `${next}${follows}${password}`;
  return { person: person.id, personName: nameOf(person), app, kind, before, after, reasons, verdict, why };
}
