import type { Button } from '@slack/types';
import type { Step } from '../src/core/draft-steps.ts';
import { type DraftView, stepWords } from './connect-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, authenticateLinkId, commandName, connectStepId } from './ids.ts';
import { context, linkButton, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, escaped, link, type Markup, md, moment, nothing } from './markup.ts';

const marks: Readonly<Record<Step['state'], string>> = {
  done: '✅ done',
  todo: '⬜ to do',
  wrong: '❌ to put right',
  blocked: '⏸️ waits',
  none: '➖ none',
};

/** The card of an app or a directory on its way: what is done, what is next, and a button for each step. `to`: whose copy it is. */
export function connectCard(view: DraftView, to: string): Message {
  const { draft, steps } = view;
  if (draft.state !== 'open') return message([section(overText(view)), context(md`${footer(view)}`)]);
  return message(
    [
      section(headText(view)),
      ...list(steps, stepLine),
      draft.busy === null ? null : section(busyText(draft.busy)),
      linkSection(view, to),
      buttonRow(stepButtons(view, to)),
      context(md`${footer(view)}`, md`Each step can be left and taken up again.`),
    ],
    md`To go on: ${commandName} connect`,
  );
}

function doing({ renews, saved }: DraftView['draft']): Markup {
  if (!renews) return md`Connecting`;
  return saved.includes('connection') ? md`Changing the connection of` : md`Renewing the credentials of`;
}

const subject = ({ draft, connectorTitle }: DraftView): Markup =>
  md`the ${draft.kind} ${bold(draft.title ?? draft.name, 80)} (${escaped(connectorTitle, 60)})`;

function headText(view: DraftView): Markup {
  const { draft, next, steps } = view;
  if (steps.length === 0)
    return md`Connecting ${subject(view)} cannot go on: there is no such connector any more. Drop it, and begin anew.`;
  const what = doing(draft);
  return md`${what} ${subject(view)}: ${next === null ? md`nothing is left to do` : md`next, ${stepWords[next].sentence}`}.`;
}

function overText(view: DraftView): Markup {
  const { draft } = view;
  const what = doing(draft);
  const outcome = escaped(draft.outcome ?? '', 600);
  if (draft.state === 'dropped') return md`🚫 *Dropped*  ${what} ${subject(view)}: ${outcome}.`;
  return md`✅ *Done*  ${what} ${subject(view)}: ${outcome}`;
}

const stepLine = ({ name, state, text }: Step): Markup =>
  md`${marks[state]}  *${stepWords[name].title}*  ${escaped(text, 500)}`;

function busyText({ step, done, total }: NonNullable<DraftView['draft']['busy']>): Markup {
  const what = step === 'discovery' ? 'accounts' : 'entitlement values';
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
  return md`⏳ *Reading*  the ${what}: ${done.toLocaleString('en-US')}${of} so far.`;
}

/** Only the copy of the person it was made for shows it. */
function linkSection({ link: page, draft }: DraftView, to: string) {
  if (page === null || page.person !== to) return null;
  if (page.purpose === 'authenticate')
    return section(
      md`🔑 *Authenticate* below leads to the app, where you sign in and grant access: the link is for you alone, works once, and until ${moment(page.expires)}.`,
    );
  return section(
    md`🔑 ${link(page.url, `Enter the credentials of ${draft.kind === 'app' ? 'the app' : 'the directory'}`)}: the link is for you alone, works once, and until ${moment(page.expires)}. *Never write them into Slack.*`,
  );
}

const footer = ({ draft }: DraftView): Markup =>
  md`Begun by ${bold(draft.by.name, 80)}, last changed ${moment(draft.at)}  ${code(draft.id, 60)}`;

/** Of the steps that can be taken now; then the way out. */
function stepButtons({ draft, steps, next, link: page }: DraftView, to: string): (Button | null)[] {
  const title = draft.title ?? draft.name;
  const ids = { draft: draft.id };
  const open = steps.filter(({ state }) => state !== 'blocked' && state !== 'none');
  const way = page?.purpose === 'authenticate' && page.person === to ? page.url : null;
  const buttons = open.map(({ name }) =>
    name === 'authenticate' && way !== null
      ? linkButton({
          id: authenticateLinkId,
          label: stepWords[name].act,
          url: way,
          spoken: `${stepWords[name].act}: ${title}`,
          style: 'primary',
        })
      : idButton({
          ...{ id: connectStepId(name), label: stepWords[name].act, ids: { ...ids, step: name } },
          spoken: `${stepWords[name].act}: ${title}`,
          ...(name === next ? { style: 'primary' as const } : {}),
        }),
  );
  return [...buttons, refreshButton(steps, ids, title), dropButton(ids, title)];
}

function refreshButton(steps: readonly Step[], ids: { draft: string }, title: string): Button | null {
  const state = (step: Step['name']) => steps.find(({ name }) => name === step)?.state;
  if (state('test') !== 'done' || ['none', undefined].includes(state('entitlements'))) return null;
  return idButton({
    id: actionIds.connectRefresh,
    label: 'Refresh',
    ids,
    spoken: `Refresh the entitlements of ${title}`,
  });
}

const dropButton = (ids: { draft: string }, title: string): Button | null =>
  idButton({
    ...{ id: actionIds.connectDrop, label: 'Drop', ids, style: 'danger', spoken: `Drop ${title}` },
    confirm: {
      title: 'Drop it?',
      text: 'What was filled in, and the credentials that were entered for it, are gone. Nothing that is connected changes.',
      confirm: 'Drop',
      danger: true,
    },
  });

/** What is on its way, each with the way to go on; and the ways to begin. */
export function connectList(views: readonly DraftView[]): Message {
  const shown = views.slice(0, 12);
  const more = views.length - shown.length;
  const head = views.length === 0 ? md`Nothing is on its way. What do you want to connect?` : md`On its way:`;
  return message([
    section(head),
    ...shown.flatMap((view) => [section(listLine(view)), buttonRow(listButtons(view))]),
    more > 0 ? context(md`and ${more.toLocaleString('en-US')} more, changed before these`) : null,
    buttonRow([
      idButton({ id: actionIds.connectApp, label: 'Connect an app', ids: { kind: 'app' } }),
      idButton({ id: actionIds.connectDirectory, label: 'Connect a directory', ids: { kind: 'directory' } }),
    ]),
  ]);
}

function listLine(view: DraftView): Markup {
  const { draft, next } = view;
  const step = next === null ? nothing : md`: next, ${stepWords[next].sentence}`;
  const what = draft.renews ? md`${doing(draft)} ` : nothing;
  return md`• ${what}${subject(view)}${step}. _${bold(draft.by.name, 60)}, ${moment(draft.at)}_`;
}

const listButtons = ({ draft }: DraftView): (Button | null)[] => [
  idButton({
    ...{ id: actionIds.connectResume, label: 'Go on', ids: { draft: draft.id } },
    spoken: `Go on with ${draft.title ?? draft.name}`,
  }),
  dropButton({ draft: draft.id }, draft.title ?? draft.name),
];
