import { describe, expect, it } from 'vitest';
import { type ChainedEvent, chainStart, makeEvent, system } from '../../src/core/event.ts';
import type { EventStore } from '../../src/engine/store-ports.ts';
import { whoHad } from '../../src/engine/tell/who-had.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const holders = async (acme: Acme, at: number) =>
  (await acme.engine.useCases.whoHad('crm', at)).map(({ personName, state }) => `${personName} ${state}`);

async function reviewOf(acme: Acme, app: string | null) {
  const rows = [];
  for await (const one of acme.engine.useCases.accessReview(app)) rows.push(one);
  return rows;
}

describe('who had an app', () => {
  it('is told for any moment, whatever has happened since', async () => {
    const acme = await company([row('zoe', { department: 'Sales' }), row('max')]);
    const before = acme.time.clock.now();
    await acme.sync();
    const both = acme.time.clock.now();
    acme.directory.state.rows = [row('zoe', { department: 'Sales' }), row('max', {}, 'suspended')];
    await acme.sync();
    const after = acme.time.clock.now();
    expect(await holders(acme, before - 1)).toEqual([]);
    const zoeAt = (await acme.engine.useCases.whoHad('crm', both - 1)).find(({ entitlements }) => entitlements.groups);
    expect(zoeAt).toMatchObject({ state: 'active', entitlements: { groups: ['Sales and Marketing'] } });
    expect((await holders(acme, both - 1)).map((text) => text.split(' ').at(-1))).toEqual(['active', 'active']);
    expect((await holders(acme, after)).map((text) => text.split(' ').at(-1)).sort()).toEqual(['active', 'suspended']);
    await acme.stop();
  });

  it('names everybody of the quorum who agreed, and the way into the role', async () => {
    const asking = configOf({ approval: { create: true } }, { quorum: 2 });
    const acme = await company([row('ada'), row('bea'), row('zoe')], asking);
    await acme.sync();
    const person = await acme.personOf('zoe');
    const card = (await acme.openCards()).find((open) => open.person === person.id);
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada');
    await acme.decide(card, 'bea');
    const [held] = (await reviewOf(acme, 'crm')).filter((one) => one.person === person.id);
    const names = [await acme.personOf('ada'), await acme.personOf('bea')].map(
      ({ attributes }) => attributes.displayName ?? attributes.email,
    );
    expect(held?.approvedBy).toHaveLength(2);
    expect(held?.approvedBy.map(String).sort()).toEqual(names.map(String).sort());
    expect(held).toMatchObject({
      account: 'active',
      word: 'provisioned',
      reason: 'role Staff: everybody (mapping Everybody)',
    });
    await acme.stop();
  });

  it('keeps an account on the list that was unlinked by hand, and says so', async () => {
    const acme = await company([row('ada'), row('zoe')]);
    await acme.sync();
    const [ada, zoe] = [await acme.personOf('ada'), await acme.personOf('zoe')];
    const actor = { kind: 'person', person: ada.id, name: 'Ada', via: 'cli' } as const;
    const unlinking = acme.engine.useCases.disassociate(zoe.id, 'crm', actor);
    await acme.time.advance(60_000);
    await unlinking;
    const held = (await reviewOf(acme, 'crm')).find(({ person }) => person === zoe.id);
    expect(held).toMatchObject({ state: 'active', word: 'disassociated' });
    expect(held?.reason).toMatch(
      /^unlinked by hand on \d{4}-\d\d-\d\d and not managed since; before: role Staff: everybody/,
    );
    await acme.stop();
  });

  it('refuses an app nobody knows, and knows one that nobody is in yet', async () => {
    const acme = await company([]);
    await expect(acme.engine.useCases.whoHad('crn', 0)).rejects.toMatchObject({ code: 'unknown-app' });
    expect(await acme.engine.useCases.whoHad('crm', 0)).toEqual([]);
    await expect(reviewOf(acme, 'crn')).rejects.toMatchObject({ code: 'unknown-app' });
    expect(await reviewOf(acme, null)).toEqual([]);
    await acme.stop();
  });
});

describe('a long history', () => {
  it('is read a page at a time, never held at once', async () => {
    const pages: number[] = [];
    const store = memoryStore();
    const events: EventStore = {
      ...store.events,
      partitions: async () => ['company', 'crm:0', 'crm-archive:0'],
      async chain(partition, after, limit) {
        if (partition !== 'crm:0') throw new Error(`nobody asked for ${partition}`);
        const found = history(after, Math.min(50_000, after + limit));
        pages.push(found.length);
        return found;
      },
      list: () => Promise.reject(new Error('nothing was approved: there is no vote to look for')),
    };
    const holdings = await whoHad({ store: { ...store, events } }, 'crm', 30_000);
    expect(holdings).toHaveLength(300);
    expect(Math.max(...holdings.map(({ since }) => since))).toBe(300);
    expect([pages.length, Math.max(...pages)]).toEqual([51, 1_000]);
  }, 60_000);
});

const someEvent = makeEvent({ type: 'operation.succeed', message: 'done', actor: system('worker') }, 'e', 0);

/** Three hundred people whose accounts are made, and then changed again and again. */
function history(after: number, upTo: number): ChainedEvent[] {
  const place = { partition: 'crm:0', previous: chainStart, hash: chainStart };
  return Array.from({ length: upTo - after }, (_, index) => {
    const sequence = after + index + 1;
    return {
      ...{ ...someEvent, ...place, id: `e-${sequence}`, at: sequence, sequence, app: 'crm' },
      ...{ person: `p-${sequence % 300}`, operation: `o-${sequence}`, kind: sequence <= 300 ? 'create' : 'update' },
      after: { active: true, attributes: {}, entitlements: {} },
    };
  });
}
