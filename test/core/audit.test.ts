import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAudit, type Head, hearEvent, hearLine, nothingSaid } from '../../src/core/audit.ts';
import { type ChainedEvent, chain, chainStart, makeEvent } from '../../src/core/event.ts';
import { digestOf } from '../../src/core/hash.ts';
import * as any from './arbitraries.ts';
import { noon, robot } from './samples.ts';
import { sampleAudit, tampered, tamperings } from './tampering.ts';

function chainOf(count: number, partition = 'crm:0'): ChainedEvent[] {
  const links: ChainedEvent[] = [];
  for (let index = 1; index <= count; index += 1) {
    const draft = { type: 'operation.succeed', message: `no ${index}`, actor: robot, person: 'p-zoe', app: 'crm' };
    const event = makeEvent(draft, `${partition}-${index}`, noon + index);
    links.push(chain(event, partition, links.at(-1) ?? { sequence: 0, hash: chainStart }));
  }
  return links;
}

/** The place and reason of the first break; null when all follow one another. */
function firstBreak(events: readonly unknown[], lines: readonly unknown[] = []): [place: number, why: string] | null {
  const said = nothingSaid();
  for (const line of lines) hearLine(said, line);
  for (const event of events) hearEvent(said, event);
  const audit = createAudit(said);
  for (const [index, event] of events.entries()) {
    const broken = audit.take(event);
    if (broken !== null) return [index, broken.why];
  }
  const broken = audit.end();
  return broken === null ? null : [events.length, broken.why];
}

const copy = (events: readonly ChainedEvent[]): ChainedEvent[] => JSON.parse(JSON.stringify(events));

describe('a chain of events', () => {
  it('holds, also after an export, and beside others', () => {
    expect(firstBreak(chainOf(5))).toBeNull();
    const [crm, erp] = [copy(chainOf(3)), copy(chainOf(3, 'erp:0'))];
    expect(firstBreak(crm.flatMap((event, index) => [event, erp[index]]))).toBeNull();
  });

  it('breaks where an event was changed, and where its digest was mended after', () => {
    const changed = copy(chainOf(4)).map((event) => (event.sequence === 2 ? { ...event, message: 'nothing' } : event));
    expect(firstBreak(changed)).toEqual([1, 'its content is not what was recorded']);
    const mended = changed.map(({ partition, sequence, previous, hash, digest: _, ...body }) => ({
      ...{ ...body, partition, sequence, previous, hash, digest: digestOf(body) },
    }));
    expect(firstBreak(mended)).toEqual([1, 'its hash is not its own']);
  });

  it('breaks where an event is missing, put in, or not one at all', () => {
    const [first, second, third] = chainOf(3);
    expect(firstBreak([first, third])?.[0]).toBe(1);
    expect(firstBreak([second])?.[0]).toBe(0);
    expect(firstBreak([first, second, second])?.[0]).toBe(2);
    expect(firstBreak([first, 'half a li'])).toEqual([1, 'this is no event of an audit export']);
  });

  it('breaks at a rewritten past even when everything after it was chained anew', () => {
    const noted = chainOf(4).at(-1)?.hash;
    const rewritten = chainOf(4).map((event) => ({ ...event, message: 'other' }));
    let head: Head = { sequence: 0, hash: chainStart };
    for (const { partition, sequence: _s, previous: _p, hash: _h, digest: _d, ...body } of rewritten)
      head = chain(makeEvent(body, body.id, body.at), partition, head);
    expect(head.hash).not.toBe(noted);
  });

  it(
    'breaks at whatever one field of one event is changed',
    () => {
      const fields = Object.keys(chainOf(1)[0] ?? {});
      fc.assert(
        fc.property(fc.nat(4), fc.constantFrom(...fields), fc.jsonValue(), (place, field, value) => {
          const events: Record<string, unknown>[] = copy(chainOf(5));
          const event = events[place] ?? {};
          if (JSON.stringify(event[field]) === JSON.stringify(value)) return;
          event[field] = value;
          expect(firstBreak(events)).not.toBeNull();
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('ten thousand ways to falsify an export', () => {
  const { events, lines } = sampleAudit();

  it('start from one that holds, with erased events in it', () => {
    expect(firstBreak(copy(events), lines)).toBeNull();
    expect(events.filter(({ erased }) => erased === true)).toHaveLength(3);
  });

  it('are all found', () => {
    const tried = new Set<string>();
    const missed: string[] = [];
    for (let seed = 0; seed < 10_000; seed += 1) {
      const { name, events: forged } = tampered(seed, events);
      tried.add(name);
      if (firstBreak(forged, lines) === null) missed.push(`${name}, seed ${seed}`);
    }
    expect(missed).toEqual([]);
    expect([...tried].sort()).toEqual(Object.keys(tamperings).sort());
  });
});
