import type { VerbHelp } from '../../../blocks/help.ts';
import { commandName } from '../../../blocks/ids.ts';
import type { Audience } from '../../core/audience.ts';
import { fieldsOf, type VerbName, verbNames, verbs } from './verbs.ts';

/** `/provision reject <id> [reason]` */
export function usageOf(name: VerbName): string {
  const pieces = fieldsOf(name)
    .filter((field) => !field.flagOnly || field.shown)
    .map((field) => field.usage);
  return [commandName, name, ...pieces].join(' ');
}

const notes = {
  ...{ everyone: null, readers: 'approvers, auditors and admins', approvers: 'approvers' },
  ...{ auditors: 'auditors and admins', admins: 'admins' },
} as const;

/** Whom any part of the verb is for: those who may only look as well. */
export function widestAudience(name: VerbName): Audience {
  const { audience, looks } = verbs[name];
  return looks === null ? audience : 'auditors';
}

/** A verb as help shows it. */
export function helpFor(name: VerbName): VerbHelp {
  const { summary, audience, looks, aliases, example } = verbs[name];
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`;
  return {
    usage: usageOf(name),
    summary: `${summary}${also}`,
    note: looks === null ? notes[audience] : 'admins; auditors look',
    example: example === null ? null : `${commandName} ${example}`,
  };
}

/** What Slack shows while the command is typed: the manifest's `usage_hint`. */
export const usageHint = (): string => `[${verbNames.join(' | ')}]`;
