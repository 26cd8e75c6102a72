import { refused } from '../../core/errors.ts';
import { type EventDraft, makeEvent, system } from '../../core/event.ts';
import type { Actor, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isOn, pauseId, pauseText, type StoredPause } from '../../core/pausing.ts';
import { momentWord } from '../../core/quarantine.ts';
import { wake, wakeApp } from '../apply/gate.ts';
import type { GovernanceDeps, Named, Pause } from '../governance.ts';
import { subjectNamed } from '../named.ts';
import type { Deps } from '../ports.ts';

type PauseDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

/**
 * Holds up what is approved in an app, for a person, or for a person in an app, until a moment or until somebody resumes it.
 * Planning and asking go on, and so does leaving. Pausing again replaces the end and the reason.
 * @throws RollcallError `pause-past`, and those of `subjectNamed`.
 */
export async function pause(
  deps: GovernanceDeps,
  named: Named,
  until: Time | null,
  reason: string | null,
  actor: Actor,
): Promise<{ text: string }> {
  const subject = await subjectNamed(deps, named);
  const at = deps.clock.now();
  if (until !== null && until <= at) {
    throw refused('pause-past', `${momentWord(until)} has passed`, 'Name a moment that is still to come.');
  }
  const [id, app, person] = [pauseId(subject.app, subject.person), subject.app, subject.person];
  const fresh = { id, app, person, until, reason, by: actor, at, ended: false };
  const text = pauseText({ ...fresh, version: 0, outbox: [] }, subject.words);
  const before = await writePause(deps, id, (stored) => ({
    pause: { ...(stored ?? { version: -1, outbox: [] }), ...fresh },
    event: eventOf('paused', fresh, text, actor, at),
  }));
  // A longer or shorter pause than before: what already waits learns of it.
  if (before !== null && !before.ended) await wakeHeld(deps, before);
  deps.bell.ring('worker');
  deps.bell.ring('publisher');
  return { text: `${text}.` };
}

/**
 * Ends a pause: what waited goes at once, unless something else still holds it.
 * @throws those of `subjectNamed`.
 */
export async function resume(deps: GovernanceDeps, named: Named, actor: Actor): Promise<{ text: string }> {
  const subject = await subjectNamed(deps, named);
  const woken = await endPause(deps, pauseId(subject.app, subject.person), subject.words, actor);
  if (woken === null) return { text: `${subject.words} is not paused: nothing to do.` };
  return { text: `${subject.words} is resumed: ${went(woken)}.` };
}

const went = (count: number): string => {
  if (count === 0) return 'nothing waited';
  return count === 1 ? '1 change goes on' : `${count} changes go on`;
};

export async function pauses(deps: GovernanceDeps): Promise<Pause[]> {
  const now = deps.clock.now();
  const open = (await deps.store.pauses.open()).filter((entry) => isOn(entry, now));
  return open
    .map(({ app, person, until, reason, by, at }) => ({
      subject: { ...(app !== null && { app }), ...(person !== null && { person }) },
      ...{ until, reason, by, at },
    }))
    .sort((a, b) => b.at - a.at);
}

/** Pauses whose time is over are ended, with an event each; whether or not this runs, they hold nothing up any more. */
export async function endPauses(deps: PauseDeps): Promise<void> {
  const now = deps.clock.now();
  for (const entry of await deps.store.pauses.open()) {
    if (!isOn(entry, now)) await endPause(deps, entry.id, await wordsOf(deps, entry), system('pause'));
  }
}

async function wordsOf(deps: PauseDeps, { app, person }: StoredPause): Promise<string> {
  const found = person === null ? null : await deps.store.people.get(person);
  const who = person === null ? null : found === null ? person : nameOf(found);
  return [who, app].filter((part) => part !== null).join(' in ');
}

/** Answers how many changes were woken; null when there was no pause. */
async function endPause(deps: PauseDeps, id: string, words: string, actor: Actor): Promise<number | null> {
  const at = deps.clock.now();
  const before = await writePause(deps, id, (stored) => {
    if (stored === null || stored.ended) return null;
    const how = actor.kind === 'system' ? 'its time is over' : `by ${actor.name}`;
    return {
      pause: { ...stored, ended: true },
      event: eventOf('resumed', stored, `${words} is resumed: ${how}`, actor, at),
    };
  });
  if (before === null) return null;
  const woken = await wakeHeld(deps, before);
  deps.bell.ring('worker');
  deps.bell.ring('publisher');
  return woken;
}

type Written = { pause: StoredPause; event: EventDraft };

function eventOf(
  what: 'paused' | 'resumed',
  { app, person }: Pick<StoredPause, 'app' | 'person'>,
  message: string,
  actor: Actor,
  at: Time,
): EventDraft {
  return { type: `${person === null ? 'app' : 'person'}.${what}`, message, actor, app, person, at };
}

/** The newest pause of the id changed with its event, by compare-and-set. Answers the one before; null if nothing was to be done, or none. */
async function writePause(
  deps: PauseDeps,
  id: string,
  change: (stored: StoredPause | null) => Written | null,
): Promise<StoredPause | null> {
  const { pauses: store } = deps.store;
  for (;;) {
    const stored = await store.get(id);
    const written = change(stored);
    if (written === null) return null;
    const version = (stored?.version ?? -1) + 1;
    const event = makeEvent(written.event, `pause:${id}:${version}`, deps.clock.now());
    const after = { ...written.pause, version, outbox: [...(stored?.outbox ?? []), event] };
    const won = stored === null ? await store.insert([after]) : await store.swap([{ before: stored, after }]);
    if (won.has(id)) return stored;
  }
}

/** Looks at what the pause held up again, now. */
async function wakeHeld(deps: PauseDeps, { app, person }: Pick<StoredPause, 'app' | 'person'>): Promise<number> {
  if (person === null) return wakeApp(deps, app);
  const theirs = await deps.store.logins.byPeople([person]);
  return wake(
    deps,
    theirs.filter((login) => app === null || login.app === app),
  );
}
