import { type Delegation, delegated, isInForce, undelegated } from '../../core/delegation.ts';
import { refused } from '../../core/errors.ts';
import { system } from '../../core/event.ts';
import type { Actor, Person, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { momentWord } from '../../core/quarantine.ts';
import { worksHere } from '../../core/standing.ts';
import { personNamed } from '../person-named.ts';
import type { Deps } from '../ports.ts';
import type { DelegationView } from './approving.ts';
import { workingAmong } from './standing.ts';

type DelegateDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

/**
 * From now until a moment, somebody else may decide in the actor's place, beside them. Naming another one, or another moment,
 * replaces it. Nobody hands on what is not theirs: it is the actor's own place alone.
 * @throws RollcallError `not-a-person`, `unknown-person`, `delegate-self`, `delegate-past`, `delegate-gone`, `delegate-chain`.
 */
export async function delegate(deps: DelegateDeps, to: string, until: Time, actor: Actor): Promise<{ text: string }> {
  const person = await ownerOf(deps, actor);
  const other = await personNamed(deps, to);
  const now = deps.clock.now();
  await mayStandIn(deps, person, other, until, now);
  const words = { person: nameOf(person), delegate: nameOf(other), until: momentWord(until) };
  await write(deps, person.id, (before) => {
    const isTheSame = before !== null && !before.ended && before.delegate === other.id && before.until === until;
    return isTheSame ? null : delegated(before, { id: person.id, delegate: other.id, until }, words, actor, now);
  });
  const own = 'You may still decide yourself; the first of you who does counts.';
  return { text: `${words.delegate} may decide in your place until ${words.until}. ${own}` };
}

/** Takes it back. @throws RollcallError `not-a-person`. */
export async function endDelegation(deps: DelegateDeps, actor: Actor): Promise<{ text: string }> {
  const person = await ownerOf(deps, actor);
  const before = await end(deps, person.id, actor);
  if (before === null) return { text: 'Nobody decides in your place: nothing to do.' };
  const [other] = await deps.store.people.many([before.delegate]);
  return { text: `${other === undefined ? before.delegate : nameOf(other)} no longer decides in your place.` };
}

async function ownerOf(deps: DelegateDeps, actor: Actor): Promise<Person> {
  if (actor.kind === 'person') return personNamed(deps, actor.person);
  throw refused(
    'not-a-person',
    'only a person has decisions to hand on',
    'Say whose they are: `rollcall --as EMAIL delegate PERSON --until DAY`.',
  );
}

async function mayStandIn(deps: DelegateDeps, person: Person, other: Person, until: Time, now: Time): Promise<void> {
  if (person.id === other.id)
    throw refused('delegate-self', 'you decide for yourself already', 'Name somebody else, or say `delegate off`.');
  if (until <= now)
    throw refused('delegate-past', `${momentWord(until)} has passed`, 'Name a day that is still to come.');
  if (!worksHere(other))
    throw refused('delegate-gone', `${nameOf(other)} does not work here now`, 'Name somebody who does.');
  const theirs = await deps.store.delegations.get(other.id);
  if (theirs === null || !isInForce(theirs, now)) return;
  throw refused(
    'delegate-chain',
    `${nameOf(other)} has a delegate themself until ${momentWord(theirs.until)}, and a delegate hands on nothing`,
    'Name somebody who is there.',
  );
}

/** All in force, with the names of both; those of people or delegates who no longer work here are none. */
export async function delegations({ store, clock }: Pick<Deps, 'store' | 'clock'>): Promise<DelegationView[]> {
  const now = clock.now();
  const open = (await store.delegations.open()).filter((one) => isInForce(one, now));
  if (open.length === 0) return [];
  const people = await workingAmong(
    { store },
    open.flatMap(({ id, delegate: to }) => [id, to]),
  );
  const working = new Map(people.map((person) => [person.id, person]));
  return open.flatMap(({ id, delegate: to, until }) => {
    const [person, other] = [working.get(id), working.get(to)];
    if (person === undefined || other === undefined) return [];
    return [
      {
        ...{ person: id, personName: nameOf(person), delegate: to, delegateName: nameOf(other), until },
        slack: other.slack,
      },
    ];
  });
}

/** Those whose time is over are ended, with an event each; whether or not this runs, they count no more. */
export async function endDelegations(deps: DelegateDeps): Promise<void> {
  const now = deps.clock.now();
  for (const one of await deps.store.delegations.open())
    if (!isInForce(one, now)) await end(deps, one.id, system('delegation'), now);
}

/** Answers the one that was ended; null: there was none. `overBy`: only if it is over at this moment. */
async function end(deps: DelegateDeps, id: string, actor: Actor, overBy?: Time): Promise<Delegation | null> {
  const at = deps.clock.now();
  const stored = await deps.store.delegations.get(id);
  const people = stored === null ? [] : await deps.store.people.many([id, stored.delegate]);
  const named = (wanted: string): string => {
    const found = people.find((person) => person.id === wanted);
    return found === undefined ? wanted : nameOf(found);
  };
  return write(deps, id, (before) => {
    if (before === null || before.ended || (overBy !== undefined && isInForce(before, overBy))) return null;
    return undelegated(before, { person: named(id), delegate: named(before.delegate) }, actor, at);
  });
}

/** The newest one changed, by compare-and-set. Answers the one before; null if nothing was to be done, or there was none. */
async function write(
  deps: DelegateDeps,
  id: string,
  change: (before: Delegation | null) => Delegation | null,
): Promise<Delegation | null> {
  const { delegations: store } = deps.store;
  for (;;) {
    const before = await store.get(id);
    const after = change(before);
    if (after === null) return null;
    const won = before === null ? await store.insert([after]) : await store.swap([{ before, after }]);
    if (!won.has(id)) continue;
    deps.bell.ring('publisher');
    return before;
  }
}
