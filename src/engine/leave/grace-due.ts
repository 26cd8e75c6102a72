import type { AppConfig } from '../../core/app-schema.ts';
import { ladderOf } from '../../core/grace.ts';
import type { Login } from '../../core/login-model.ts';
import { nameOf } from '../../core/name.ts';
import type { GovernanceDeps, GraceDue, Named } from '../governance.ts';
import { loadWorld, type World } from '../world.ts';

const page = 500;

/**
 * Suspended accounts of leavers that the grace ladder will delete, the next first, and who may keep them longer: of everybody, or
 * of the app or the person named.
 */
export async function graceDue(deps: GovernanceDeps, named: Named = {}): Promise<GraceDue[]> {
  const world = await loadWorld(deps);
  const due: GraceDue[] = [];
  for (const { app } of world.apps.values()) {
    const { enabled, grace } = app.provisioning;
    if (!enabled || grace === undefined || (named.app ?? app.name) !== app.name) continue;
    due.push(...(await dueIn(deps, world, app, named)));
  }
  return due.sort((a, b) => a.deletesAt - b.deletesAt || (a.person < b.person ? -1 : 1));
}

async function dueIn(deps: GovernanceDeps, world: World, app: AppConfig, { person }: Named): Promise<GraceDue[]> {
  const filter = { app: app.name, account: 'suspended' as const, ...(person !== undefined && { person }) };
  const due: GraceDue[] = [];
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await deps.store.logins.list(filter, after, page);
    if (logins.length === 0) return due;
    after = logins.at(-1)?.id ?? null;
    due.push(...(await onTheLadder(deps, world, app, logins)));
  }
}

async function onTheLadder(deps: GovernanceDeps, world: World, app: AppConfig, logins: readonly Login[]) {
  const people = await deps.store.people.many(logins.map((login) => login.person));
  await world.learnManagers(people);
  const byId = new Map(people.map((person) => [person.id, person]));
  return logins.flatMap((login): GraceDue[] => {
    const person = byId.get(login.person);
    if (person === undefined) return [];
    const ladder = ladderOf({ person, login, app, config: world.config, now: world.now });
    if (ladder === null) return [];
    const { since, remindAt, deleteAt } = ladder;
    const names = { person: person.id, personName: nameOf(person), app: app.name, appTitle: app.title ?? app.name };
    const circle = world.circle(person, app, null);
    const { keepUntil: keptUntil, remindedAt } = login;
    const asks = app.provisioning.approval.delete !== false;
    return [{ ...names, since, remindAt, deletesAt: deleteAt, keptUntil, remindedAt, asks, circle }];
  });
}
