import type { KnownBlock } from '@slack/types';
import type { GraceView } from './governance-view.ts';
import { buttonRow } from './id-button.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { keepDays, keepLongerButton } from './login-row.ts';
import { bold, code, md, moment, nothing } from './markup.ts';
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
  const { personName, appTitle, since, deletesAt, keptUntil } = due;
  const kept = keptUntil === null ? nothing : md`, kept by hand until ${moment(keptUntil)}`;
  const text = md`• ${bold(personName, 80)} in ${bold(appTitle, 80)}: suspended ${moment(since)}, deleted ${moment(deletesAt)}${kept}`;
  const row = admin ? buttonRow([keepLongerButton(due)]) : null;
  return [section(text), row].filter((block) => block !== null);
}
