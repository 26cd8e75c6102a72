import { describe, expect, it } from 'vitest';
import { allChains, verifyChains } from '../../src/engine/tell/audit.ts';
import { row } from '../fakes/memory-directory.ts';
import { company } from './company.ts';

async function* listed(events: readonly unknown[]): AsyncGenerator<unknown> {
  yield* events;
}

describe('the audit', () => {
  it('finds the chains of a working company unbroken, from the store and from an export', async () => {
    const acme = await company([row('ada'), row('zoe')]);
    await acme.sync();
    const report = await verifyChains(allChains(acme));
    expect(report).toMatchObject({ broken: null, heads: [{ partition: 'company' }, { partition: 'crm:0' }] });
    const exported: unknown[] = [];
    for await (const event of allChains(acme)) exported.push(JSON.parse(JSON.stringify(event)));
    expect(exported).toHaveLength(report.events);
    expect(await verifyChains(listed(exported))).toEqual(report);
    await acme.stop();
  });

  it('tells the first break with its place, and how much before it is in order', async () => {
    const acme = await company([row('ada'), row('zoe')]);
    await acme.sync();
    const exported: Record<string, unknown>[] = [];
    for await (const event of allChains(acme)) exported.push(JSON.parse(JSON.stringify(event)));
    const place = exported.length - 2;
    const forged = exported.map((event, index) =>
      index >= place ? { ...event, actor: { kind: 'system', name: 'x' } } : event,
    );
    expect(await verifyChains(listed(forged))).toMatchObject({
      ...{
        events: place,
        broken: { place: place + 1, partition: 'crm:0', why: 'its content is not what was recorded' },
      },
    });
    await acme.stop();
  });
});
