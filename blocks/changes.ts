import type { AccountView, OperationKind, Reason, Value } from '../src/core/model.ts';
import { hidden, isSecretName } from '../src/core/secret-name.ts';
import { bold, code, escaped, join, type Markup, md, nothing } from './markup.ts';

/** One attribute or entitlement as an operation would change it; null: no value. */
export type Change = { name: string; from: string | null; to: string | null };

function shown(name: string, value: Value | readonly Value[] | undefined): string | null {
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return null;
  if (isSecretName(name)) return hidden;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** What an operation would set, change and empty: attributes, then entitlements, each in the app's order. */
export function changesOf(before: AccountView | null, after: AccountView | null): Change[] {
  if (after === null) return [];
  return [
    ...changed(before?.attributes ?? {}, after.attributes).map((name) => ({
      name,
      from: shown(name, before?.attributes[name]),
      to: shown(name, after.attributes[name]),
    })),
    ...changed(before?.entitlements ?? {}, after.entitlements).map((name) =>
      entitlement(name, before?.entitlements[name] ?? [], after.entitlements[name] ?? []),
    ),
  ].filter(({ from, to }) => from !== null || to !== null);
}

type Values = Readonly<Record<string, unknown>>;
const changed = (old: Values, next: Values): string[] =>
  [...new Set([...Object.keys(next), ...Object.keys(old)])].filter(
    (name) => JSON.stringify(old[name]) !== JSON.stringify(next[name]),
  );

/** Access is read best as what is gained and what is lost. */
function entitlement(name: string, old: readonly string[], next: readonly string[]): Change {
  const gained = next.filter((value) => !old.includes(value));
  const lost = old.filter((value) => !next.includes(value));
  const parts = [
    ...(gained.length === 0 ? [] : [`gains ${gained.join(', ')}`]),
    ...(lost.length === 0 ? [] : [`loses ${lost.join(', ')}`]),
  ];
  return { name, from: null, to: parts.length === 0 ? null : parts.join('; ') };
}

/** `title`: Clerk → *Manager* */
export function changeLine({ name, from, to }: Change): Markup {
  if (from === null) return md`${code(name, 60)}  ${bold(to ?? '', 160)}`;
  if (to === null) return md`${code(name, 60)}  ${clip(from)} → _emptied_`;
  return md`${code(name, 60)}  ${clip(from)} → ${bold(to, 160)}`;
}

const clip = (value: string): Markup => escaped(value, 160);

/** The first changes side by side; what is left out is named by a tenth field. */
export function changeFields(changes: readonly Change[]): Markup[] {
  if (changes.length <= 10) return changes.map(changeLine);
  return [...changes.slice(0, 9).map(changeLine), md`_and ${changes.length - 9} more: see Details_`];
}

/** What deletes and suspends do is said in words: they set nothing. */
export const effectOf: Readonly<Partial<Record<OperationKind, string>>> = {
  suspend: 'The account is switched off and kept: it can be reactivated.',
  delete: 'The account is removed from the app. This cannot be undone.',
  adopt:
    'What is shown here is overwritten. From then on Rollcall keeps the account in step, and suspends or deletes it when the person leaves, as the app is set.',
};

/** `department is Sales → role Sales`: why the account is wished so, without the parameters. */
export function whyLine(reasons: readonly Reason[], limit = 4): Markup {
  const chain = reasons.filter((reason) => reason.kind !== 'parameter' && reason.kind !== 'default');
  const links = chain.slice(0, limit).map((reason) => md`${escaped(reason.because, 120)}`);
  return join(chain.length > limit ? [...links, md`…`] : links, ' → ');
}

/** One link of a reason chain: `mapping *Sales people*: department is Sales`. */
export function reasonText({ kind, name, because, target }: Reason): Markup {
  if (kind === 'parameter' || kind === 'default') return md`${code(target ?? name, 60)} ${because}`;
  const sets = target === undefined ? nothing : md`, sets ${code(target, 60)}`;
  return md`${kind} ${bold(name, 80)}${sets}: ${because}`;
}
