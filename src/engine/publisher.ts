import { RollcallError } from '../core/errors.ts';
import { chain } from '../core/event.ts';
import type { Login } from '../core/login-model.ts';
import type { RollcallEvent, Versioned } from '../core/model.ts';
import type { Deps } from './ports.ts';
import type { Documents } from './store-ports.ts';

/** Told of events that are stored for good; must not mind hearing one twice. */
export type Subscriber = (events: readonly RollcallEvent[]) => Promise<void>;

type Source = { documents: Documents<Versioned>; partitionOf(document: Versioned): string };

/**
 * Moves events from the documents they happened in to the chained event collection. Every step may be repeated: a stored event
 * is known by its id, and only then is it taken out of the outbox. One publisher at a time (its lease) keeps the chains straight.
 */
export function createPublisher(deps: Pick<Deps, 'store' | 'courtesy'>, subscribers: readonly Subscriber[]) {
  const { people, logins, approvals, health, pauses, delegations, secrets, namedSecrets, drafts, proposals, events } =
    deps.store;
  const { pushTokens } = deps.store;
  const company = () => 'company';
  const sources: Source[] = [
    { documents: people as unknown as Documents<Versioned>, partitionOf: company },
    { documents: approvals as unknown as Documents<Versioned>, partitionOf: company },
    { documents: health as unknown as Documents<Versioned>, partitionOf: company },
    { documents: pauses as unknown as Documents<Versioned>, partitionOf: company },
    { documents: delegations as unknown as Documents<Versioned>, partitionOf: company },
    { documents: secrets as unknown as Documents<Versioned>, partitionOf: company },
    { documents: namedSecrets as unknown as Documents<Versioned>, partitionOf: company },
    { documents: drafts as unknown as Documents<Versioned>, partitionOf: company },
    { documents: proposals as unknown as Documents<Versioned>, partitionOf: company },
    { documents: pushTokens as unknown as Documents<Versioned>, partitionOf: company },
    { documents: logins as unknown as Documents<Versioned>, partitionOf: (document) => (document as Login).partition },
  ];

  async function publishFrom(source: Source, limit: number): Promise<number> {
    await deps.courtesy.calm();
    const documents = await source.documents.unpublished(limit);
    if (documents.length === 0) return 0;
    const all = documents.flatMap((document) =>
      document.outbox.map((event) => ({ event, partition: source.partitionOf(document) })),
    );
    const known = await events.known(all.map(({ event }) => event.id));
    await append(all.filter(({ event }) => !known.has(event.id)));
    const fresh = all.map(({ event }) => event);
    for (const tell of subscribers) await tell(fresh);
    await source.documents.published(
      documents.map((document) => ({ id: document.id, events: document.outbox.map((event) => event.id) })),
    );
    return documents.length;
  }

  async function append(fresh: readonly { event: RollcallEvent; partition: string }[]): Promise<void> {
    const heads = new Map<string, { sequence: number; hash: string }>();
    const chained = [];
    for (const { event, partition } of fresh) {
      const head = heads.get(partition) ?? (await events.head(partition));
      const next = chain(event, partition, head);
      heads.set(partition, next);
      chained.push(next);
    }
    if (chained.length > 0) await events.append(chained);
  }

  /** Publishes all there is; answers how many documents had something. */
  async function publish(limit = 500): Promise<number> {
    let total = 0;
    for (const source of sources) {
      let count = await publishFrom(source, limit);
      total += count;
      while (count === limit) {
        count = await publishFrom(source, limit);
        total += count;
      }
    }
    return total;
  }

  return { publish };
}

/** Events of no document (a sync, a configuration change, a sign-in): appended at once, again if another was faster. */
export async function record(deps: Pick<Deps, 'store'>, event: RollcallEvent): Promise<void> {
  const { events } = deps.store;
  for (;;) {
    if ((await events.known([event.id])).has(event.id)) return;
    try {
      await events.append([chain(event, 'company', await events.head('company'))]);
      return;
    } catch (error) {
      if (!(error instanceof RollcallError && error.code === 'chain-race')) throw error;
    }
  }
}
