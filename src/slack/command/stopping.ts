import type { PauseView } from '../../../blocks/governance-view.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { paused, pauseList } from '../../../blocks/pauses.ts';
import { nameOf } from '../../../blocks/view.ts';
import type { Named, Pause } from '../../engine/governance.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { endOf, passed } from './day.ts';
import { personOf, type Subject, subjectOf } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** The emergency: done at once, and how to take it back. */
export async function runDisable(deps: SlackDeps, caller: Known, input: Input<'disable'>): Promise<Message> {
  const { who, reason } = withReason(input);
  const found = await personOf(deps, caller.person, { who });
  if ('message' in found) return found.message;
  if (found.app !== null)
    return answer(
      'Disabling is for a person everywhere; for one app, take the role away or pause it. Nothing was done.',
    );
  const { text } = await deps.useCases.disable(found.person.id, reason, actorOf(caller.person));
  return answer(text, `/provision release ${addressOf(found.person)}`, 'To take it back');
}

/** A mention or an address is one person beyond doubt: what stands after it is the reason. A name may have several words. */
function withReason({ who, reason }: Input<'disable'>): { who: readonly Token[]; reason: string | null } {
  const [first, ...rest] = who;
  const certain = first?.kind === 'user' || (first?.kind === 'word' && /^[^\s@]+@[^\s@]+$/.test(first.text));
  if (first === undefined || !certain || rest.length === 0) return { who, reason: reason ?? null };
  return { who: [first], reason: [textOf(rest), ...(reason === undefined ? [] : [reason])].join(' ').slice(0, 500) };
}

const addressOf = (person: Parameters<typeof nameOf>[0]): string => {
  const { email } = person.attributes;
  return typeof email === 'string' ? email : person.id;
};

export async function runRelease(deps: SlackDeps, caller: Known, input: Input<'release'>): Promise<Message> {
  const found = await personOf(deps, caller.person, input);
  if ('message' in found) return found.message;
  const app = found.app?.app ?? null;
  return answer((await deps.useCases.release(found.person.id, app, actorOf(caller.person))).text);
}

/** Pauses what is named; without a name, lists what is paused. */
export async function runPause(deps: SlackDeps, caller: Known, input: Input<'pause'>): Promise<Message> {
  const subject = await subjectOf(deps, caller.person, input);
  if (subject.kind === 'unclear') return subject.message;
  if (subject.kind === 'none') return showPauses(deps);
  const until = await endOf(deps, input.until);
  if (until === 'past') return answer(passed);
  const { text } = await deps.useCases.pause(namedBy(subject), until, input.reason ?? null, actorOf(caller.person));
  return paused(text, until);
}

export async function runResume(deps: SlackDeps, caller: Known, input: Input<'resume'>): Promise<Message> {
  const subject = await subjectOf(deps, caller.person, input);
  if (subject.kind === 'unclear') return subject.message;
  if (subject.kind === 'none') return answer('Say which person or app you mean.');
  return resumeNamed(deps, caller, namedBy(subject));
}

export async function resumeNamed(deps: SlackDeps, { person }: Known, subject: Named): Promise<Message> {
  return answer((await deps.useCases.resume(subject, actorOf(person))).text);
}

function namedBy(subject: Extract<Subject, { kind: 'person' | 'app' }>): Named {
  if (subject.kind === 'app') return { app: subject.app.app };
  return { person: subject.person.id, ...(subject.app === null ? {} : { app: subject.app.app }) };
}

async function showPauses(deps: SlackDeps): Promise<Message> {
  const [pauses, apps] = await Promise.all([deps.useCases.pauses(), deps.useCases.apps()]);
  const titles = new Map(apps.map(({ app, title }) => [app, title]));
  // The list shows twenty; only their people are looked up.
  const views = await Promise.all(pauses.map((pause, index) => viewOf(deps, titles, pause, index < 20)));
  return pauseList(views);
}

async function viewOf(
  deps: SlackDeps,
  titles: ReadonlyMap<string, string>,
  pause: Pause,
  named: boolean,
): Promise<PauseView> {
  const { app, person: id } = pause.subject;
  const person = id !== undefined && named ? await deps.useCases.person(id) : null;
  const who = person === null ? id : nameOf(person);
  const where = app === undefined ? undefined : (titles.get(app) ?? app);
  const about = [who, where].filter((part) => part !== undefined).join(' in ');
  return { ...pause, about, by: pause.by.name };
}
