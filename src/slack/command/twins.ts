import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { twinList } from '../../../blocks/twins.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { personNamed } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** Looked at once; who is said to be who leaves the list. */
const listed = 16;

/** Newcomers who may be somebody we know under another id. */
export const showTwins = async (deps: SlackDeps): Promise<Message> => twinList(await deps.useCases.twins(listed));

/** Says who a newcomer is. Twins are called alike, so both are named by one word: an id, an address or a mention. */
export async function runSame(deps: SlackDeps, caller: Known, { who }: Input<'same'>): Promise<Message> {
  const [first, second, ...more] = who;
  if (first === undefined || second === undefined || more.length > 0)
    return answer(
      'Name the newcomer and the person by their ids, or “none” for somebody new.',
      '/provision same <newcomer> <person|none>',
    );
  const newcomer = await personNamed(deps, caller.person, [first]);
  if ('message' in newcomer) return newcomer.message;
  const person = await knownOf(deps, caller, second);
  return person !== null && 'message' in person
    ? person.message
    : sayWho(deps, caller, newcomer.person.id, person?.person.id ?? null);
}

const knownOf = async (deps: SlackDeps, caller: Known, token: Token) =>
  textOf([token]).toLowerCase() === 'none' ? null : personNamed(deps, caller.person, [token]);

/** `person` null: somebody new. */
export async function sayWho(
  deps: SlackDeps,
  { person: self }: Known,
  newcomer: string,
  person: string | null,
): Promise<Message> {
  return answer((await deps.useCases.sameAs(newcomer, person, actorOf(self))).text);
}
