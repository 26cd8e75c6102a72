import { RollcallError } from '../core/errors.ts';
import { chain, companyPartition } from '../core/event.ts';
import type { Login } from '../core/login-model.ts';
import type { RollcallEvent, Versioned } from '../core/model.ts';
import type { Backlog } from './mail-ports.ts';
import type { Ownership } from './ownership.ts';
import type { Deps } from './ports.ts';
import type { Documents, Store } from './store-ports.ts';

/** Told of events that are stored for good; must not mind hearing one twice. */
export type Subscriber = (events: readonly RollcallEvent[]) => Promise<void>;

type Source = { documents: Documents<Versioned>; partitionOf(document: Versioned): string };

/** Everything events happen in. */
function sourcesOf(store: Store): Source[] {
  const { people, approvals, health, pauses, delegations, secrets, namedSecrets, drafts, proposals } = store;
  const { pushTokens, signOns, signingKeys } = store;
  const ofCompany = [
    ...[people, approvals, health, pauses, delegations, secrets, namedSecrets, drafts, proposals],
    ...[pushTokens, signOns, signingKeys],
  ];
  return [
    ...ofCompany.map((documents) => ({
      documents: documents as unknown as Documents<Versioned>,
      partitionOf: () => companyPartition,
    })),
    {
      documents: store.logins as unknown as Documents<Versioned>,
      partitionOf: (document) => (document as Login).partition,
    },
  ];
}

/** Documents with events to be published, at most `limit` of each kind. */
export async function waitingIn(store: Store, limit: number): Promise<Versioned[]> {
  const found = await Promise.all(sourcesOf(store).map(({ documents }) => documents.unpublished(limit)));
  return found.flat();
}

/** Looked at of each kind: how much there is beyond that, and how old, is worked off before anybody needs to know. */
const looked = 100;

/** What waits to be published: documents with events, at most a hundred of each kind, and when the first event of those happened. */
export async function unpublished(store: Store): Promise<Backlog> {
  const documents = await waitingIn(store, looked);
  const times = documents.flatMap(({ outbox }) => outbox.map(({ at }) => at));
  return { size: documents.length, oldest: times.length === 0 ? null : Math.min(...times) };
}

/**
 * Moves events from the documents they happened in to the chained event collection. Every step may be repeated: a stored event
 * is known by its id, and only then is it taken out of the outbox. One publisher at a time (its lease) keeps the chains straight.
 */
export function createPublisher(deps: Pick<Deps, 'store' | 'courtesy' | 'random'>, subscribers: readonly Subscriber[]) {
  const { events } = deps.store;
  const sources = sourcesOf(deps.store);

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
      const next = chain(event, partition, head, saltOf(deps));
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

/** So that nobody can find out by trying what the digest of an erased event was made of. */
export const saltOf = ({ random }: Pick<Deps, 'random'>): string => Buffer.from(random.bytes(16)).toString('base64url');

type Publisher = { publish(): Promise<number> };

/** Does work that appends to a chain; anew, from the newest head, for as long as others are faster. */
export async function unraced<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RollcallError && error.code === 'chain-race')) throw error;
    }
  }
}

/** Publishes all there is; again where an event of no document was faster (`record`), since what is stored already is known then. */
export const publishAll = (publisher: Publisher): Promise<number> => unraced(() => publisher.publish());

/** Publishes all there is, unless another process is at it. */
export async function flushed(ownership: Pick<Ownership, 'acquire' | 'release'>, publisher: Publisher): Promise<void> {
  if ((await ownership.acquire('publisher')) === null) return;
  await publishAll(publisher);
  await ownership.release('publisher');
}

/** Events of no document (a sync, a configuration change, a sign-in): appended at once, again if another was faster. */
export function record(deps: Pick<Deps, 'store' | 'random'>, event: RollcallEvent): Promise<void> {
  const { events } = deps.store;
  return unraced(async () => {
    if ((await events.known([event.id])).has(event.id)) return;
    await events.append([chain(event, companyPartition, await events.head(companyPartition), saltOf(deps))]);
  });
}
