import { limits, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, cutTo, escaped, join, md, nothing, rawOf } from './markup.ts';

/** A verb as the registry describes it. */
export type VerbHelp = { usage: string; summary: string; note: string | null; example: string | null };

/** All verbs, one a line; where Slack shows text alone, how each is typed, since all that is said of them would be cut. */
export function help(verbs: readonly VerbHelp[]): Message {
  const lead = md`Rollcall gives people their accounts, changes them, and takes them away again; ask it with:`;
  const blocks = [
    section(lead),
    ...list(verbs, ({ usage, summary, note }) => md`• ${code(usage)}  ${summary}${noteText(note)}`),
  ];
  const usages = join(
    verbs.map(({ usage }) => md`${code(usage)}`),
    '\n',
  );
  return { ...message(blocks), text: rawOf(cutTo(join([lead, usages], '\n'), limits.fallback)) };
}

/** One verb in full. */
export function verbHelp({ usage, summary, note, example }: VerbHelp): Message {
  const such = example === null ? nothing : md`\nFor example ${code(example)}`;
  return message([section(md`${code(usage)}\n${summary}${noteText(note)}${such}`)]);
}

const noteText = (note: string | null) => (note === null ? nothing : md` _(${note})_`);

/** A plain answer: what is wrong or done, and what to type instead or next, if anything. */
export function answer(text: string, usage: string | null = null, label = 'Usage'): Message {
  return message([section(usage === null ? md`${text}` : md`${text}\n${label}: ${code(usage)}`)]);
}

type Named = { name: string; email: string | null };

/** Several people fit what was typed, or one to whom it does not belong as a whole. */
export const whichOne = (typed: string, people: readonly Named[]): Message =>
  message([
    section(
      people.length === 1
        ? md`Nobody is called “${escaped(typed, 100)}”. If you mean this one, say so by e-mail:`
        : md`Several people match “${escaped(typed, 100)}”. Say which by e-mail:`,
    ),
    ...list(people.slice(0, 10), ({ name, email }) => md`• ${bold(name, 80)}  ${email ?? ''}`),
  ]);
