import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/model.ts';
import type { Documents, Store } from '../../src/engine/store-ports.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
type Swap<T> = readonly { before: T; after: T }[];

const config = configOf({ approval: { create: false, reactivate: true, update: false } });
const operator: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const rows = () => ['ada', 'bea', 'zoe'].map((name) => row(name, { title: 'Rep' }));

/** Documents in which what `isLast` knows, once written, waits until `passed`: others see it and plan it first. */
const waiting = <D extends Pick<Documents<never>, 'swap'>, T>(
  documents: D,
  passed: Promise<void>,
  isLast: (pair: { before: T; after: T }) => boolean,
): D => ({
  ...documents,
  async swap(pairs: Swap<T>) {
    const won = await documents.swap(pairs as never);
    if (pairs.some(isLast)) await passed;
    return won;
  },
});

/** A company in which a release is written, and then waits before its own plan until `pass` is called. */
async function slowlyReleasing() {
  const store = memoryStore();
  let pass: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  const lifts = (what: 'stop' | 'pin') => (pair: { before: Record<string, unknown>; after: Record<string, unknown> }) =>
    pair.before[what] !== null && pair.after[what] === null;
  const slow: Store = {
    ...store,
    people: waiting(store.people, passed, lifts('stop')),
    logins: waiting(store.logins, passed, lifts('pin')),
  };
  const acme = await company(rows(), config, { store: slow });
  await acme.sync();
  return { acme, pass };
}

async function during<T>(acme: Acme, task: Promise<T>): Promise<T> {
  const settled = Promise.allSettled([task]);
  await acme.time.advance(60_000);
  await settled;
  return task;
}

const asAda = async (acme: Acme): Promise<Actor> => ({
  ...{ kind: 'person', person: (await acme.personOf('ada')).id, name: 'ada', via: 'slack' },
});

/** Zoe is released by Ada; somebody else's plan is faster than hers. The only request there is then. */
async function releasedByAda({ acme, pass }: Awaited<ReturnType<typeof slowlyReleasing>>) {
  const releasing = acme.engine.useCases.release((await acme.personOf('zoe')).id, null, await asAda(acme));
  await acme.time.advance(1_000);
  await acme.sync();
  const [card] = await acme.openCards();
  expect(card).toMatchObject({ operationKind: 'reactivate', requester: { name: 'ada' } });
  pass();
  await during(acme, releasing);
  const [only, ...more] = await acme.openCards();
  expect(more).toEqual([]);
  if (only === undefined) throw new Error('nothing is asked');
  return only;
}

describe('whoever releases somebody never approves what comes back, though another plan was faster than theirs', () => {
  it('after a disable by name', async () => {
    const slow = await slowlyReleasing();
    const { acme } = slow;
    await during(acme, acme.engine.useCases.disable((await acme.personOf('zoe')).id, null, operator));
    expect(await acme.word('zoe')).toBe('suspended');
    const card = await releasedByAda(slow);
    expect(await acme.decide(card, 'ada')).toMatchObject({ result: 'refused', why: 'self' });
    await acme.decide(card, 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('after an undo that had fixed the login; what comes later is theirs no more', async () => {
    const slow = await slowlyReleasing();
    const { acme } = slow;
    const created = (await acme.loginOf('zoe'))?.operation?.id ?? '';
    await during(acme, acme.engine.useCases.undo({ operation: created }, operator, true));
    expect(await acme.word('zoe')).toBe('suspended');
    const card = await releasedByAda(slow);
    expect(await acme.decide(card, 'ada')).toMatchObject({ result: 'refused', why: 'self' });
    await acme.decide(card, 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    acme.directory.state.rows = [...rows().slice(0, 2), row('zoe', { title: 'Lead' })];
    await acme.sync();
    expect((await acme.loginOf('zoe'))?.operation).toMatchObject({ kind: 'update', requester: null });
    await acme.stop();
  });
});
