import { newApproval, open } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { type Ask, askLimits, batchKey, common, groupBy, peopleIn, personKey } from '../../core/asking.ts';
import { handOver } from '../../core/by-hand.ts';
import { system } from '../../core/event.ts';
import { hold, step } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Operation, Trouble } from '../../core/model.ts';
import { milliseconds } from '../../core/time-schema.ts';
import type { Deps } from '../ports.ts';
import type { World } from '../world.ts';
import { oneVersion } from './consider.ts';

const planner = system('planner');

/** Writes logins; answers the ids that were really written. */
export type WriteLogins = (changes: readonly { before: Login | null; login: Login }[]) => Promise<Set<string>>;

type Batch = { approval: Approval; operations: number; people: Set<string> };

/**
 * Gathers what one plan asks for. Up to five people get a card each; beyond that there is one batch card per app and kind, and
 * only groups of very few people keep their own cards. Batches are written as they come, so that an import of any size fits.
 * `what`: consent, or to make by hand what was approved.
 */
export function createCollector(
  deps: Pick<Deps, 'store' | 'clock' | 'random'>,
  world: World,
  write: WriteLogins,
  what: 'consent' | 'task' = 'consent',
) {
  const waiting = new Map<string, Ask[]>();
  const batches = new Map<string, Batch>();
  const people = new Set<string>();

  async function ask(asks: readonly Ask[]): Promise<void> {
    for (const one of asks) {
      const key = batchKey(one);
      waiting.set(key, [...(waiting.get(key) ?? []), one]);
      if (people.size <= askLimits.people) people.add(one.operation.person);
    }
    if (people.size > askLimits.people) await flushLarge();
  }

  async function flushLarge(): Promise<void> {
    for (const [key, asks] of waiting) {
      if (!batches.has(key) && peopleIn(asks) <= askLimits.few) continue;
      waiting.delete(key);
      await addToBatch(key, asks);
    }
  }

  async function addToBatch(key: string, asks: readonly Ask[]): Promise<void> {
    const batch = batches.get(key) ?? (await startBatch(asks));
    batches.set(key, batch);
    const placed = await place(batch.approval, asks);
    batch.operations += placed.length;
    for (const one of placed) batch.people.add(one.operation.person);
  }

  async function startBatch(asks: readonly Ask[]): Promise<Batch> {
    return { approval: await begin('batch', asks, null), operations: 0, people: new Set() };
  }

  const isByHand = ({ app }: Operation): boolean => world.apps.get(app)?.capabilities.byHand === true;

  async function begin(kind: Approval['kind'], asks: readonly Ask[], reason: string | null): Promise<Approval> {
    const operations = asks.map((one) => one.operation);
    const approval = newApproval(
      {
        ...{ id: deps.random.id('a'), kind, reason },
        app: common(operations.map((operation) => operation.app)),
        operationKind: common(operations.map((operation) => operation.kind)),
        foundBy: common(operations.map((operation) => operation.foundBy)),
        person: kind === 'person' ? common(operations.map((operation) => operation.person)) : null,
        leaving: asks.every((one) => one.leaving),
        urgent: asks.some((one) => one.urgent),
        steps: asks[0]?.steps ?? [],
        risk: asks[0]?.risk ?? 'normal',
        requester: commonRequester(operations),
        ...(what === 'task' && { task: true as const }),
        ...(what === 'consent' && operations.some(isByHand) && { byHand: true as const }),
      },
      deps.clock.now(),
    );
    await deps.store.approvals.insert([approval]);
    return approval;
  }

  /** Binds each operation to the approval by its hash. */
  async function place(approval: Approval, asks: readonly Ask[]): Promise<readonly Ask[]> {
    const at = deps.clock.now();
    const changes = asks.map((one) => ({ before: one.before, login: asked(one, approval, at) }));
    const written = await write(changes);
    return asks.filter((one) => written.has(one.login.id));
  }

  function asked(one: Ask, approval: Approval, at: number): Login {
    if (approval.task) return oneVersion(one.before, handOver(one.login, approval.id, planner, at));
    const ask = { approval: approval.id, hash: one.operation.hash };
    if (approval.kind !== 'threshold') {
      return oneVersion(one.before, step(one.login, 'ask', planner, at, { operation: { ask } }));
    }
    const operation = one.login.operation;
    const bound = { ...one.login, operation: operation === null ? null : { ...operation, ask } };
    const message = approval.reason ?? 'past the deletion threshold';
    const trouble: Trouble = { kind: 'threshold', message, remedy: 'An admin decides on the card.', at };
    return oneVersion(one.before, hold(bound, trouble, planner));
  }

  async function finishOne(approval: Approval, counts: { operations: number; people: number }): Promise<void> {
    const expiry = milliseconds(world.config.settings.approvalExpiry);
    const opened = open(approval, counts, expiry, planner, deps.clock.now());
    await deps.store.approvals.swap([{ before: approval, after: opened }]);
  }

  /** What the threshold held: one card per app to all admins. */
  async function holdWhole(asks: readonly Ask[], reason: string): Promise<void> {
    const approval = await begin('threshold', asks, reason);
    const placed = await place(approval, asks);
    await finishOne(approval, { operations: placed.length, people: peopleIn(placed) });
  }

  /** Opens everything gathered: only now do cards appear. */
  async function finish(): Promise<void> {
    const rest = [...waiting.values()].flat();
    waiting.clear();
    for (const asks of groupBy(rest, personKey).values()) {
      const approval = await begin('person', asks, null);
      const placed = await place(approval, asks);
      await finishOne(approval, { operations: placed.length, people: peopleIn(placed) });
    }
    for (const { approval, operations, people: asked } of batches.values()) {
      await finishOne(approval, { operations, people: asked.size });
    }
    batches.clear();
  }

  return { ask, holdWhole, finish };
}

export type Collector = ReturnType<typeof createCollector>;

function commonRequester(operations: readonly Operation[]): Actor | null {
  const [first] = operations;
  return first !== undefined &&
    operations.every((one) => JSON.stringify(one.requester) === JSON.stringify(first.requester))
    ? first.requester
    : null;
}
