import type { KnownBlock } from '@slack/types';
import type { GraceView } from './governance-view.ts';
import { buttonRow } from './id-button.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { keepDays, keepLongerButton } from './login-row.ts';
import { bold, code, type Markup, md, moment, nothing } from './markup.ts';
import { count } from './words.ts';

/** The suspended accounts of leavers, the next to be deleted first; admins may keep each longer. */
export function graceReport(due: readonly GraceView[], admin: boolean): Message {
  if (due.length === 0) return message([section(md`No suspended account is on its way to be deleted.`)]);
  const rows = due.slice(0, 20).map((each) => graceRow(each, admin));
  const shown = withinMessage(rows);
  const cut = due.length > rows.length || shown.length < rows.flat().length;
  return message([
    section(
      md`${count(due.length, 'suspended account is', 'suspended accounts are')} on the way to be deleted, the next first:`,
    ),
    ...shown,
    cut ? context(md`There are more; ${code('rollcall grace')} lists them all.`) : null,
    context(
      md`*Keep longer* keeps an account ${keepDays} more days. ${code('/provision report PERSON')} shows everything somebody had.`,
    ),
  ]);
}

function graceRow(due: GraceView, admin: boolean): KnownBlock[] {
  const row = admin ? buttonRow([keepLongerButton(due)]) : null;
  return [section(graceLine(due)), row].filter((block) => block !== null);
}

function graceLine({ personName, appTitle, since, deletesAt, keptUntil }: GraceView): Markup {
  const kept = keptUntil === null ? nothing : md`, kept by hand until ${moment(keptUntil)}`;
  return md`• ${bold(personName, 80)} in ${bold(appTitle, 80)}: suspended ${moment(since)}, deleted ${moment(deletesAt)}${kept}`;
}

/** Told before suspended accounts of an app are deleted: whose, when, and the way to keep each. Drawn anew when one is kept. */
export function graceReminder(appTitle: string, due: readonly GraceView[]): Message {
  const [first] = due;
  if (first === undefined)
    return message([
      section(md`No account in ${bold(appTitle, 80)} that was told of here is on its way to be deleted.`),
    ]);
  if (due.length === 1) return message([...oneReminder(first), context(keepHint)]);
  const rows = withinMessage(due.slice(0, 20).map((each) => graceRow(each, true)));
  return message([
    section(
      md`${bold(count(due.length, 'suspended account', 'suspended accounts'), 60)} in ${bold(appTitle, 80)} will be deleted${askedText(first)}, the next first:`,
    ),
    ...rows,
    rows.length < due.length * 2 ? context(md`There are more; ${code('rollcall grace')} lists them all.`) : null,
    context(keepHint),
  ]);
}

function oneReminder(due: GraceView): KnownBlock[] {
  const { personName, appTitle, since, deletesAt, keptUntil } = due;
  const kept = keptUntil === null ? nothing : md` Somebody keeps it until ${moment(keptUntil)}.`;
  const row = buttonRow([keepLongerButton(due)]);
  const text = md`The account of ${bold(personName, 80)} in ${bold(appTitle, 80)} will be deleted ${moment(deletesAt)}${askedText(due)}. It is suspended since ${moment(since)}.${kept}`;
  return [section(text), row].filter((block) => block !== null);
}

const askedText = ({ asks }: GraceView): Markup => (asks ? md` once somebody has approved that` : nothing);

const keepHint = md`*Keep longer* keeps an account ${keepDays} more days; ${code('/provision keep PERSON APP --until DAY')} up to a day.`;
