import { type Erasing, isFullName, wordsIn, wordsOf } from '../../core/erasure.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import type { Actor, Person, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { fold } from '../../core/text.ts';
import type { AdminDeps } from '../configure/admins.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import { eraseElsewhere, eraseOwn } from './documents.ts';
import { eraseEvents, eraseOwnEvents, ownEvents } from './events.ts';
import { checkAdmin, whyNotErased } from './refusal.ts';

export type EraseDeps = GovernanceDeps &
  AdminDeps & {
    /** Publishes what waits in the documents, if no other process does. */
    flush(): Promise<void>;
  };

export type ErasureReport = { person: string; events: number; documents: number; text: string };

/**
 * Erases somebody who has left: their personal data goes from every event and document, and what is left is an id that names nobody.
 * Digests and chains stay, and each erased event is recorded. Their own events and their own document, by whose words everything is
 * found, go last: wherever this is interrupted, the same call goes on. `typed`: their name, as whoever wishes it wrote it.
 * @throws RollcallError `unknown-person`, `not-admin`, `other-name`, `still-here`, `still-told`, `account-open`, `still-named`, `busy`.
 */
export function erase(deps: EraseDeps, id: string, typed: string, actor: Actor): Promise<ErasureReport> {
  return deps.exclusive('erasure', () => eraseNow(deps, id, typed, actor));
}

async function eraseNow(deps: EraseDeps, id: string, typed: string, actor: Actor): Promise<ErasureReport> {
  await checkAdmin(deps, actor);
  const person = await personNamed(deps, id);
  const name = nameOf(person);
  if (fold(typed) !== fold(name))
    throw refused('other-name', `this is not the name of ${name}`, 'Type the name exactly as it is shown.');
  const { erasing, namesakes } = await erasingOf(deps, person);
  const over = person.erasedAt !== undefined;
  const why = over ? null : await whyNotErased(deps, person, erasing);
  if (why !== null) throw why;
  const others = await eraseEvents(deps, erasing, actor);
  const elsewhere = await eraseElsewhere(deps, erasing);
  const events = others + (await eraseOwnEvents(deps, erasing, actor));
  const documents = elsewhere + (await eraseOwn(deps, id));
  const counts = { person: id, events, documents };
  if (!over) await erasePerson(deps, person, counts, actor);
  await deps.flush();
  return { ...counts, text: told(name, counts, over, [...(await left(deps, person)), ...namesakes]) };
}

/**
 * By what they are found: what they are called, and what they were called before. A full name that somebody else bears as well would
 * take theirs along, and so would an address that is somebody else's by now.
 */
async function erasingOf(deps: EraseDeps, person: Person): Promise<{ erasing: Erasing; namesakes: string[] }> {
  const current = wordsOf(person);
  const former = (await formerWords(deps, person.id)).filter((word) => !current.includes(word));
  const shared: string[] = [];
  for (const word of [...current.filter(isFullName), ...former])
    if (await isBorneByOthers(deps, person, word)) shared.push(word);
  const words = [...current, ...former].filter((word) => !shared.includes(word));
  const note = 'Somebody else bears the same name: it stays where it stands in events and requests of others.';
  return {
    erasing: { person: person.id, words: words.sort((a, b) => b.length - a.length) },
    namesakes: shared.some((word) => current.includes(word)) ? [note] : [],
  };
}

/** From the accounts they had, as their events tell of them: each such event goes last. */
async function formerWords(deps: EraseDeps, person: string): Promise<string[]> {
  const words = new Set<string>();
  for await (const { before, after } of ownEvents(deps, person))
    for (const view of [before, after]) for (const word of wordsIn(view?.attributes ?? {})) words.add(word);
  return [...words];
}

async function isBorneByOthers({ store }: EraseDeps, { id }: Person, word: string): Promise<boolean> {
  const found = await store.people.search({ text: word }, null, 50);
  return found.some((other) => other.id !== id && wordsOf(other).some((own) => fold(own) === fold(word)));
}

type Counts = Omit<ErasureReport, 'text'>;

async function erasePerson(deps: EraseDeps, person: Person, { events }: Counts, actor: Actor): Promise<void> {
  const at = deps.clock.now();
  const message = `somebody who had left was erased, with personal data in ${events === 1 ? '1 event' : `${events} events`}`;
  const event = makeEvent({ type: 'person.erased', message, actor, person: person.id }, `${person.id}:erased`, at);
  await changeNewest(deps.store.people, person, (newest) =>
    newest.erasedAt !== undefined ? null : { ...blankPerson(newest, at), outbox: [...newest.outbox, event] },
  );
  deps.bell.ring('publisher');
}

/** Nothing but the id, and what keeps their accounts closed: that they have left, since when, and when the next step is due. */
const blankPerson = (person: Person, at: Time): Person => ({
  ...{ id: person.id, version: person.version + 1, outbox: person.outbox, revision: person.revision },
  ...{ status: 'left', said: 'absent', leftAt: person.leftAt, wakeAt: person.wakeAt },
  ...{ records: [], attributes: {}, keys: [], slack: null, stop: null, plannedFor: null, grants: [], twins: [] },
  ...{ dirty: false, erasedAt: at },
});

/** What is not ours to erase, or goes by itself. */
async function left({ store }: EraseDeps, { id, records }: Person): Promise<string[]> {
  const closed = (await store.logins.byPeople([id])).filter(({ account }) => account === 'suspended');
  const apps = closed.map(({ app }) => app).sort();
  const listing = [...new Set(records.filter(({ said }) => said === 'explicit').map(({ directory }) => directory))];
  return [
    ...(apps.length > 0
      ? [`Their suspended account in ${apps.join(', ')} is the app's: while it is there, the app's list names them.`]
      : []),
    ...(listing.length > 0
      ? [
          `If ${listing.join(' or ')} still lists them as somebody who left, the next read brings them back: delete them there.`,
        ]
      : []),
    'Messages in Slack stay as they are; our copies of payloads and messages go within 30 days.',
  ];
}

function told(name: string, { events, documents }: Counts, over: boolean, notes: readonly string[]): string {
  const count = (many: number, one: string, more: string): string => `${many} ${many === 1 ? one : more}`;
  const what = `${count(events, 'event', 'events')} and ${count(documents, 'document', 'documents')}`;
  if (over && events + documents === 0) return 'They were erased already, and nothing of them is left.';
  return [
    `${over ? 'They' : name} ${over ? 'were erased already; what was left of them' : 'is erased: personal data'} in ${what} is gone, and the chains stay unbroken.`,
    ...notes,
  ].join(' ');
}
