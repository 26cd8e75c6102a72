import { fold } from '../../core/text.ts';
import type { Token } from './tokens.ts';

/** What stands at the end of a line: what to do with what was named before it. */
export type Asked = { act: 'new' | 'edit' | 'remove' | 'show'; rest: readonly Token[] };

const acts: Readonly<Record<string, Exclude<Asked['act'], 'show'>>> = {
  new: 'new',
  add: 'new',
  edit: 'edit',
  change: 'edit',
  remove: 'remove',
  delete: 'remove',
};

export function askedFor(tokens: readonly Token[]): Asked {
  const last = tokens.at(-1);
  const act = last?.kind === 'word' ? acts[fold(last.text)] : undefined;
  return act === undefined ? { act: 'show', rest: tokens } : { act, rest: tokens.slice(0, -1) };
}

/** Nothing is asked for but to see: of a list of the configuration. */
export const isLook = ({ who = [] }: { who?: readonly Token[] | undefined }): boolean => askedFor(who).act === 'show';

/** The same of roles, where the word that changes one may stand before a person. */
export const isLookAtRoles = ({ who = [] }: { who?: readonly Token[] | undefined }): boolean =>
  !who.some((token) => token.kind === 'word' && fold(token.text) in acts);
