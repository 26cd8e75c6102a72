import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { signOnAnswer, signOnList } from '../../../blocks/sign-on.ts';
import type { Person } from '../../core/model.ts';
import { fold } from '../../core/text.ts';
import type { SignOnApp } from '../../engine/sign-on/sign-ons.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** `sign-on`: the apps one may sign on to; `sign-on APP`: a link, for the caller alone and for nobody else. */
export async function runSignOn(deps: SlackDeps, caller: Known, { who }: Input<'sign-on'>): Promise<Message> {
  const apps = await deps.useCases.signOnApps(caller.person);
  if (who === undefined) return signOnList(apps);
  const wanted = appNamed(apps, textOf(who));
  return wanted === null ? unknownApp(apps) : offerSignOn(deps, caller, wanted.app);
}

/** Whoever is gone is told why of the app they asked for, and the refusal is kept; `text`: what else there is to say. */
export async function refuseSignOn(
  { useCases }: SlackDeps,
  gone: Person,
  { who }: Input<'sign-on'>,
  text: string,
): Promise<Message> {
  const wanted = who === undefined ? null : appNamed(await useCases.signOnApps(gone), textOf(who));
  if (wanted === null || gone.slack === null) return answer(text);
  const offer = await useCases.signOnLink(gone, wanted.app, gone.slack);
  // Taken back in this very moment: they ask once more, and are known.
  return answer(offer.result === 'refused' ? offer.text : text);
}

/** Asks for the link of whoever Slack says asks; it is bound to their Slack user. */
export async function offerSignOn({ useCases }: SlackDeps, { person }: Known, app: string): Promise<Message> {
  // Whoever is known to Rollcall has been pinned by then.
  if (person.slack === null) return answer('Rollcall does not know your Slack user yet. Try again in a moment.');
  return signOnAnswer(await useCases.signOnLink(person, app, person.slack));
}

/** By name, then by title. */
function appNamed(apps: readonly SignOnApp[], text: string): SignOnApp | null {
  const wanted = fold(text);
  const named = apps.find(({ app }) => fold(app) === wanted);
  return named ?? apps.find(({ title }) => fold(title) === wanted) ?? null;
}

function unknownApp(apps: readonly SignOnApp[]): Message {
  if (apps.length === 0) return signOnList([]);
  const titles = apps.slice(0, 20).map(({ title }) => title);
  return answer(`Rollcall signs nobody on to an app of that name. It does so for ${titles.join(', ')}.`);
}
