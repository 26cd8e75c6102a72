import { commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { code, escaped, type Markup, md, nothing } from './markup.ts';
import { count } from './words.ts';

/** One thing that was looked at. */
export type FindingView = { state: 'right' | 'note' | 'wrong'; what: string; remedy: string };

const words = { wrong: md`❌ wrong`, note: md`⚠️ note`, right: md`✅ right` } as const;

/** What was found, the wrong first, each with what to do about it. */
export function findingList(findings: readonly FindingView[]): Message {
  const of = (state: FindingView['state']) => findings.filter((finding) => finding.state === state);
  const wrong = of('wrong').length;
  const head =
    wrong === 0
      ? md`*Nothing stops Rollcall from working.* ${count(of('note').length, 'thing is', 'things are')} worth knowing.`
      : md`*${count(wrong, 'thing is', 'things are')} wrong*, and ${of('note').length} worth knowing.`;
  return message([
    section(head),
    ...list([...of('wrong'), ...of('note'), ...of('right')], line),
    context(md`Typed: ${code(`${commandName} doctor`)}, or ${code('rollcall doctor')} where it runs.`),
  ]);
}

const line = ({ state, what, remedy }: FindingView): Markup =>
  md`• ${words[state]}  ${escaped(what, 400)}${remedy === '' ? nothing : md`\n   ${escaped(remedy, 400)}`}`;
