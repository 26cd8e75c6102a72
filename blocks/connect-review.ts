import type { KnownBlock } from '@slack/types';
import { decidersText } from './config-form.ts';
import { changeBlocks, countsText } from './config-lines.ts';
import type { DraftView } from './connect-view.ts';
import { durationBlocks } from './durations.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { half, list } from './list.ts';
import { bold, escaped, md } from './markup.ts';
import { oneSentence } from './sentence.ts';
import type { PlanPreview } from './view.ts';
import { count } from './words.ts';

/** What connecting would come to; the engine's own review has at least these fields. */
export type ReviewView = {
  view: DraftView;
  problems: readonly { message: string; remedy: string }[];
  lines: readonly string[];
  power: readonly string[];
  shown: string;
  deciders: readonly string[];
  plan: PlanPreview | string | null;
};

/** What would be done, before it is done; the button does that and nothing else. */
export function connectReview(review: ReviewView): Message {
  const { view, problems, lines, power, deciders } = review;
  const { draft, steps } = view;
  const step = steps.find(({ name }) => name === 'review');
  const title = draft.title ?? draft.name;
  if (problems.length > 0 || step?.state !== 'todo')
    return message([
      section(md`${bold(title, 80)} cannot be connected yet: ${escaped(step?.text ?? 'see its card', 300)}.`),
      ...list(problems, ({ message: said, remedy }) => md`• ${escaped(said, 300)}: ${escaped(remedy, 300)}`),
    ]);
  return message(
    [
      section(md`Connecting the ${draft.kind} ${bold(title, 80)} would do this. Nothing is changed yet.`),
      ...changeBlocks(lines, power, half),
      ...planBlocks(review),
      ...accountsBlock(steps),
      draft.kind === 'app'
        ? context(
            md`Provisioning first, then SAML: where both are used, set up single sign-on in ${escaped(title, 60)} once this is connected.`,
          )
        : null,
      deciders.length === 0 ? null : section(decidersText(deciders)),
      buttonRow([connectButton(review)]),
    ],
    md`To do it: ${commandName} connect ${draft.id} apply --confirm ${review.shown}`,
  );
}

function planBlocks({ plan, view: { draft } }: ReviewView): KnownBlock[] {
  if (plan === null)
    return [
      section(
        draft.kind === 'app'
          ? md`*It would come to*  no account is touched: provisioning is off.`
          : md`*It would come to*  its people are read at once; what follows from them is planned then.`,
      ),
    ];
  if (typeof plan === 'string')
    return [section(md`*It would come to*  what cannot be worked out: ${escaped(plan, 500)}`)];
  const passwords = (plan.passwords ?? [])
    .slice(0, 3)
    .map((sentence) => section(md`*Passwords*  ${escaped(sentence, 400)}`));
  if (plan.counts.length === 0)
    return [section(md`*It would come to*  no account changes: nobody is in a role that gets it.`), ...passwords];
  const total = md`*It would come to*  ${countsText(plan.counts)}, for ${count(plan.people, 'person', 'people')}. For example:`;
  const rows = plan.operations
    .slice(0, 20)
    .map(
      ({ personName, kind, why }) =>
        md`• ${oneSentence(kind, personName, draft.title ?? draft.name)}: ${escaped(why, 160)}`,
    );
  const times = durationBlocks(plan, { [draft.name]: draft.title ?? draft.name });
  return [...list([total, ...rows], (row) => row, half - 1_500), ...times, ...passwords];
}

/** The accounts that are there already, as far as somebody has looked. */
function accountsBlock(steps: DraftView['steps']): KnownBlock[] {
  const found = steps.find(({ name }) => name === 'discovery');
  if (found === undefined) return [];
  const text =
    found.state === 'done'
      ? escaped(found.text, 600)
      : md`nobody has looked yet whose they are; an existing one is never taken over unasked`;
  return [section(md`*Accounts there already*  ${text}.`)];
}

function connectButton({ view: { draft }, shown, deciders }: ReviewView) {
  const title = draft.title ?? draft.name;
  const proposes = deciders.length > 0;
  const label = proposes ? 'Propose' : 'Connect';
  return idButton({
    ...{ id: actionIds.connectApply, label, ids: { draft: draft.id, shown }, style: 'primary' },
    spoken: `${label} ${title}`,
    confirm: {
      title: proposes ? 'Propose it?' : 'Connect it?',
      text: proposes
        ? 'Another admin is asked; nothing changes before.'
        : `${title} becomes part of the configuration at once; what needs consent is asked.`,
      confirm: label,
      danger: false,
    },
  });
}
