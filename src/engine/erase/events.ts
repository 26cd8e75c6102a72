import { type Erasing, erasedEvent, restOf, withoutPerson } from '../../core/erasure.ts';
import { refused } from '../../core/errors.ts';
import { type ChainedEvent, makeEvent } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor, RollcallEvent } from '../../core/model.ts';
import type { Deps } from '../ports.ts';
import { record, waitingIn } from '../publisher.ts';
import type { ErasedPlace } from '../store-ports.ts';
import { allChains } from '../tell/audit.ts';

/** Events of one record: it names the place and the rest of each. */
const batch = 200;

type EventDeps = Pick<Deps, 'store' | 'clock' | 'random'>;
type SettleDeps = EventDeps & { flush(): Promise<void> };

/**
 * Takes the person out of the events of others. What will be left of some of them is recorded first and put in their places then:
 * where this ends between the two, the record says that it is not finished, and the next run makes the same record of them. What
 * was published meanwhile is looked at as well. Answers how many events lost something.
 */
export async function eraseEvents(deps: SettleDeps, erasing: Erasing, actor: Actor): Promise<number> {
  const seen = new Map<string, number>();
  const others = async function* () {
    for await (const event of allChains(deps, new Map(seen))) {
      seen.set(event.partition, event.sequence);
      if (event.person !== erasing.person) yield event;
    }
  };
  for (let count = 0; ; ) {
    await settled(deps, erasing);
    const more = await eraseThese(deps, others(), erasing, actor);
    count += more;
    if (more === 0) return count;
  }
}

/**
 * The same of the events about them, which are the last to tell names and addresses they had before: by those the others are found, and
 * so they come after all others.
 */
export const eraseOwnEvents = (deps: EventDeps, erasing: Erasing, actor: Actor): Promise<number> =>
  eraseThese(deps, ownEvents(deps, erasing.person), erasing, actor);

const page = 500;

/** Everything that was about the person, the newest first. */
export async function* ownEvents({ store }: Pick<Deps, 'store'>, person: string): AsyncGenerator<ChainedEvent> {
  for (let last: ChainedEvent | null = null; ; ) {
    const events: ChainedEvent[] = await store.events.list({ person }, last, page);
    yield* events;
    last = events.at(-1) ?? null;
    if (last === null) return;
  }
}

async function eraseThese(
  deps: EventDeps,
  events: AsyncIterable<ChainedEvent>,
  erasing: Erasing,
  actor: Actor,
): Promise<number> {
  let count = 0;
  let waiting: ErasedPlace[] = [];
  for await (const before of events) {
    const left = erasedEvent(before, erasing);
    if (left !== null) waiting.push({ before, left });
    if (waiting.length < batch) continue;
    count += await replace(deps, waiting, erasing, actor);
    waiting = [];
  }
  return count + (await replace(deps, waiting, erasing, actor));
}

async function replace(
  deps: EventDeps,
  erasures: readonly ErasedPlace[],
  { person }: Erasing,
  actor: Actor,
): Promise<number> {
  const count = erasures.length;
  if (count === 0) return 0;
  const places = erasures.map(({ left }) => ({
    ...{ partition: left.partition, sequence: left.sequence },
    rest: restOf(left),
  }));
  const message = `personal data was taken out of ${count === 1 ? '1 event' : `${count} events`}`;
  const draft = { type: 'audit.erased', message, actor, person, erasure: { places } };
  await record(deps, makeEvent(draft, `erased:${digestOf(places).slice(0, 32)}`, deps.clock.now()));
  const done = await deps.store.events.erase(erasures);
  if (done.size < count) throw overtaken();
  return count;
}

/** This process stood still, and another took more out of the same events meanwhile: that is never put back. */
const overtaken = () =>
  refused('busy', 'another process has erased somebody from the same events meanwhile', 'Erase them once more.');

/** How long another process may take to publish what waits, and between two looks. Milliseconds. */
const patience = 60_000;
const look = 500;

/** Documents looked at of each kind; where there are more, somebody is at it still. */
const looked = 500;

/**
 * Waits until whatever tells of the person is in the chains: what waits in a document would be published as it is.
 * @throws RollcallError `busy` where the process that publishes does not.
 */
export async function settled(deps: SettleDeps, erasing: Erasing): Promise<void> {
  const { clock } = deps;
  const end = clock.monotonic() + patience;
  for (;;) {
    await deps.flush();
    if (!(await isWaiting(deps, erasing))) return;
    if (clock.monotonic() >= end)
      throw refused('busy', 'events of theirs are not published yet', 'Look whether the bot is well, and try again.');
    await clock.sleep(look);
  }
}

async function isWaiting({ store }: EventDeps, erasing: Erasing): Promise<boolean> {
  const documents = await waitingIn(store, looked);
  const tells = (event: RollcallEvent) => event.person === erasing.person || withoutPerson(event, erasing) !== event;
  return documents.length >= looked || documents.some(({ outbox }) => outbox.some(tells));
}
