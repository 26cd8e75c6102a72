import type { KnownBlock } from '@slack/types';
import type { ProposedPlan } from '../src/core/proposal.ts';
import type { Hit } from './config-view.ts';
import { section } from './kit.ts';
import { list } from './list.ts';
import { bold, enumerate, escaped, join, type Markup, md, nothing } from './markup.ts';
import { oneSentence } from './sentence.ts';
import { count, kindWords } from './words.ts';

/** The differences of a change: first those that touch power, under a heading of their own. */
export function changeBlocks(lines: readonly string[], power: readonly string[], budget: number): KnownBlock[] {
  const touching = new Set(power);
  const others = lines.filter((line) => !touching.has(line));
  // Only what fits is rendered: an import may change thousands of lines.
  const rows: (() => Markup)[] = [
    ...(power.length === 0 ? [] : [() => md`*Changes who decides*`, ...power.map((line) => () => rowOf(line))]),
    ...(others.length === 0 ? [] : [() => (power.length === 0 ? md`*Changes*` : md`*And*`)]),
    ...others.map((line) => () => rowOf(line)),
  ];
  return rows.length === 0 ? [section(md`It changes nothing.`)] : list(rows, (row) => row(), budget);
}

const rowOf = (line: string): Markup => md`• ${escaped(line, 400)}`;

/** `suspend 4 accounts in crm, create 1 account in wiki` */
export function countsText(counts: ProposedPlan['counts']): Markup {
  const parts = counts.slice(0, 20).map(({ app, kind, count: number }) => {
    const { verb, one, many } = kindWords[kind];
    const what = number === 1 ? one : `${number.toLocaleString('en-US')} ${many}`;
    return md`${verb.toLowerCase()} ${what} in ${escaped(app, 60)}`;
  });
  const more = counts.length - parts.length;
  return join(more > 0 ? [...parts, md`and ${count(more, 'other kind', 'other kinds')}`] : parts, ', ');
}

/** What a change would come to for accounts, with some of them. */
export function planRows({ people, counts, sample }: ProposedPlan): Markup[] {
  if (counts.length === 0) return [md`*It would come to*  no account changes.`];
  return [
    md`*It would come to*  ${countsText(counts)}, for ${count(people, 'person', 'people')}.`,
    ...sample
      .slice(0, 20)
      .map(({ personName, app, kind, why }) => md`• ${oneSentence(kind, personName, app)}: ${escaped(why, 160)}`),
  ];
}

/** `214 people, for example *Ada* and *Bea*` */
export function hitText({ count: number, names }: Hit): Markup {
  const shown = names.slice(0, 5).map((name) => bold(name, 60));
  const such =
    shown.length === 0 ? nothing : md`, ${number > shown.length ? md`for example ` : nothing}${enumerate(shown)}`;
  return md`${count(number, 'person', 'people')}${such}`;
}
