import { type Break, checkLink, type Head } from '../../core/audit.ts';
import type { ChainedEvent } from '../../core/event.ts';
import type { Deps } from '../ports.ts';

const page = 1_000;

/** Every chain, one after the other, each in its order; a page is held at a time. */
export async function* allChains({ store }: Pick<Deps, 'store'>): AsyncGenerator<ChainedEvent> {
  for (const partition of await store.events.partitions()) {
    let after = 0;
    for (;;) {
      const events = await store.events.chain(partition, after, page);
      yield* events;
      const last = events.at(-1);
      if (last === undefined) break;
      after = last.sequence;
    }
  }
}

export type AuditReport = {
  events: number;
  /** The last place and hash of each chain: compare them with those noted earlier to see that nothing was cut off at the end. */
  heads: readonly ({ partition: string } & Head)[];
  /** The first break, with the number of the event among all that were read. */
  broken: (Break & { place: number }) | null;
};

/** Checks events as they come, from the store or from an export, and stops at the first break. */
export async function verifyChains(events: AsyncIterable<unknown>): Promise<AuditReport> {
  const heads = new Map<string, Head>();
  let place = 0;
  let broken: AuditReport['broken'] = null;
  for await (const event of events) {
    place += 1;
    const link = checkLink(event, heads);
    if ('why' in link) {
      broken = { ...link, place };
      break;
    }
    heads.set(link.partition, link.head);
  }
  const told = [...heads].map(([partition, head]) => ({ partition, ...head }));
  return { events: broken === null ? place : place - 1, heads: told, broken };
}
