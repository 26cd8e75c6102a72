import { changeOf } from './change.ts';
import type { AccountView, Value } from './model.ts';
import { hidden, isSecretName } from './secret-name.ts';
import { byText, listOf } from './text.ts';

/**
 * What a change writes, a line for each attribute and entitlement, by name: `title: Clerk → Head of Sales`,
 * `groups: + Managers, − Staff`, `account: suspended → active`. Plain text: whoever shows it escapes it.
 */
export function differenceOf(before: AccountView | null, after: AccountView | null): string[] {
  if (after === null) return [];
  const change = changeOf({ before, after });
  const names = [...Object.keys(change.set), ...change.clear].sort(byText);
  const values = names.map((name) => `${name}: ${told(name, before)} → ${told(name, after)}`);
  const memberships = Object.entries(change.entitlements).map(
    ([target, { add, remove }]) =>
      `${target}: ${[...add.map((value) => `+ ${value}`), ...remove.map((value) => `− ${value}`)].join(', ')}`,
  );
  return [...stateLine(before, after), ...values, ...memberships];
}

const stateLine = (before: AccountView | null, after: AccountView): string[] =>
  before === null || before.active === after.active ? [] : [`account: ${word(before)} → ${word(after)}`];

const word = ({ active }: AccountView): string => (active ? 'active' : 'suspended');

function told(name: string, view: AccountView | null): string {
  const values: readonly Value[] = listOf(view?.attributes[name]);
  if (values.length === 0) return '(empty)';
  return isSecretName(name) ? hidden : values.join(', ');
}
