import { type Message, message, section } from './kit.ts';
import { half, list } from './list.ts';
import { bold, escaped, join, type Markup, md, nothing } from './markup.ts';
import type { SyncReport } from './view.ts';
import { count } from './words.ts';

const marks: Readonly<Record<SyncReport['result'], string>> = {
  unchanged: '✅ unchanged',
  read: '✅ read',
  refused: '✋ refused',
  busy: '⏳ busy',
  failed: '❌ failed',
};

/** What reading the directories found, each with its problems. */
export function syncReport(reports: readonly SyncReport[]): Message {
  if (reports.length === 0) return message([section(md`No directory is connected yet, so there was nothing to read.`)]);
  return message([
    section(md`Read ${count(reports.length, 'directory', 'directories')}:`),
    ...list(reports, reportLine, half),
    ...list(
      reports.filter(({ problems }) => problems.length > 0),
      problemLines,
      half,
    ),
  ]);
}

const reportLine = ({ directory, result, text }: SyncReport): Markup =>
  md`• ${bold(directory, 80)}  ${marks[result]}: ${escaped(text, 500)}`;

/** The first problems of one directory, with how many there are. */
function problemLines({ directory, problems }: SyncReport): Markup {
  const first = problems
    .slice(0, 5)
    .map(({ place, message: said }) => md`    ${escaped(place, 80)}: ${escaped(said, 200)}`);
  const more = problems.length - first.length;
  const head = md`${count(problems.length, 'problem', 'problems')} in ${bold(directory, 80)}`;
  return join([head, ...first, more > 0 ? md`    …and ${more.toLocaleString('en-US')} more` : nothing], '\n');
}
