import { stillAccepted } from '../../core/accepted.ts';
import { missingRequired } from '../../core/desired.ts';
import { isLeaving } from '../../core/leaving.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, OperationState, Person, Wish } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isOpen } from '../../core/operation.ts';
import { pinned, pinReason } from '../../core/pin.ts';
import { planLogin } from '../../core/plan.ts';
import { type Compensation, compensationOf, type Done } from '../../core/undo.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps, UndoPlan } from '../governance.ts';
import { reconcilePeople } from '../plan/reconcile.ts';
import { type AppWorld, loadWorld, type World } from '../world.ts';
import { isAnotherAccount, targetsOf, type UndoTarget } from './undo-target.ts';

type Step = UndoPlan['steps'][number];
type Cannot = UndoPlan['cannot'][number];
/** A step with what it rests on. */
type Undoing = { target: UndoTarget; done: Done; app: AppWorld; person: Person; login: Login; step: Step };

const page = 500;

/**
 * Takes applied operations back, each by a change of its own that gives exactly what it changed its old values. With `carryOut`
 * the logins are pinned to that, so that the next sync does not redo it, and planned at once: approvals and the deletion threshold
 * hold for an undo as for everything else, and whoever undoes decides none of it. Nobody undoes a change of their own account.
 * @throws RollcallError `unknown-operation`, `unknown-approval`, `not-set-up`.
 */
export async function undo(
  deps: GovernanceDeps,
  what: { operation: string } | { approval: string },
  actor: Actor,
  carryOut: boolean,
): Promise<UndoPlan> {
  const world = await loadWorld(deps);
  const undoings: Undoing[] = [];
  const cannot: Cannot[] = [];
  const targets = await targetsOf(deps, what);
  for (let start = 0; start < targets.length; start += page) {
    for (const one of await judgedPage(deps, world, targets.slice(start, start + page), actor)) {
      if ('why' in one) cannot.push(one);
      else undoings.push(one);
    }
  }
  if (!carryOut)
    return { text: textOf(undoings.length, cannot, false), steps: undoings.map(({ step }) => step), cannot };
  const { done, late } = await pinAll(deps, undoings, actor);
  await planAll(deps, done, actor);
  const all = [...cannot, ...late];
  return { text: textOf(done.length, all, true), steps: done.map(({ step }) => step), cannot: all };
}

async function judgedPage(
  deps: GovernanceDeps,
  world: World,
  targets: readonly UndoTarget[],
  actor: Actor,
): Promise<(Undoing | Cannot)[]> {
  const people = new Map(
    (await deps.store.people.many(unique(targets.map(({ person }) => person)))).map((one) => [one.id, one]),
  );
  const logins = new Map(
    (await deps.store.logins.many(unique(targets.map(({ login }) => login)))).map((one) => [one.id, one]),
  );
  const judged: (Undoing | Cannot)[] = [];
  for (const target of targets) {
    const [person, login] = [people.get(target.person), logins.get(target.login)];
    judged.push(await judge(deps, world, target, { person, login, actor }));
  }
  return judged;
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

async function judge(
  deps: GovernanceDeps,
  world: World,
  target: UndoTarget,
  { person, login, actor }: { person: Person | undefined; login: Login | undefined; actor: Actor },
): Promise<Undoing | Cannot> {
  const { done } = target;
  const app = world.apps.get(target.app);
  const personName = person === undefined ? target.person : nameOf(person);
  const cannot = (why: string): Cannot => ({ login: target.login, personName, app: target.app, why });
  if (person === undefined || login === undefined) return cannot('the person or their login is no longer known');
  if (app === undefined) return cannot(`${target.app} is no longer configured`);
  if (done === null) return cannot(notApplied(target.state));
  if (actor.kind === 'person' && actor.person === person.id)
    return cannot('nobody undoes a change of their own account');
  if (isLeaving(person, world.config, world.now))
    return cannot(`${personName} is leaving: release them, or let the directory bring them back`);
  if (login.pin?.undoes === done.id && isOpen(login.operation)) return cannot('it is being undone already');
  if (await isAnotherAccount(deps, target, login))
    return cannot('the account there was then is gone or was unlinked since');
  const compensation = feasible(done, login, app);
  if (!compensation.can) return cannot(compensation.why);
  return { target, done, app, person, login, step: stepOf(login, personName, compensation) };
}

function notApplied(state: OperationState): string {
  if (state === 'applying') return 'it is being applied right now: try again in a moment';
  if (state === 'rejected' || state === 'superseded') return 'it was never applied';
  if (state === 'failed') return 'it failed, so there is nothing to take back';
  if (state === 'approved') return 'it is approved and not applied yet: undo it once it is';
  return 'it is not applied yet: reject it instead';
}

/** The compensation, if the app can be told it and it changes anything. */
function feasible(done: Done, login: Login, { app, attributes }: AppWorld): Compensation {
  const compensation = compensationOf(done, login, { onRoleLoss: app.provisioning.onRoleLoss, attributes });
  if (!compensation.can) return compensation;
  const missing = missingRequired(wishIn(compensation), attributes);
  if (missing.length > 0)
    return {
      can: false,
      why: `${app.title ?? app.name} requires ${missing.join(', ')}, and there was no value before`,
    };
  const changes = compensation.unlinks || draftFor(login, compensation) !== null;
  return changes ? compensation : { can: false, why: 'the account is as it was before already' };
}

type Feasible = Extract<Compensation, { can: true }>;

const wishIn = ({ wish }: Feasible, actor?: Actor): Wish => ({
  ...wish,
  reasons: actor === undefined ? [] : [pinReason(actor)],
});

function draftFor(login: Login, compensation: Feasible) {
  const wish = wishIn(compensation);
  return planLogin({ ...login, candidates: [], accepted: stillAccepted(login.accepted, wish) }, wish);
}

/** An adoption that had changed nothing is undone by letting the account go: nothing is written. */
function stepOf(login: Login, personName: string, compensation: Feasible): Step {
  const draft = draftFor(login, compensation);
  const { note } = compensation;
  return {
    ...{ login: login.id, personName, app: login.app, kind: draft?.kind ?? 'update' },
    ...{ before: draft?.before ?? null, after: draft?.after ?? null },
    ...(note !== null && { note }),
  };
}

/** Each login by its own compare-and-set, and only while the undo still fits what it is; pages of them share their round trips. */
async function pinAll(deps: GovernanceDeps, undoings: readonly Undoing[], actor: Actor) {
  const done: Undoing[] = [];
  const late: Cannot[] = [];
  for (let start = 0; start < undoings.length; start += page) {
    const some = undoings.slice(start, start + page);
    const whys = await Promise.all(some.map((undoing) => pinOne(deps, undoing, actor)));
    for (const [place, undoing] of some.entries()) {
      const why = whys[place] ?? null;
      const { login, personName, app } = undoing.step;
      if (why === null) done.push(undoing);
      else late.push({ login, personName, app, why });
    }
  }
  return { done, late };
}

/** Why not, if it cannot be undone any more. */
async function pinOne(deps: GovernanceDeps, undoing: Undoing, actor: Actor): Promise<string | null> {
  const { done, app, login: first } = undoing;
  const at = deps.clock.now();
  const options = { id: deps.random.id('e'), planBy: at + deps.timings.lease, message: `${done.kind} is undone` };
  let why: string | null = 'the login is no longer known';
  await changeNewest(deps.store.logins, first, (login) => {
    const compensation = feasible(done, login, app);
    why = compensation.can ? null : compensation.why;
    if (!compensation.can) return null;
    const wish = wishIn(compensation, actor);
    const pin = { wish, by: actor, at, undoes: done.id, ...(compensation.unlinks && { unlinks: true }) };
    return pinned(login, pin, options);
  });
  return why;
}

/** App by app, so that nothing else of these people is planned in the name of whoever undoes. */
async function planAll(deps: GovernanceDeps, undoings: readonly Undoing[], actor: Actor): Promise<void> {
  for (const app of unique(undoings.map(({ step }) => step.app))) {
    const people = unique(undoings.filter(({ step }) => step.app === app).map(({ person }) => person.id));
    await reconcilePeople(deps, { people, app, again: true, requester: actor });
  }
  if (undoings.length === 0) return;
  for (const waiting of ['worker', 'publisher'] as const) deps.bell.ring(waiting);
}

function textOf(steps: number, cannot: readonly Cannot[], carriedOut: boolean): string {
  const [only] = cannot;
  if (steps === 0 && cannot.length === 1 && only !== undefined)
    return `This cannot be undone for ${only.personName} in ${only.app}: ${only.why}.`;
  const rest = cannot.length === 0 ? '' : ` ${cannot.length} cannot be undone.`;
  if (steps === 0) return `Nothing of this can be undone.${rest}`;
  const changes = steps === 1 ? 'One change' : `${steps} changes`;
  if (!carriedOut) return `${changes} would be undone, and hold until released.${rest}`;
  return `${changes} ${steps === 1 ? 'is' : 'are'} being undone: what needs consent is asked first. ${steps === 1 ? 'The login does' : 'The logins do'} not follow the directory until released.${rest}`;
}
