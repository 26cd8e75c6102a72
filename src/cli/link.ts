import { Option } from 'commander';
import { nameOf } from '../core/name.ts';
import type { MatchCandidate, RematchOutcome } from '../engine/governance.ts';
import { printJson, tableLines } from './print.ts';
import type { Change, Given, Verb } from './verb.ts';
import { appNamed, personOf } from './who.ts';

export const linkVerbs: readonly Verb[] = [
  {
    usage: 'disassociate <person> <app>',
    audience: 'admins',
    description: 'stop managing an account, which stays in the app as it is',
    async prepare({ session, args: [who = '', name = ''] }) {
      const [person, app] = [await personOf(session, who), await appNamed(session, name)];
      return {
        question: `Stop managing the account of ${nameOf(person)} in ${app}? It stays in the app as it is, also when they leave.`,
        act: () => session.engine.useCases.disassociate(person.id, app, session.actor),
      };
    },
  },
  {
    usage: 'rematch <person> <app>',
    audience: 'admins',
    description: 'list the accounts that could be somebody’s, or link the one chosen',
    options: [new Option('--choose <id>', 'link this account (its id in the app), or `none` to have one made')],
    prepare: prepareRematch,
  },
];

async function prepareRematch({ session, args: [who = '', name = ''], options }: Given): Promise<Change | null> {
  const [person, app] = [await personOf(session, who), await appNamed(session, name)];
  const { choose } = options;
  const rematch = (choice: string | null) => session.engine.useCases.rematch(person.id, app, session.actor, choice);
  if (choose === undefined) {
    const outcome = await rematch(null);
    if (options.json) printJson(outcome);
    else for (const line of rematchLines(outcome, who, name)) console.log(line);
    return null;
  }
  const question =
    choose === 'none'
      ? `Have a new account made for ${nameOf(person)} in ${app}, since none of those there is theirs?`
      : `Link account ${choose} in ${app} to ${nameOf(person)}?`;
  return { question, act: () => rematch(choose) };
}

/** The candidates with what linking each would overwrite, and how to choose. */
export function rematchLines(outcome: RematchOutcome, who: string, app: string): string[] {
  if (outcome.result !== 'choose') return [outcome.text];
  const rows = outcome.candidates.map(candidateRow);
  const header = ['id', 'user name', 'e-mail', 'is', 'linking it'];
  const hint = `Choose one: rollcall rematch ${quoted(who)} ${quoted(app)} --choose ID (or none)`;
  return [outcome.text, ...(rows.length === 0 ? [] : tableLines([header, ...rows])), hint];
}

function candidateRow({ remoteId, userName, emails, active, heldBy, difference }: MatchCandidate): string[] {
  const does = difference.length === 0 ? 'changes nothing' : `changes ${difference.join(', ')}`;
  const linking = heldBy === null ? does : `cannot be chosen: it is ${heldBy}’s`;
  return [remoteId, userName ?? '', emails.join(', '), active ? 'active' : 'suspended', linking];
}

const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text);
