import type { Command } from 'commander';
import { type Audience, powersOf, refusalFor } from '../core/audience.ts';
import type { Config } from '../core/config.ts';
import { broken, type RollcallError, refused } from '../core/errors.ts';
import type { Person } from '../core/model.ts';
import { nameOf } from '../core/name.ts';

/** `machine`: it acts on files, processes or a whole store and on nobody’s behalf: for whoever runs the machine. */
export type For = Audience | 'machine';

const meant = new WeakMap<Command, For>();

/** Says whom a command is for. Each of them says it: one that does not cannot be run. */
export function meantFor(command: Command, audience: For): Command {
  meant.set(command, audience);
  return command;
}

/** Undefined: it has not been said, as of a command that only holds others. */
export const meantForWhom = (command: Command): For | undefined => meant.get(command);

/** @throws RollcallError `no-audience`: a command nobody said this of. */
export function audienceOf(command: Command): Audience {
  const audience = meant.get(command);
  if (audience === undefined || audience === 'machine')
    throw broken('no-audience', `nobody said whom \`rollcall ${command.name()}\` is for`);
  return audience;
}

/**
 * Why this is not for the person `--as` names, who may here what they may in Slack; null: it is. While no admin is named, whoever
 * runs the machine sets it up under anybody’s name.
 */
export function whyNot(audience: Audience, person: Person, config: Config | null): RollcallError | null {
  if (person.status !== 'active')
    return refused('not-active', `${nameOf(person)} does not work here any more`, 'Name somebody who does.');
  if (config === null || config.settings.admins.length === 0) return null;
  const refusal = refusalFor(audience, powersOf(person, config));
  if (refusal === null) return null;
  return refused(
    'not-allowed',
    `this is not ${nameOf(person)}’s to do. ${refusal.replace(/\.$/, '')}`,
    'In Slack everybody sees and does what is theirs: `/provision whoami`.',
  );
}
