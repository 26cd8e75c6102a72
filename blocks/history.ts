import { eventLine } from './audit-line.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, md } from './markup.ts';
import type { EventView } from './view.ts';

/** What happened, newest first. `subject`: whose or what's history; null for the whole company. */
export function history(subject: string | null, events: readonly EventView[], more: boolean): Message {
  const whose = subject === null ? md`the company` : bold(subject, 80);
  if (events.length === 0) return message([section(md`Nothing has happened yet to ${whose}.`)]);
  return message([
    section(md`The last ${events.length === 1 ? 'event' : `${events.length} events`} of ${whose}, newest first:`),
    ...list(events, (event) => md`• ${eventLine(event)}`),
    more ? context(md`There are older ones: \`rollcall events\` lists them all.`) : null,
  ]);
}
