import { type ChainedEvent, chainStart } from '../../core/event.ts';
import { canonical } from '../../core/hash.ts';
import type { EventFilter, EventStore } from '../../engine/store-ports.ts';
import { chainRace } from '../chain-race.ts';
import { keep } from './keep.ts';
import { Lookup } from './lookup.ts';
import { by, first, reversed } from './order.ts';

const newestFirst = reversed(
  by<{ at: number; id: string }>(
    (event) => event.at,
    (event) => event.id,
  ),
);
const none: ReadonlyMap<number, ChainedEvent> = new Map();
const given = (key: string | null): string[] => (key === null ? [] : [key]);

export function memoryEvents(): EventStore {
  const rows = new Map<string, ChainedEvent>();
  const chains = new Map<string, Map<number, ChainedEvent>>();
  const heads = new Map<string, ChainedEvent>();
  const people = new Lookup<ChainedEvent>((event) => given(event.person));
  const apps = new Lookup<ChainedEvent>((event) => given(event.app));
  const approvals = new Lookup<ChainedEvent>((event) => given(event.approval));
  const operations = new Lookup<ChainedEvent>((event) => given(event.operation));
  const chainOf = (partition: string) => chains.get(partition) ?? none;

  function add(event: ChainedEvent): void {
    const { id, partition, sequence } = event;
    if (rows.has(id) || chainOf(partition).has(sequence)) throw chainRace(partition, sequence);
    const stored = keep(event);
    rows.set(id, stored);
    const chain = chains.get(partition) ?? new Map<number, ChainedEvent>();
    chains.set(partition, chain.set(sequence, stored));
    if (sequence > (heads.get(partition)?.sequence ?? 0)) heads.set(partition, stored);
    for (const lookup of [people, apps, approvals, operations]) lookup.file(stored, undefined);
  }

  function narrowest(filter: EventFilter): Iterable<ChainedEvent> {
    const pick = (ids: ReadonlySet<string>) => [...ids].flatMap((id) => rows.get(id) ?? []);
    if (filter.operation !== undefined) return pick(operations.ids(filter.operation));
    if (filter.approval !== undefined) return pick(approvals.ids(filter.approval));
    if (filter.person !== undefined) return pick(people.ids(filter.person));
    if (filter.app !== undefined) return pick(apps.ids(filter.app));
    return rows.values();
  }

  return {
    known: async (ids) => new Set(ids.filter((id) => rows.has(id))),
    async head(partition) {
      const head = heads.get(partition);
      return head === undefined ? { sequence: 0, hash: chainStart } : { sequence: head.sequence, hash: head.hash };
    },
    async append(events) {
      for (const event of events) add(event);
    },
    async erase(erasures) {
      for (const erasure of erasures) {
        const stored = rows.get(erasure.before.id);
        if (stored === undefined || canonical(stored) !== canonical(erasure.before)) continue;
        const left = keep(erasure.left);
        rows.set(left.id, left);
        chains.get(left.partition)?.set(left.sequence, left);
        if (heads.get(left.partition)?.sequence === left.sequence) heads.set(left.partition, left);
        for (const lookup of [people, apps, approvals, operations]) lookup.file(left, stored);
      }
      const done = erasures.filter(({ left }) => canonical(rows.get(left.id)) === canonical(left));
      return new Set(done.map(({ left }) => left.id));
    },
    async list(filter, before, limit) {
      const fits = (event: ChainedEvent): boolean =>
        (filter.person ?? event.person) === event.person &&
        (filter.app ?? event.app) === event.app &&
        (filter.status ?? event.status) === event.status &&
        (filter.approval ?? event.approval) === event.approval &&
        (filter.operation ?? event.operation) === event.operation &&
        (filter.since ?? event.at) <= event.at &&
        (before === null || newestFirst(event, before) > 0);
      return first([...narrowest(filter)].filter(fits), limit, newestFirst);
    },
    async chain(partition, after, limit) {
      const chain = chainOf(partition);
      const last = heads.get(partition)?.sequence ?? 0;
      const events: ChainedEvent[] = [];
      for (let sequence = after + 1; sequence <= last && events.length < limit; sequence += 1) {
        const event = chain.get(sequence);
        if (event !== undefined) events.push(event);
      }
      return events;
    },
    partitions: async () => [...chains.keys()].sort(),
  };
}
