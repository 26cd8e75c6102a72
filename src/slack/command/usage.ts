import type { VerbHelp } from '../../../blocks/help.ts';
import { commandName } from '../../../blocks/ids.ts';
import { fieldsOf, type VerbName, verbNames, verbs } from './verbs.ts';

/** `/provision reject <id> [reason]` */
export function usageOf(name: VerbName): string {
  const pieces = fieldsOf(name)
    .filter((field) => !field.flagOnly || field.shown)
    .map((field) => field.usage);
  return [commandName, name, ...pieces].join(' ');
}

const notes = { everyone: null, readers: 'approvers and admins', approvers: 'approvers', admins: 'admins' } as const;

/** A verb as help shows it. */
export function helpFor(name: VerbName): VerbHelp {
  const { summary, audience, aliases, example } = verbs[name];
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`;
  return {
    usage: usageOf(name),
    summary: `${summary}${also}`,
    note: notes[audience],
    example: example === null ? null : `${commandName} ${example}`,
  };
}

/** What Slack shows while the command is typed: the manifest's `usage_hint`. */
export const usageHint = (): string => `[${verbNames.join(' | ')}]`;
