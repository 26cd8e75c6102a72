import { powersOf } from '../core/audience.ts';
import type { Config } from '../core/config.ts';
import { makeEvent, system } from '../core/event.ts';
import type { Person, SlackIdentity } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { worksHere } from '../core/standing.ts';
import { fold } from '../core/text.ts';
import type { Deps } from './ports.ts';
import type { Caller, SlackProfile } from './use-cases.ts';
import { knownBy } from './world.ts';

export type IdentifyDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

const outsider =
  'Rollcall answers members of this company only; guests, bots and people of other organisations have no access.';
const notSetUp =
  'Rollcall is not set up yet. Whoever runs it imports a configuration with `rollcall config import FILE` and reads a directory with `rollcall sync`.';

/**
 * Who a Slack user is. The pin of a Slack user to a person decides; the e-mail address only bootstraps it, once, and an event
 * says so. Later edits of the address in Slack grant nothing.
 */
export async function identify(deps: IdentifyDeps, identity: SlackIdentity, profile: SlackProfile): Promise<Caller> {
  if (profile.guest || profile.bot || profile.deleted || profile.stranger) return nobody('outsider', outsider);
  const stored = await deps.store.config.read();
  if (stored === null) return nobody('not-set-up', notSetUp);
  let caller = await lookUp(deps, identity, profile, stored.config);
  while (caller === null) caller = await lookUp(deps, identity, profile, stored.config);
  return caller;
}

/** Null: the person changed while we looked, so that nothing seen of them counts. */
async function lookUp(
  deps: IdentifyDeps,
  identity: SlackIdentity,
  profile: SlackProfile,
  config: Config,
): Promise<Caller | null> {
  const pinned = await deps.store.people.bySlack(identity);
  if (pinned !== null) return known(pinned, config);
  if (profile.email === null) return nobody('unknown', noEmail);
  const candidates = await withEmail(deps, profile.email);
  const [only] = candidates;
  if (only === undefined)
    return (await isEmpty(deps)) ? nobody('not-set-up', notSetUp) : nobody('unknown', stranger(profile.email));
  if (candidates.length > 1) return nobody('ambiguous', ambiguous(profile.email));
  // Another press of the same user may have been faster since we looked by the pin.
  if (only.slack !== null)
    return isSame(only.slack, identity) ? known(only, config) : nobody('ambiguous', takenText(profile.email));
  const person = await pin(deps, only, identity);
  return person === null ? null : known(person, config);
}

const isSame = (a: SlackIdentity, b: SlackIdentity): boolean => a.team === b.team && a.user === b.user;

const nobody = (reason: Extract<Caller, { known: false }>['reason'], text: string): Caller => ({
  known: false,
  reason,
  text,
});
const noEmail =
  'Slack shows Rollcall no e-mail address of yours, so it cannot tell who you are. Ask an admin to connect you.';
const stranger = (email: string): string =>
  `Rollcall finds nobody with your address ${email} in the company's directories. If that is wrong, ask an admin to look at your directory entry.`;
const ambiguous = (email: string): string =>
  `More than one person in the directories has your address ${email}. An admin has to correct one of the entries.`;
const takenText = (email: string): string =>
  `The person with your address ${email} is connected to another Slack account. An admin has to look into it.`;

const isEmpty = async (deps: IdentifyDeps): Promise<boolean> => (await deps.store.people.count()) === 0;

async function withEmail(deps: IdentifyDeps, email: string): Promise<Person[]> {
  return (await knownBy(deps, [fold(email)])).filter(worksHere);
}

/** Null: somebody else wrote the person, or pinned this user, in between. */
async function pin(deps: IdentifyDeps, person: Person, identity: SlackIdentity): Promise<Person | null> {
  const at = deps.clock.now();
  const message = `${nameOf(person)} was connected to Slack user ${identity.user} by e-mail address`;
  const draft = { type: 'identity.pinned', message, actor: system('identity'), person: person.id };
  const event = makeEvent(draft, `${person.id}:pin:${person.version + 1}`, at);
  const after: Person = { ...person, slack: identity, version: person.version + 1, outbox: [...person.outbox, event] };
  if (!(await deps.store.people.swap([{ before: person, after }])).has(person.id)) return null;
  deps.bell.ring('publisher');
  return after;
}

function known(person: Person, config: Config): Caller {
  if (person.status !== 'active') {
    const text = 'Your account in the directory is not active, so Rollcall cannot act for you.';
    return { known: false, reason: 'unknown', text, gone: person };
  }
  return { known: true, person, powers: powersOf(person, config) };
}
