import { describe, expect, it } from 'vitest';
import type { AnchorLine } from '../../src/core/anchor.ts';
import type { ChainedEvent } from '../../src/core/event.ts';
import { anchor, markOf } from '../../src/engine/tell/anchor.ts';
import { type Against, type AuditReport, allChains, verifyChains, verifyStore } from '../../src/engine/tell/audit.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { onlyInExports, sampleAudit, tampered } from '../core/tampering.ts';
import { row } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';
import { company } from './company.ts';

async function* listed(events: readonly unknown[]): AsyncGenerator<unknown> {
  yield* events;
}

type Acme = Awaited<ReturnType<typeof company>>;
const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;

async function working(): Promise<Acme> {
  const acme = await company([row('ada'), row('zoe')]);
  await acme.sync();
  return acme;
}

async function exported(acme: Acme): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  for await (const event of allChains(acme)) events.push(JSON.parse(JSON.stringify(event)));
  return events;
}

const verify = (events: readonly unknown[], lines: readonly unknown[] = [], more: Against = {}): Promise<AuditReport> =>
  verifyChains(() => listed(events), { lines: () => listed(lines), ...more });

/** A store that holds these events, in whatever state they are. */
function storeOf(events: readonly Record<string, unknown>[]) {
  const inOrder = (partition: string) =>
    (events as unknown as ChainedEvent[])
      .filter((event) => event.partition === partition)
      .sort((a, b) => a.sequence - b.sequence);
  const store = memoryStore();
  return {
    store: {
      ...store,
      events: {
        ...store.events,
        partitions: async () => [...new Set(events.map(({ partition }) => String(partition)))].sort(),
        chain: async (partition: string, after: number, limit: number) =>
          inOrder(partition)
            .filter(({ sequence }) => sequence > after)
            .slice(0, limit),
      },
    },
  };
}

describe('the audit', () => {
  it('finds the chains of a working company unbroken, from the store and from an export', async () => {
    const acme = await working();
    const report = await verifyStore(acme);
    expect(report).toMatchObject({ broken: null, heads: [{ partition: 'company' }, { partition: 'crm:0' }] });
    const events = await exported(acme);
    expect(events).toHaveLength(report.events);
    expect(await verify(events)).toEqual(report);
    await acme.stop();
  });

  it('tells the first break with its place, and how much before it is in order', async () => {
    const acme = await working();
    const events = await exported(acme);
    const place = events.length - 2;
    const forged = events.map((event, index) =>
      index >= place ? { ...event, actor: { kind: 'system', name: 'x' } } : event,
    );
    expect(await verify(forged)).toMatchObject({
      ...{
        events: place,
        broken: { place: place + 1, partition: 'crm:0', why: 'its content is not what was recorded' },
      },
    });
    await acme.stop();
  });

  it('hides the digests of what may be erased behind a salt of each event', async () => {
    const acme = await working();
    const salts = (await exported(acme)).map(({ salt }) => salt);
    expect(salts.every((salt) => typeof salt === 'string' && salt.length === 22)).toBe(true);
    expect(new Set(salts).size).toBe(salts.length);
    await acme.stop();
  });
});

describe('an anchor', () => {
  it('notes where every chain ends, follows the one before it, and is an event itself', async () => {
    const acme = await working();
    const before = (await verifyStore(acme)).heads;
    const first = await acme.engine.anchor(ops);
    const second = await acme.engine.anchor(ops);
    expect(first.heads).toEqual(before);
    expect(second.previous).toBe(first.place.hash);
    expect(second.heads).toContainEqual(first.place);
    const report = await verifyStore(acme, { lines: () => listed([first, second]) });
    expect(report).toMatchObject({ broken: null, anchors: { inside: 2, outside: 2 } });
    await acme.stop();
  });

  it('is made beside other publishers, never from heads that are older than what it follows', async () => {
    const acme = await working();
    const lines = await Promise.all(Array.from({ length: 8 }, () => acme.engine.anchor(ops)));
    expect(new Set(lines.map(({ place }) => place.sequence)).size).toBe(8);
    expect(await verify(await exported(acme), lines)).toMatchObject({ broken: null, anchors: { inside: 8 } });
    await acme.stop();
  });

  it('carries a mark of the sealing key, which an export is checked without', async () => {
    const acme = await working();
    const sealing = testSealing();
    const line = await acme.engine.anchor(ops);
    const forged = { ...line, at: line.at + 1 };
    const mark = (one: AnchorLine) => markOf(sealing, one);
    const events = await exported(acme);
    expect(await verify(events, [line], { mark })).toMatchObject({ broken: null, marks: { ours: 1, unchecked: 0 } });
    expect(await verify(events, [line])).toMatchObject({ broken: null, marks: { ours: 0, unchecked: 1 } });
    expect((await verify(events, [forged], { mark })).broken?.why).toContain('not made by our sealing key');
    await acme.stop();
  });

  it('needs no key: where there is none, none is made', async () => {
    const acme = await working();
    const keys = { ...testSealing().keys, ids: () => [] };
    const { sealer } = testSealing();
    const random = { id: () => 'e-anchor', fraction: () => 0, bytes: () => new Uint8Array(16) };
    const line = await anchor({ store: acme.store, clock: acme.time.clock, random, sealer, keys }, ops);
    expect(line.mark).toBeNull();
    expect((await verify(await exported(acme), [line])).broken).toBeNull();
    await acme.stop();
  });

  it('shows what was cut off, and a history that was written anew as a whole', async () => {
    const [acme, other] = [await working(), await company([row('ada'), row('max')])];
    await other.sync();
    const line = await acme.engine.anchor(ops);
    const events = await exported(acme);
    const cut = events.filter(({ partition, sequence }) => partition !== 'crm:0' || Number(sequence) < 3);
    expect((await verify(cut)).broken?.why).toMatch(
      /the anchor of .* knows \d+ events here: what came after 2 was cut off/,
    );
    const unanchored = cut.filter(({ anchor: note }) => note === undefined);
    expect((await verify(unanchored)).broken).toBeNull();
    expect((await verify(unanchored, [line])).broken?.why).toContain('was cut off');
    expect((await verify(await exported(other), [line])).broken?.why).toContain(
      'kept outside says that another event was here',
    );
    await acme.stop();
    await other.stop();
  });

  it('is found by the short form that people saw', async () => {
    const acme = await working();
    const { place } = await acme.engine.anchor(ops);
    const events = await exported(acme);
    expect((await verify(events, [], { seen: [place.hash.slice(0, 16).toUpperCase()] })).broken).toBeNull();
    const unknown = await verify(events, [], { seen: ['0123456789abcdef'] });
    expect(unknown.broken?.why).toContain('there is no anchor 0123456789abcdef');
    await acme.stop();
  });

  it('is refused where it is no line of ours', async () => {
    const acme = await working();
    const line = await acme.engine.anchor(ops);
    const events = await exported(acme);
    for (const wrong of [
      'half a li',
      { ...line, events: 1 },
      { ...line, heads: line.heads.slice(1) },
      { ...line, more: 1 },
    ])
      expect((await verify(events, [wrong])).broken).toMatchObject({ partition: 'anchors', sequence: 1 });
    await acme.stop();
  });
});

describe('five hundred ways to falsify an audit', () => {
  const { events, lines } = sampleAudit();

  it('start from one that holds, with erased events in it', async () => {
    const plain = JSON.parse(JSON.stringify(events));
    expect(await verify(plain, lines)).toMatchObject({ broken: null, erased: 3, unfinished: 0 });
    expect(await verifyStore(storeOf(plain), { lines: () => listed(lines) })).toMatchObject({
      broken: null,
      erased: 3,
    });
  });

  it('are all found on the store', async () => {
    const missed: string[] = [];
    for (let seed = 0; seed < 500; seed += 1) {
      const { name, events: forged } = tampered(seed, events);
      if (onlyInExports.includes(name)) continue;
      const { broken } = await verifyStore(storeOf(forged), { lines: () => listed(lines) });
      if (broken === null) missed.push(`${name}, seed ${seed}`);
    }
    expect(missed).toEqual([]);
  });
});
