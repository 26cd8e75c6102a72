import { Option } from 'commander';
import { refused } from '../core/errors.ts';
import { nameOf } from '../core/name.ts';
import { fold } from '../core/text.ts';
import type { RequestView } from '../engine/act/request.ts';
import { printJson, printTable } from './print.ts';
import type { Change, Given, Verb } from './verb.ts';
import { day } from './when.ts';
import { personOf } from './who.ts';
import { wrongUse } from './wrong-use.ts';

export const requestVerbs: readonly Verb[] = [
  {
    usage: 'request <person> [what]',
    audience: 'everyone',
    description: 'ask for an app or a role in somebody’s name, or list what they asked for',
    options: [
      new Option('--why <text>', 'what it is needed for: whoever decides reads it'),
      new Option('--until <day>', 'the last day, such as 2026-03-31; it ends by itself then'),
      new Option('--end <id>', 'withdraw a request, or take back what came of it').conflicts(['why', 'until']),
    ],
    prepare,
  },
];

async function prepare(given: Given): Promise<Change | null> {
  const { session, args, options } = given;
  const [who = '', what] = args;
  const person = await personOf(session, who);
  const { useCases } = session.engine;
  const { why, until, end } = options;
  const own = session.actor.kind === 'person' && session.actor.person === person.id;
  if (!own) await session.may(end === undefined && what === undefined ? 'readers' : 'admins');
  if (end !== undefined) {
    return {
      question: `End the request ${end} of ${nameOf(person)}?`,
      act: () => useCases.endRequest(person.id, end, session.actor),
    };
  }
  if (what === undefined) return show(await useCases.requestsOf(person.id), options.json === true);
  if (why === undefined) throw wrongUse('no reason was given', 'Say what it is needed for: --why TEXT.');
  const offers = await useCases.requestables(person.id);
  const offer = offers.find(({ name, title }) => [name, title].map(fold).includes(fold(what)));
  if (offer === undefined) {
    const names = offers.map(({ name }) => name).join(', ');
    throw refused(
      'not-requestable',
      `${what} cannot be asked for`,
      `These can: ${names === '' ? 'nothing yet' : names}.`,
    );
  }
  const last = until === undefined ? null : day(until);
  return {
    question: `Ask for ${offer.title} for ${nameOf(person)}${last === null ? '' : ` until ${last}`}?`,
    act: () =>
      useCases.requestAccess(person.id, { kind: offer.kind, name: offer.name, why, until: last }, session.actor),
  };
}

function show(requests: readonly RequestView[], json: boolean): null {
  if (json) requests.forEach(printJson);
  else if (requests.length === 0) console.log('Nothing was asked for.');
  else printTable(['id', 'what', 'until', 'became', 'why'], requests.map(rowOf));
  return null;
}

const rowOf = ({ id, title, until, why, apps }: RequestView): string[] => [
  ...[id, title, until ?? ''],
  apps.map(({ app, word }) => `${app}: ${word}`).join(', '),
  why,
];
