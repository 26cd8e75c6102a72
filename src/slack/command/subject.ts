import type { LoginSubject } from '../../../blocks/governance-view.ts';
import { answer, whichOne } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { nameOf } from '../../../blocks/view.ts';
import { hasAddress } from '../../core/address.ts';
import { isEmail } from '../../core/config-people.ts';
import type { Person } from '../../core/model.ts';
import { isCalled } from '../../core/name.ts';
import { textOf as textIn } from '../../core/text.ts';
import type { SlackDeps } from '../deps.ts';
import { readProfile } from '../profile.ts';
import { describeError } from '../slack-error.ts';
import { type Token, textOf } from './tokens.ts';

export type AppRef = { app: string; title: string };
/** A sentence that asks back instead. */
export type Unclear = { message: Message };
/** Who or what was named; `unclear` holds the sentence that asks back. */
export type Subject =
  | { kind: 'none' }
  | { kind: 'person'; person: Person; app: AppRef | null }
  | { kind: 'app'; app: AppRef }
  | { kind: 'unclear'; message: Message };

type Named = { who?: readonly Token[] | undefined; app?: string | undefined };

/**
 * Finds whom or what somebody named: an app by its name or title, else a person by mention, e-mail, name or id, with an app after
 * it if the last words are one. Names of several words need no quotes.
 */
export async function subjectOf(deps: SlackDeps, self: Person, { who = [], app }: Named): Promise<Subject> {
  const apps = await deps.useCases.apps();
  const chosen = app === undefined ? null : appNamed(apps, app);
  if (app !== undefined && chosen === null) return unknownApp(apps);
  if (who.length === 0) return chosen === null ? { kind: 'none' } : { kind: 'app', app: chosen };
  const whole = appNamed(apps, textOf(who));
  if (whole !== null && chosen === null) return { kind: 'app', app: whole };
  const split = chosen === null ? splitAtApp(apps, who) : { person: who, app: chosen };
  const found = await personNamed(deps, self, split.person);
  return 'message' in found ? { kind: 'unclear', ...found } : { kind: 'person', ...found, app: split.app };
}

/** `Zoe Ångström Customer Base`: the longest end that is an app's name is the app, what stands before it the person. */
function splitAtApp(apps: readonly AppRef[], who: readonly Token[]): { person: readonly Token[]; app: AppRef | null } {
  for (let start = 1; start < who.length; start += 1) {
    const app = appNamed(apps, textOf(who.slice(start)));
    if (app !== null) return { person: who.slice(0, start), app };
  }
  return { person: who, app: null };
}

function appNamed(apps: readonly AppRef[], text: string): AppRef | null {
  const wanted = text.toLowerCase();
  const found =
    apps.find(({ app }) => app.toLowerCase() === wanted) ?? apps.find(({ title }) => title.toLowerCase() === wanted);
  return found === undefined ? null : { app: found.app, title: found.title };
}

function unknownApp(apps: readonly AppRef[]): { kind: 'unclear' } & Unclear {
  const names = apps.slice(0, 20).map(({ app }) => app);
  const known = names.length === 0 ? 'No app is connected yet.' : `There are ${names.join(', ')}.`;
  return { kind: 'unclear', message: answer(`I do not know that app. ${known}`) };
}

/** The one app somebody named, or the sentence that asks back. */
export async function appOf(deps: SlackDeps, who: readonly Token[]): Promise<{ app: AppRef } | Unclear> {
  const apps = await deps.useCases.apps();
  const app = appNamed(apps, textOf(who));
  return app === null ? unknownApp(apps) : { app };
}

/** An app with words after it: the longest beginning that is an app's name is the app. */
export async function appAndRest(
  deps: SlackDeps,
  who: readonly Token[],
): Promise<{ app: AppRef; rest: readonly Token[] } | Unclear> {
  const apps = await deps.useCases.apps();
  for (let end = who.length; end > 0; end -= 1) {
    const app = appNamed(apps, textOf(who.slice(0, end)));
    if (app !== null) return { app, rest: who.slice(end) };
  }
  return unknownApp(apps);
}

/** The one person somebody named, or the sentence that asks back. */
export async function personOf(
  deps: SlackDeps,
  self: Person,
  named: Named,
): Promise<{ person: Person; app: AppRef | null } | Unclear> {
  const subject = await subjectOf(deps, self, named);
  if (subject.kind === 'unclear') return subject;
  if (subject.kind !== 'person') return { message: answer('Say which person you mean.') };
  return subject;
}

/** The one login somebody named: a person and an app. */
export async function loginOf(deps: SlackDeps, self: Person, named: Named): Promise<LoginSubject | Unclear> {
  const found = await personOf(deps, self, named);
  if ('message' in found) return found;
  const { person, app } = found;
  if (app === null) return { message: answer(`Say which app you mean, after the name of ${nameOf(person)}.`) };
  return { person: person.id, personName: nameOf(person), app: app.app, appTitle: app.title };
}

/** The login whose ids a button carries, as it is called now. */
export async function loginNamed(
  deps: SlackDeps,
  { person: id, app }: { person: string; app: string },
): Promise<LoginSubject | Unclear> {
  const [person, apps] = await Promise.all([deps.useCases.person(id), deps.useCases.apps()]);
  const found = apps.find((each) => each.app === app);
  if (person === null) return { message: answer('That person is not known any more.') };
  if (found === undefined) return { message: answer('That app is not connected any more.') };
  return { person: id, personName: nameOf(person), app, appTitle: found.title };
}

type Found = { person: Person } | Unclear;

export async function personNamed(deps: SlackDeps, self: Person, tokens: readonly Token[]): Promise<Found> {
  const [first] = tokens;
  if (tokens.length === 1 && first?.kind === 'user') return mentioned(deps, first.id);
  const text = textOf(tokens);
  if (/^(me|myself|i)$/i.test(text)) return { person: self };
  const people = await deps.useCases.findPeople(text, 11);
  const exact = people.filter((person) => isCalled(person, text));
  const [only] = exact.length === 1 ? exact : people;
  if (only === undefined)
    return { message: answer('I know nobody by that name. Try an e-mail address or a part of the name.') };
  // A whole address names whose it is, and nobody whose own it is a part of: `ann@acme.test` is not Joann.
  if (exact.length === 1 || (people.length === 1 && !isEmail(text))) return { person: only };
  return { message: whichOneOf(text, people) };
}

const whichOneOf = (text: string, people: readonly Person[]): Message =>
  whichOne(
    text,
    people.map((person) => ({ name: nameOf(person), email: textIn(person.attributes, 'email') })),
  );

/** A mentioned user is the person pinned to them; somebody not pinned yet is looked for by their address in Slack. */
async function mentioned(deps: SlackDeps, user: string): Promise<Found> {
  const [pinned] = await deps.useCases.findPeople(user, 1);
  if (pinned?.slack?.user === user) return { person: pinned };
  const email = await emailInSlack(deps, user);
  const nobody = { message: answer('That Slack user is nobody in the directories Rollcall reads.') };
  if (email === null) return nobody;
  const found = (await deps.useCases.findPeople(email, 5)).filter((person) => hasAddress(person, email));
  // Whoever had the address before and is gone counts only where nobody else has it.
  const here = found.filter(({ status }) => status !== 'left');
  const [person, ...others] = here.length > 0 ? here : found;
  if (person === undefined) return nobody;
  return others.length === 0 ? { person } : { message: whichOneOf(email, [person, ...others]) };
}

async function emailInSlack(deps: SlackDeps, user: string): Promise<string | null> {
  try {
    return (await readProfile(deps.clients.interactive, user, deps.team)).email;
  } catch (error) {
    deps.log.warn({ user, ...describeError(error) }, 'could not read a Slack profile');
    return null;
  }
}
