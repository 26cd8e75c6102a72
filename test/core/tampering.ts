import { type AnchorLine, anchorNote } from '../../src/core/anchor.ts';
import { erasedEvent, restOf } from '../../src/core/erasure.ts';
import { type ChainedEvent, chain, chainStart, makeEvent } from '../../src/core/event.ts';
import { digestOf } from '../../src/core/hash.ts';
import type { RollcallEvent } from '../../src/core/model.ts';
import { noon, robot } from './samples.ts';

/** Integers below a bound, the same for a seed. */
export function numbers(seed: number): (bound: number) => number {
  let state = (seed + 1) * 0x9e3779b9;
  return (bound) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((state ^ (state >>> 15)) >>> 0) % bound;
  };
}

type Draft = Parameters<typeof makeEvent>[0];
const draft = (message: string, change: Partial<Draft> = {}): Draft => ({
  ...{ type: 'operation.succeed', message, actor: robot, person: 'p-zoe', app: 'crm' },
  ...{ reasons: [{ kind: 'role', name: 'Sales', because: 'department is Sales' }] },
  ...{ after: { active: true, attributes: { title: 'Clerk' }, entitlements: { groups: ['A'] } } },
  ...change,
});

/** A small audit: three chains, Bob erased from them, and an anchor at the end that was kept outside. */
export function sampleAudit(): { events: ChainedEvent[]; lines: AnchorLine[] } {
  const chains = new Map<string, ChainedEvent[]>();
  const add = (partition: string, event: RollcallEvent): ChainedEvent => {
    const links = chains.get(partition) ?? [];
    const link = chain(event, partition, links.at(-1) ?? { sequence: 0, hash: chainStart }, `salt-${event.id}`);
    chains.set(partition, [...links, link]);
    return link;
  };
  for (const [partition, count] of [
    ['company', 3],
    ['crm:0', 5],
    ['erp:0', 4],
  ] as const) {
    for (let index = 1; index <= count; index += 1) {
      const person = index === 2 ? 'p-bob' : 'p-zoe';
      add(partition, makeEvent(draft(`no ${index} of Bob`, { person }), `${partition}-${index}`, noon + index));
    }
  }
  erase(chains, (places) => add('company', makeEvent(draft('erased', { erasure: { places } }), 'e-erased', noon + 8)));
  const heads = [...chains].map(([partition, links]) => {
    const { sequence, hash } = links.at(-1) as ChainedEvent;
    return { partition, sequence, hash };
  });
  const note = anchorNote(heads, null);
  const { partition, sequence, hash } = add('company', makeEvent(draft('anchored', { anchor: note }), 'e-a', noon + 9));
  const line: AnchorLine = {
    v: 1,
    at: noon + 9,
    ...note,
    heads: [...note.heads],
    place: { partition, sequence, hash },
    mark: null,
  };
  return { events: [...chains.values()].flat(), lines: [line] };
}

type Places = NonNullable<RollcallEvent['erasure']>['places'];
function erase(chains: Map<string, ChainedEvent[]>, record: (places: Places) => void): void {
  const places: { partition: string; sequence: number; rest: string }[] = [];
  for (const [partition, links] of chains) {
    const left = links.map((link) => erasedEvent(link, { person: 'p-bob', words: [] }) ?? link);
    for (const link of left) if (link.erased) places.push({ partition, sequence: link.sequence, rest: restOf(link) });
    chains.set(partition, left);
  }
  record(places);
}

type Json = Record<string, unknown>;
type Tampering = (events: Json[], pick: (bound: number) => number) => Json[] | null;
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** The digest and the hash made to fit whatever the event says now. */
function mended(event: Json): Json {
  const { partition, sequence, previous, hash: _, digest: __, ...body } = event;
  const digest = digestOf(body);
  return { ...event, digest, hash: digestOf({ digest, id: event.id, partition, sequence, previous }) };
}

function edited(event: Json, pick: (bound: number) => number): Json {
  const changes: Json[] = [
    { message: 'nothing happened' },
    { person: 'p-eve' },
    { actor: { kind: 'system', name: 'nobody' } },
    { reasons: [] },
    { after: null },
    { at: Number(event.at) + 1 },
    { status: 'provisioned' },
    { added: true },
    { app: 'other' },
    { type: 'operation.fail' },
    { erasure: { places: [] } },
  ];
  const change = changes[pick(changes.length)] ?? {};
  return { ...event, ...change };
}

const partitionOf = (event: Json | undefined): string => String(event?.partition);

/** Every way somebody who can write to the store, or to an export, may want to have it. Null: this one changes nothing there. */
export const tamperings: Readonly<Record<string, Tampering>> = {
  edit: (events, pick) => {
    const at = pick(events.length);
    const changed = edited(events[at] ?? {}, pick);
    // An erased event may be empty there already.
    if (JSON.stringify(changed) === JSON.stringify(events[at])) return null;
    return events.map((event, index) => (index === at ? changed : event));
  },
  'edit and mend the digest': (events, pick) => {
    const at = pick(events.length);
    return events.map((event, index) => (index === at ? mended(edited(event, pick)) : event));
  },
  drop: (events, pick) => {
    const at = pick(events.length);
    return events.filter((_, index) => index !== at);
  },
  reorder: (events, pick) => {
    const [a, b] = [pick(events.length), pick(events.length)];
    if (a === b || partitionOf(events[a]) !== partitionOf(events[b])) return null;
    const [one, two] = [events[a] ?? {}, events[b] ?? {}];
    const moved = new Map([
      [a, { ...two, sequence: one.sequence }],
      [b, { ...one, sequence: two.sequence }],
    ]);
    return events.map((event, index) => moved.get(index) ?? event);
  },
  'reorder the lines': (events, pick) => {
    const [a, b] = [pick(events.length), pick(events.length)];
    if (a === b || partitionOf(events[a]) !== partitionOf(events[b])) return null;
    return events.map((event, index) =>
      index === a ? (events[b] ?? event) : index === b ? (events[a] ?? event) : event,
    );
  },
  'cut off the end of a chain': (events, pick) => {
    const partition = partitionOf(events[pick(events.length)]);
    const from = 1 + pick(events.filter((event) => partitionOf(event) === partition).length);
    return events.filter((event) => partitionOf(event) !== partition || Number(event.sequence) < from);
  },
  'cut off the end of the file': (events, pick) => events.slice(0, pick(events.length)),
  insert: (events, pick) => {
    const at = pick(events.length);
    const before = events[at] ?? {};
    const place = { sequence: Number(before.sequence) + 1, previous: before.hash };
    const forged = mended({ ...before, id: `x-${pick(1_000)}`, erased: undefined, message: 'put in', ...place });
    const isLast = !events.some(
      (event) => partitionOf(event) === partitionOf(before) && event.sequence === place.sequence,
    );
    return isLast ? null : [...events.slice(0, at + 1), copy(forged), ...events.slice(at + 1)];
  },
  double: (events, pick) => {
    const [at, to] = [pick(events.length), pick(events.length + 1)];
    return [...events.slice(0, to), copy(events[at] ?? {}), ...events.slice(to)];
  },
  'swap two partitions': (events, pick) => {
    const names = [...new Set(events.map(partitionOf))];
    const [a, b] = [names[pick(names.length)], names[pick(names.length)]];
    if (a === b) return null;
    const other = new Map([
      [a, b],
      [b, a],
    ]);
    return events.map((event) => ({ ...event, partition: other.get(partitionOf(event)) ?? event.partition }));
  },
  'edit a digest or a hash': (events, pick) => {
    const at = pick(events.length);
    const field = ['digest', 'hash', 'previous'][pick(3)] ?? '';
    const hash = digestOf(pick(1_000_000));
    return events.map((event, index) => (index === at ? { ...event, [field]: hash } : event));
  },
  'forge the mark of an erasure': (events, pick) => {
    const at = pick(events.length);
    if (events[at]?.erased === true) return null;
    const blank = { message: '[erased]', reasons: [], after: null, erased: true, salt: undefined };
    return events.map((event, index) => (index === at ? copy({ ...event, ...blank }) : event));
  },
  'fill an erased event with something': (events, pick) => {
    const erased = events.flatMap((event, index) => (event.erased === true ? [index] : []));
    const at = erased[pick(erased.length)];
    return events.map((event, index) => (index === at ? { ...event, message: `nothing ${pick(9)}` } : event));
  },
  'write a chain anew from some event on': (events, pick) => {
    const at = pick(events.length);
    const partition = partitionOf(events[at]);
    const from = Number(events[at]?.sequence);
    let previous: unknown = null;
    return events.map((event) => {
      if (partitionOf(event) !== partition || Number(event.sequence) < from) return event;
      const changed = { ...event, ...(previous === null ? edited(event, pick) : { previous }) };
      const next = event.erased === true ? { ...changed, erased: undefined } : changed;
      const anew = mended(copy(next));
      previous = anew.hash;
      return anew;
    });
  },
};

/** A store gives its events in their order, whatever happened: there these are none. */
export const onlyInExports = ['reorder the lines'];

/** One tampering by its seed, with its name. */
export function tampered(seed: number, events: readonly ChainedEvent[]): { name: string; events: Json[] } {
  const pick = numbers(seed);
  const names = Object.keys(tamperings);
  for (;;) {
    const name = names[pick(names.length)] ?? '';
    const result = tamperings[name]?.(copy([...events]) as unknown as Json[], pick) ?? null;
    if (result !== null) return { name, events: result };
  }
}
