import type { HoldingView } from './governance-view.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, enumerate, escaped, join, type Markup, md, moment, nothing } from './markup.ts';
import { count } from './words.ts';

/** Who had an account in an app at a moment, since when, by whose consent and why. */
export function holdings(app: { app: string; title: string }, at: number, held: readonly HoldingView[]): Message {
  const name = bold(app.title, 80);
  if (held.length === 0) return message([section(md`Nobody had an account in ${name} at ${moment(at)}.`)]);
  return message([
    section(md`${count(held.length, 'person', 'people')} had an account in ${name} at ${moment(at)}:`),
    ...list(held, holdingLine),
    context(
      md`From the history alone. ${code(`rollcall who-had ${app.app} --on DAY`, 200)} lists all of it, ${code(`rollcall review ${app.app} --csv FILE`, 200)} who has it now.`,
    ),
  ]);
}

function holdingLine({ personName, state, since, entitlements, approvedBy, reason }: HoldingView): Markup {
  const parts = [
    md`${state === 'suspended' ? '💤 suspended' : '✅ active'} since ${moment(since)}`,
    entitlementsText(entitlements),
    approvedBy.length === 0 ? nothing : md`approved by ${enumerate(names(approvedBy))}`,
    reason === '' ? nothing : escaped(reason, 200),
  ];
  return md`• ${bold(personName, 80)}  ${join(parts, '; ')}`;
}

const names = (approvers: readonly string[]): Markup[] => approvers.slice(0, 4).map((name) => escaped(name, 80));

function entitlementsText(entitlements: HoldingView['entitlements']): Markup {
  const given = Object.entries(entitlements).filter(([, values]) => values.length > 0);
  const shown = given.slice(0, 3).map(([target, values]) => md`${escaped(target, 40)} ${listed(values)}`);
  return join(shown, ', ');
}

function listed(values: readonly string[]): Markup {
  const shown = values.slice(0, 4).map((value) => escaped(value, 60));
  const more = values.length - shown.length;
  return enumerate(more > 0 ? [...shown, md`${more.toLocaleString('en-US')} more`] : shown);
}
