import { requestList } from '../../../blocks/access-request.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { fold } from '../../core/text.ts';
import type { Requestable } from '../../engine/act/request.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** `request`: what the caller asked for. `request <app|role> --reason why [--until day]` asks; whatever is missing is said. */
export async function runRequest(deps: SlackDeps, caller: Known, input: Input<'request'>): Promise<Message> {
  const { person } = caller;
  if (input.who === undefined) return requestList(await deps.useCases.requestsOf(person.id), null);
  const ending = endedBy(input.who);
  if (ending !== null) return endNamed(deps, caller, ending);
  const offers = await deps.useCases.requestables(person.id);
  const wanted = offerNamed(offers, textOf(input.who));
  if (wanted === null) return unknownOffer(offers);
  if (input.reason === undefined)
    return answer(`Say what you need ${wanted.title} for.`, `/provision request ${wanted.name} --reason why`);
  const { text } = await deps.useCases.requestAccess(
    person.id,
    { kind: wanted.kind, name: wanted.name, why: input.reason, until: input.until ?? null },
    actorOf(person),
  );
  return answer(text);
}

/** `crm end`: what was asked for is withdrawn, or given back. */
function endedBy(who: readonly Token[]): string | null {
  const last = who.at(-1);
  const ends = last?.kind === 'word' && ['end', 'withdraw'].includes(fold(last.text)) && who.length > 1;
  return ends ? textOf(who.slice(0, -1)) : null;
}

async function endNamed(deps: SlackDeps, { person }: Known, text: string): Promise<Message> {
  const wanted = fold(text);
  const open = (await deps.useCases.requestsOf(person.id)).filter(({ apps }) =>
    apps.some(({ word }) => word === 'waiting' || word === 'given'),
  );
  const found = open.find(({ name, title, id }) => [name, title, id].some((one) => fold(one) === wanted));
  if (found === undefined) return requestList(open, null);
  return answer((await deps.useCases.endRequest(person.id, found.id, actorOf(person))).text);
}

/** By name, then by title; an app before a role of the same name. */
export function offerNamed(offers: readonly Requestable[], text: string): Requestable | null {
  const wanted = fold(text);
  const named = offers.find(({ name }) => fold(name) === wanted);
  return named ?? offers.find(({ title }) => fold(title) === wanted) ?? null;
}

function unknownOffer(offers: readonly Requestable[]): Message {
  const names = offers.slice(0, 20).map(({ title }) => title);
  if (names.length === 0) return answer('Nothing can be asked for here. An admin decides what can be.');
  return answer(
    `That cannot be asked for. You can ask for ${names.join(', ')}.`,
    '/provision request <app|role> --reason why',
  );
}
