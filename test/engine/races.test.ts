import { expect, it } from 'vitest';
import { newApproval, open } from '../../src/core/approval.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { delegated } from '../../src/core/delegation.ts';
import { system } from '../../src/core/event.ts';
import { replaceOperation, step } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Person } from '../../src/core/model.ts';
import { decide } from '../../src/engine/approve/decide.ts';
import { delegate } from '../../src/engine/approve/delegate.ts';
import { sweepApprovals } from '../../src/engine/approve/sweep-approvals.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import type { DecideOutcome } from '../../src/engine/use-cases.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { aLogin, anOperation, aPerson } from '../contracts/store/builders.ts';
import { countingRandom, silent } from './company.ts';

const at = 1_000;
const rounds = 1_000;
const robot = system('test');
const clockAt = (now: number) => ({
  ...{ now: () => now, monotonic: () => now, sleep: async () => undefined },
  deadline: () => AbortSignal.any([]),
});
const clock = clockAt(at);
/** How long a request waits, milliseconds: another process is that much ahead, and lets it expire. */
const patience = 50_000;
const bell = { ring: () => undefined };

/** Numbers that look random and are the same each time. */
function numbers(seed: number) {
  let state = seed + 1;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** Every call of the store takes a few turns of the microtask queue, so that presses run into each other everywhere. */
function interleaved<T extends object>(part: T, draw: (below: number) => number): T {
  return new Proxy(part, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        for (let turns = draw(6); turns > 0; turns -= 1) await Promise.resolve();
        const answer = await Reflect.apply(member, target, given);
        for (let turns = draw(3); turns > 0; turns -= 1) await Promise.resolve();
        return answer;
      };
    },
  });
}

const people = ['ada', 'bea', 'cem', 'dan', 'eve', 'zoe', 'max', 'ron'].map((name) => aPerson(`p-${name}`));
const personOf = (name: string): Person => people.find(({ id }) => id === `p-${name}`) ?? aPerson('nobody');

/** Whom the request is about. */
const asked = ['p-zoe', 'p-max', 'p-ron'];

/** A batch of three, to be decided by Ada, Bea or Cem; Dan is Ada's delegate. Two steps in every second round. */
async function openRequest(store: Store, round: number): Promise<Approval> {
  const circle = ['p-ada', 'p-bea', 'p-cem'];
  const steps = (round % 2 === 0 ? [circle] : [circle, ['p-eve', 'p-dan']]).map((ids) => ({
    ...{ who: [], circle: ids, fallback: [], quorum: 1, fellBack: false },
  }));
  const approval = open(
    newApproval(
      {
        ...{
          id: 'a-1',
          kind: 'batch',
          app: 'crm',
          operationKind: 'create',
          person: null,
          leaving: false,
          urgent: false,
        },
        ...{ steps, risk: 'normal', requester: null, reason: null },
      },
      at,
    ),
    { operations: 3, people: 3 },
    patience,
    robot,
    at,
  );
  await store.people.insert(people);
  await store.approvals.insert([approval]);
  await store.logins.insert(asked.map(loginOf));
  await store.delegations.insert([
    delegated(
      null,
      { id: 'p-ada', delegate: 'p-dan', until: at + 9 },
      { person: 'Ada', delegate: 'Dan', until: '' },
      robot,
      at,
    ),
  ]);
  return approval;
}

function loginOf(person: string): Login {
  const operation = anOperation(person, 'crm');
  const login = { ...aLogin(person, 'crm'), operation };
  return {
    ...step(login, 'ask', robot, at, { operation: { ask: { approval: 'a-1', hash: operation.hash } } }),
    version: 0,
  };
}

type Press = (store: Store) => Promise<DecideOutcome | null>;

/** Time is up where another process looks at the request. */
const expiry: Press = async (store) => {
  const timings = { lease: 1e9, deadline: 1, settle: 1, retry: 1, retryMax: 1, attempts: 1 };
  await sweepApprovals(
    { store, clock: clockAt(at + patience), bell, log: silent, random: countingRandom(), timings },
    async () => undefined,
  );
  return null;
};

/** Another writer changes a login meanwhile, whatever becomes of the request. */
const writing =
  (person: string, change: (login: Login) => Login): Press =>
  async (store) => {
    for (;;) {
      const before = await store.logins.get(`${person}:crm`);
      if (before === null) return null;
      const after = { ...change(before), version: before.version + 1 };
      if ((await store.logins.swap([{ before, after }])).has(after.id)) return null;
    }
  };

/**
 * A sync finds somebody otherwise than the request says: another operation takes the place of the one that is asked. It is planned,
 * or asked on a card of its own by now, or not what this card asks for.
 */
const changedPlan = (person: string, ask: ChangedAsk): Press =>
  writing(person, (login) => {
    if (login.operation?.id === changedId(person)) return login;
    const operation = { ...anOperation(person, 'crm'), id: changedId(person), hash: 'another' };
    const placed = replaceOperation(login, operation, robot, at);
    return ask === null ? placed : { ...placed, operation: { ...operation, state: 'awaiting', ask } };
  });
type ChangedAsk = { approval: string; hash: string } | null;
const changedAsks: readonly ChangedAsk[] = [
  null,
  { approval: 'a-2', hash: 'another' },
  { approval: 'a-1', hash: 'before' },
];
const changedId = (person: string): string => `o-${person}-changed`;

/** Approve, reject, choose, press in somebody's place, hand on, expire, change the plan meanwhile: eight of them, each at its own moment. */
function presses(draw: (below: number) => number, mixed: Set<string>): Press[] {
  const pressing = (by: string, decision: 'approve' | 'reject', only?: string[]): Press => {
    return (store) =>
      decide(
        { store, clock, bell, log: silent, random: countingRandom() },
        {
          ...{ approval: 'a-1', edition: draw(2) === 0 ? 1 : null, decision, reason: null, actor: personOf(by) },
          ...(only !== undefined && { only }),
        },
      );
  };
  const who = () => ['ada', 'bea', 'cem', 'dan', 'eve', 'zoe'][draw(6)] ?? 'ada';
  const kinds: Readonly<Record<string, (by: string) => Press>> = {
    approve: (by) => pressing(by, 'approve'),
    reject: (by) => pressing(by, 'reject'),
    'choose and approve': (by) => pressing(by, 'approve', ['p-zoe:crm', 'p-max:crm'].slice(draw(2))),
    'choose and reject': (by) => pressing(by, 'reject', ['p-ron:crm']),
    'in the place of another': () => pressing('dan', 'approve'),
    'hand on': () => async (store) => {
      const actor = { kind: 'person', person: 'p-bea', name: 'Bea', via: 'slack' } as const;
      await delegate({ store, clock, bell }, 'p-dan', at + 5 + draw(3), actor);
      return null;
    },
    expire: () => expiry,
    'change the plan': () => changedPlan(asked[draw(3)] ?? '', changedAsks[draw(3)] ?? null),
    'look at the account': () => writing(asked[draw(3)] ?? '', (login) => login),
  };
  const names = Object.keys(kinds);
  return Array.from({ length: 8 }, () => {
    const name = names[draw(names.length)] ?? 'approve';
    mixed.add(name);
    const press = kinds[name]?.(who());
    const wait = draw(60);
    return async (store) => {
      for (let turns = wait; turns > 0; turns -= 1) await Promise.resolve();
      return press?.(store) ?? null;
    };
  });
}

it('a thousand rounds of eight mixed presses: one decision each, the others are told why', async () => {
  const [seen, mixed, ends] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (let round = 0; round < rounds; round += 1) {
    const draw = numbers(round);
    const memory = memoryStore();
    await openRequest(memory, round);
    const store = Object.fromEntries(
      Object.entries(memory).map(([name, part]) => [name, interleaved(part, draw)]),
    ) as unknown as Store;
    const outcomes = (await Promise.all(presses(draw, mixed).map((press) => press(store)))).filter(
      (one) => one !== null,
    );
    const approval = await memory.approvals.get('a-1');
    if (approval === null) throw new Error('the request is gone');
    const decided = outcomes.filter(({ result }) => result === 'decided');
    const voted = outcomes.filter(({ result }) => result === 'voted');
    const refused = outcomes.filter((one) => one.result === 'refused');
    const isDecided = approval.state === 'approved' || approval.state === 'rejected';
    ends.add(approval.state);
    expect(decided, `round ${round}`).toHaveLength(isDecided ? 1 : 0);
    expect(
      refused.every(({ text }) => text.length > 10),
      `round ${round}`,
    ).toBe(true);
    const rejections = decided.length === 1 && approval.state === 'rejected' ? 1 : 0;
    expect(approval.votes.length, `round ${round}`).toBe(voted.length + decided.length - rejections);
    expect(new Set(approval.outbox.map(({ id }) => id)).size, `round ${round}`).toBe(approval.outbox.length);
    if (approval.state !== 'open') await expectFollowed(memory, approval, round);
    await expectUnasked(memory, round);
    for (const one of outcomes) seen.add(one.result === 'refused' ? one.why : one.result);
  }
  expect([...seen].sort()).toEqual(['already', 'changed', 'decided', 'expired', 'not-allowed', 'voted']);
  // Closed by whoever would decide it, where all of it was planned otherwise meanwhile.
  expect([...ends].sort()).toEqual(['approved', 'closed', 'expired', 'open', 'rejected']);
  expect(mixed.size).toBe(9);
});

/** Every operation follows this decision or is asked on a card of its own; no operation follows two. */
async function expectFollowed(store: Store, approval: Approval, round: number): Promise<void> {
  const state = approval.state === 'approved' ? 'approved' : 'rejected';
  for (const login of await store.logins.byPeople(asked)) {
    const chosen = approval.chosen === null || approval.chosen.includes(login.id);
    const own = approval.votes.some(({ person }) => person === login.person);
    const operation = login.operation;
    if (operation?.id === changedId(login.person)) continue;
    if (chosen && !own) expect(operation?.state, `round ${round}`).toBe(state);
    else {
      expect(operation?.state, `round ${round}`).toBe('awaiting');
      const rest = await store.approvals.get(operation?.ask?.approval ?? '');
      expect(rest?.id === 'a-1' ? null : rest?.state, `round ${round}`).toBe('open');
    }
  }
}

/** What took the place of an operation that was asked follows no decision about that one. */
async function expectUnasked(store: Store, round: number): Promise<void> {
  for (const { person, operation } of await store.logins.byPeople(asked)) {
    if (operation?.id !== changedId(person)) continue;
    const untouched = operation.ask === null ? 'planned' : 'awaiting';
    expect(operation.state, `round ${round}`).toBe(untouched);
    expect(changedAsks, `round ${round}`).toContainEqual(operation.ask);
  }
}
