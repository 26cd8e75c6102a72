import { changesOf } from './changes.ts';
import { durationBlocks } from './durations.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, escaped, join, type Markup, md, nothing } from './markup.ts';
import { oneSentence } from './sentence.ts';
import type { PlannedOperation, PlanPreview } from './view.ts';
import { count, kindWords, titleOf } from './words.ts';

const verdicts: Readonly<Record<PlannedOperation['verdict'], string>> = {
  go: 'would be done at once',
  ask: 'would ask for approval',
  hold: 'would be held',
};

/** What would happen, changing nothing. `subject`: whose plan; null for the whole company. `titles`: app → title. */
export function plan(
  subject: string | null,
  preview: PlanPreview,
  titles: Readonly<Record<string, string>> = {},
): Message {
  const whose = subject === null ? md`anybody` : bold(subject, 80);
  const total = preview.counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0 && preview.operations.length === 0) {
    return message([section(md`Nothing would change for ${whose}: everything is as it should be.`)]);
  }
  const shown = preview.operations.slice(0, 40);
  const all = Math.max(total, shown.length);
  return message([
    section(
      md`${count(all, 'change', 'changes')} would be made for ${count(preview.people, 'person', 'people')}. Nothing has been changed.`,
    ),
    ...list(shown, (operation) => operationLine(operation, titleOf(titles, operation.app))),
    all > shown.length ? section(md`*In all*  ${countsText(preview, titles)}`) : null,
    ...durationBlocks(preview, titles),
    context(md`A plan is made anew each time; what needs consent is asked before it is done.`),
  ]);
}

function operationLine(operation: PlannedOperation, title: string): Markup {
  const changes = changesOf(operation.before, operation.after)
    .slice(0, 3)
    .map(({ name, to }) => md`${escaped(name, 30)} → ${escaped(to ?? 'emptied', 40)}`);
  const set = changes.length === 0 ? nothing : md` (${join(changes, ', ')})`;
  const why = operation.why === '' ? nothing : md`: ${escaped(operation.why, 200)}`;
  return md`• ${oneSentence(operation.kind, operation.personName, title)}${set}; _${verdicts[operation.verdict]}_${why}`;
}

const countsText = ({ counts }: PlanPreview, titles: Readonly<Record<string, string>>): Markup =>
  join(
    counts.slice(0, 12).map(({ app, kind, count: number }) => {
      const { verb, many } = kindWords[kind];
      return md`${verb.toLowerCase()} ${number.toLocaleString('en-US')} ${many} in ${escaped(titleOf(titles, app), 40)}`;
    }),
    ', ',
  );
