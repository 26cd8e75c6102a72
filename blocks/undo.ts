import { changesOf } from './changes.ts';
import type { UndoView } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { half, list } from './list.ts';
import { bold, code, escaped, join, type Markup, md, nothing } from './markup.ts';
import { oneSentence } from './sentence.ts';
import { count, titleOf } from './words.ts';

/** What the button undoes, and the fingerprint of the plan that was shown. */
export type UndoTarget = { what: 'operation' | 'approval'; id: string; plan: string };

/** What an undo would do, with the button that does it. `note`: why it is shown again. Titles: app → title. */
export function undoPlan(
  view: UndoView,
  target: UndoTarget,
  titles: Readonly<Record<string, string>>,
  note: string | null = null,
): Message {
  const some = view.steps.length > 0;
  return message(
    [
      section(md`${note === null ? nothing : md`${note} `}${view.text}`),
      ...list(view.steps, (step) => stepLine(step, titles), half),
      ...cannotBlocks(view, titles),
      some ? context(md`Nothing has been done yet. What needs consent is asked before it is done.`) : null,
      some ? buttonRow([undoButton(view, target)]) : null,
    ],
    some ? md`To do it: ${commandName} undo ${target.id} --confirm ${target.plan}` : nothing,
  );
}

const undoButton = ({ steps, cannot }: UndoView, { what, id, plan }: UndoTarget) => {
  const steady = `${count(steps.length, 'change is', 'changes are')} made back.`;
  const left = cannot.length === 0 ? '' : ` ${count(cannot.length, 'change', 'changes')} cannot be undone and stay.`;
  return idButton({
    id: actionIds.undo,
    label: 'Undo',
    ids: { what, id, plan },
    spoken: `Undo: ${count(steps.length, 'change', 'changes')}`,
    style: 'danger',
    confirm: { title: 'Undo this?', text: `${steady}${left}`, confirm: 'Undo', danger: true },
  });
};

function stepLine({ personName, app, kind, before, after }: UndoView['steps'][number], titles: Titles): Markup {
  const changes = changesOf(before, after)
    .slice(0, 3)
    .map(({ name, to }) => md`${escaped(name, 30)} → ${escaped(to ?? 'emptied', 60)}`);
  const set = changes.length === 0 ? nothing : md` (${join(changes, ', ')})`;
  return md`• ${oneSentence(kind, personName, titleOf(titles, app))}${set}`;
}

function cannotBlocks({ cannot }: UndoView, titles: Titles) {
  if (cannot.length === 0) return [];
  return [
    section(md`*Cannot be undone* (${code(count(cannot.length, 'change', 'changes'))}):`),
    ...list(
      cannot,
      ({ personName, app, why }) =>
        md`• ${bold(personName, 80)} in ${bold(titleOf(titles, app), 80)}: ${escaped(why, 300)}`,
      half,
    ),
  ];
}

type Titles = Readonly<Record<string, string>>;
