import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Audience } from '../core/audience.ts';
import { confirm, printJson } from './print.ts';
import { meantFor } from './right.ts';
import { type Session, withRollcall } from './session.ts';

/** Everything a verb may be given beside its arguments. */
export type Options = {
  json?: boolean;
  yes?: boolean;
  person?: string;
  status?: string;
  cause?: string;
  reason?: string;
  note?: string;
  mistake?: string;
  until?: string;
  on?: string;
  why?: string;
  end?: string;
  choose?: string;
  add?: string;
  remove?: string;
  csv?: string;
  leave?: boolean;
  ask?: boolean;
  new?: boolean;
  now?: boolean;
  overlap?: string;
  limit: number;
};
export type Given = { session: Session; args: readonly (string | undefined)[]; options: Options };

/** A change, ready to be made once somebody says yes. */
export type Change = { question: string; act(): Promise<{ text: string }> };

type Common = {
  usage: string;
  description: string;
  options?: readonly Option[];
  /** Whom it is for. */
  audience: Audience;
  /** Does it only look, so given? Then it is for auditors as well. */
  looks?: (given: Omit<Given, 'session'>) => boolean;
};
/** A command of one line: it either shows something, or prepares a change. `null` of `prepare`: there was only to look. */
export type Verb = Common & ({ show(given: Given): Promise<void> } | { prepare(given: Given): Promise<Change | null> });

/** Adds the commands, each with `--json`, and those that change something with `--yes`. */
export function addVerbs(program: Command, verbs: readonly Verb[]): void {
  for (const verb of verbs) addVerb(program, verb);
}

function addVerb(program: Command, verb: Verb): void {
  const command = program.command(verb.usage).description(verb.description).option('--json', 'print JSON');
  if ('prepare' in verb) command.option('--yes', 'do not ask');
  for (const option of verb.options ?? []) command.addOption(option);
  meantFor(command, verb.audience);
  command.action(() => {
    const typed = { args: command.processedArgs as (string | undefined)[], options: optionsOf(command) };
    const work = async (session: Session) => {
      const given = { session, ...typed };
      if ('show' in verb) return verb.show(given);
      const change = await verb.prepare(given);
      if (change !== null) await carryOut(change, given.options);
    };
    return withRollcall(command, work, verb.looks?.(typed) ? 'auditors' : verb.audience);
  });
}

const optionsOf = (command: Command): Options => ({ limit: 50, ...command.opts<Partial<Options>>() });

async function carryOut({ question, act }: Change, { yes, json }: Options): Promise<void> {
  if (yes !== true && !(await confirm(question))) {
    if (json !== true) console.log('Nothing was changed: say yes, or give --yes.');
    process.exitCode = 1;
    return;
  }
  const outcome = await act();
  if (json === true) printJson(outcome);
  else console.log(outcome.text);
}

/** How many rows to print. */
export const limitOption = (): Option =>
  new Option('--limit <n>', 'how many to list').default(50).argParser((text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count > 0) return count;
    throw new InvalidArgumentError('Write a whole number above 0.');
  });

export const untilOption = (): Option =>
  new Option('--until <when>', 'up to and with this day, a date and time, or a span such as "3 days"');
