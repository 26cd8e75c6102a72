import type { ApprovalStep } from '../../core/approval-model.ts';
import type { Ask } from '../../core/asking.ts';
import { circleAmong } from '../../core/circle.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import { isRemoval } from '../../core/policy.ts';
import { createCollector } from '../plan/collector.ts';
import type { Deps } from '../ports.ts';
import type { AppWorld, World } from '../world.ts';

/**
 * Hands approved changes of an app without an interface over to people, as requests to say that they are made: one card for a few of
 * them each, one for many that come together. Bound like what is asked, so that a crash in between loses nothing: a task nobody was
 * shown yet is opened by the next sweep, and a login without one stays approved.
 */
export function createHandOver(deps: Pick<Deps, 'store' | 'clock' | 'random'>, world: World, app: AppWorld) {
  const write = async (changes: readonly { before: Login | null; login: Login }[]): Promise<Set<string>> =>
    deps.store.logins.swap(changes.flatMap(({ before, login }) => (before === null ? [] : [{ before, after: login }])));
  const collector = createCollector(deps, world, write, 'task');

  async function take(logins: readonly Login[]): Promise<void> {
    const people = await deps.store.people.many([...new Set(logins.map(({ person }) => person))]);
    await world.learnManagers(people);
    const byId = new Map(people.map((person) => [person.id, person]));
    await collector.ask(
      logins.flatMap((login) => {
        const person = byId.get(login.person);
        return person === undefined || login.operation === null ? [] : [askOf(login, login.operation, person)];
      }),
    );
  }

  const askOf = (login: Login, operation: Ask['operation'], person: Person): Ask => ({
    ...{ before: login, login, operation, steps: [stepOf(world, app, person)], risk: 'normal' as const },
    ...{ leaving: isRemoval(operation), urgent: false },
  });

  return { take, finish: collector.finish };
}

/**
 * Who makes a change by hand: the app's owners; where there are none but the person themself, the approvers, then the admins. Whoever
 * wished the change may make it, since a task is no consent.
 */
export function stepOf(world: World, { app }: AppWorld, person: Person): ApprovalStep {
  const about = { person: person.id, requester: null };
  const owners = circleAmong(world.owners(app), about);
  const approvers = world.circle(person, app, null);
  const admins = world.adminsFor(about);
  const circle = [owners, approvers].find((people) => people.length > 0) ?? admins;
  const who = app.owners.length > 0 ? ['owners'] : [];
  const fallback = approvers.filter((id) => !circle.includes(id));
  return { who, circle, fallback, quorum: 1, fellBack: who.length > 0 && owners.length === 0 && circle.length > 0 };
}
