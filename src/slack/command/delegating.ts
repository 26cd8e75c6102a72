import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { timeOf } from '../../core/date.ts';
import { momentWord } from '../../core/quarantine.ts';
import { Duration } from '../../core/time-schema.ts';
import { cardPlaces } from '../cards.ts';
import type { SlackDeps } from '../deps.ts';
import { type Known, mayAsk, notAsked } from './access.ts';
import { actorOf } from './actor.ts';
import { endOf, passed } from './day.ts';
import { personNamed } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

const usage = '/provision delegate <person> until 2026-12-31';

/** Hands one's decisions on until a day, takes that back, or says who decides in one's place. */
export async function runDelegate(deps: SlackDeps, caller: Known, input: Input<'delegate'>): Promise<Message> {
  const { who, until } = splitAtUntil(input);
  if (who.length === 0) return answer(`${await standIns(deps, caller)}`, usage, 'To hand it on');
  if (isOff(who)) return answer((await deps.useCases.endDelegation(actorOf(caller.person))).text);
  if (until === '') return answer('Say until when: nobody decides in your place for good.', usage);
  if (timeOf(until) === null && !Duration.safeParse(until).success)
    return answer('I do not know that day: write 2026-12-31, 2026-12-31T17:00 or “3 days”.', usage);
  const end = await endOf(deps, until);
  if (end === 'past' || end === null) return answer(passed, usage);
  const found = await personNamed(deps, caller.person, who);
  if ('message' in found) return found.message;
  const { text } = await deps.useCases.delegate(found.person.id, end, actorOf(caller.person));
  return answer(text, '/provision delegate off', 'To take it back');
}

const isOff = (who: readonly Token[]): boolean => /^(off|none|nobody)$/i.test(textOf(who));

/** `@bob until 2026-12-31` or `@bob --until 2026-12-31`. */
function splitAtUntil({ who = [], until }: Input<'delegate'>): { who: readonly Token[]; until: string } {
  if (until !== undefined) return { who, until };
  const at = who.findIndex((token) => token.kind === 'word' && token.text.toLowerCase() === 'until');
  return at === -1 ? { who, until: '' } : { who: who.slice(0, at), until: textOf(who.slice(at + 1)) };
}

async function standIns(deps: SlackDeps, { person }: Known): Promise<string> {
  const text = (await standInText(deps, person.id)).trim();
  return text === '' ? 'Nobody decides in your place.' : text;
}

/** Who decides in a person's place, and in whose they do; a sentence each, nothing where there is none. */
export async function standInText({ useCases }: SlackDeps, id: string): Promise<string> {
  return (await useCases.delegations())
    .flatMap(({ person, personName, delegate, delegateName, until }) => {
      if (person === id) return [` ${delegateName} may decide in your place until ${momentWord(until)}.`];
      return delegate === id ? [` You may decide in the place of ${personName} until ${momentWord(until)}.`] : [];
    })
    .join('');
}

/** The typed twin of *Ask*. */
export const runAsk = (deps: SlackDeps, caller: Known, { id, question }: Input<'ask'>): Promise<Message> =>
  askAbout(deps, caller, id, question);

/** Asks in the thread of the card; where the request has none, says whom to ask instead. */
export async function askAbout(deps: SlackDeps, caller: Known, id: string, question: string): Promise<Message> {
  const view = await deps.useCases.approval(id, 0);
  if (view === null) return answer('There is no such request any more.');
  if (!mayAsk(caller, view)) return answer(notAsked);
  const places = await cardPlaces(deps, view.approval);
  if (places.every(({ channel }) => channel === null)) {
    const { requester } = view.approval;
    const whom = requester?.kind === 'person' ? requester.name : 'one of the others who may decide';
    return answer(`This request is shown in direct messages only, so there is no thread for it: ask ${whom}.`);
  }
  return answer((await deps.useCases.question(id, question, actorOf(caller.person))).text);
}
