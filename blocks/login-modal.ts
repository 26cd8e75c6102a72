import type { Button, KnownBlock, ModalView } from '@slack/types';
import { changeLine, changesOf } from './changes.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, callbackIds, commandName } from './ids.ts';
import { actions, context, divider, limits, plainText, section, viewBlocks } from './kit.ts';
import { keepButton } from './login-row.ts';
import { bold, code, enumerate, escaped, isEmpty, join, type Markup, md, moment, nothing, stack } from './markup.ts';
import { decisionButtons } from './pending.ts';
import { renewButtonFor } from './renew-button.ts';
import { askSentence, tail } from './sentence.ts';
import { decisionWords } from './task.ts';
import type { ApprovalView, LoginView } from './view.ts';
import { statusWord } from './words.ts';

/** A login opened: what there is to know, and what its reader may do. */
export type OpenedLogin = {
  login: LoginView;
  admin: boolean;
  /** The open request it waits for, and whether its reader may decide it. */
  request: { view: ApprovalView; mayDecide: boolean } | null;
  approvedBy: readonly string[];
  /** It will be deleted by itself, and can be kept longer. */
  deletes: boolean;
  /** What is paused, where that is why it is held. */
  paused: { app?: string; person?: string } | null;
};

/** What a click on a login's status opens: approve or reject, the reason and its cure, the match, or why it is so. */
export function loginModal(opened: OpenedLogin): ModalView {
  const { login, request } = opened;
  return {
    type: 'modal',
    callback_id: callbackIds.login,
    title: plainText('Login', limits.title),
    close: plainText('Close', limits.title),
    blocks: viewBlocks([
      section(md`${bold(login.personName, 80)} in ${bold(login.appTitle, 80)}: ${statusWord(login.word)}`),
      login.explanation === '' ? null : section(escaped(login.explanation, 1_500)),
      consentBlock(opened),
      ...(request === null ? [] : requestBlocks(request)),
      buttonRow([...cures(opened), explainButton(login)]),
      context(typedText(opened)),
    ]),
  };
}

function consentBlock({ approvedBy, login }: OpenedLogin): KnownBlock | null {
  const since = login.login.observed?.at;
  const names = approvedBy.slice(0, 6).map((name) => escaped(name, 80));
  const parts = [
    names.length === 0 ? nothing : md`Approved by ${enumerate(names)}`,
    since === undefined ? nothing : md`last seen in the app ${moment(since)}`,
  ].filter((part) => !isEmpty(part));
  return parts.length === 0 ? null : context(join(parts, '; '));
}

function requestBlocks({ view, mayDecide }: NonNullable<OpenedLogin['request']>): KnownBlock[] {
  const operation = view.logins[0]?.login.operation ?? null;
  const changes = changesOf(operation?.before ?? null, operation?.after ?? null).map(changeLine);
  const names = view.circle.slice(0, 6).map(({ name }) => escaped(name, 80));
  const whom =
    names.length === 0
      ? md`Nobody may decide it: an admin has to name somebody.`
      : md`${view.approval.task ? 'Who may do it' : 'May decide'}: ${enumerate(names)}.`;
  return [
    divider,
    section(md`${askSentence(view)}${tail(view)}.`),
    ...(view.total <= 1 && changes.length > 0 ? [section(stack(changes, 1_500))] : []),
    mayDecide ? actions(decisionButtons(view).slice(0, 2)) : context(whom),
  ];
}

/** What the status calls for, for those who may. */
function cures({ login, admin, deletes, paused, request }: OpenedLogin): (Button | null)[] {
  if (!admin) return [];
  const ids = { person: login.login.person, app: login.login.app };
  const about = `${login.personName} in ${login.appTitle}`;
  switch (login.word) {
    case 'failed':
      return [
        idButton({ id: actionIds.retry, label: 'Retry', ids, spoken: `Retry ${about}`, style: 'primary' }),
        renewButtonFor(login),
      ];
    case 'held':
      return [request === null ? releaseButton(login, paused) : null, renewButtonFor(login)];
    case 'needs match':
    case 'missing':
    case 'disassociated':
      return [idButton({ id: actionIds.rematch, label: 'Rematch', ids, spoken: `Rematch ${about}`, style: 'primary' })];
    case 'suspended':
      return deletes ? [keepButton(login)] : [];
    default:
      return [];
  }
}

/** A pause is ended; what used its attempts up is tried again. What the threshold held is let go with its request. */
function releaseButton(login: LoginView, paused: OpenedLogin['paused']): Button | null {
  const about = `${login.personName} in ${login.appTitle}`;
  if (paused !== null)
    return idButton({ id: actionIds.resume, label: 'Resume', ids: { ...paused }, spoken: `End the pause of ${about}` });
  if (login.login.operation?.trouble?.tries === undefined) return null;
  const ids = { person: login.login.person, app: login.login.app };
  return idButton({ id: actionIds.retry, label: 'Release and retry', ids, spoken: `Retry ${about}`, style: 'primary' });
}

const explainButton = ({ login, personName, appTitle }: LoginView): Button | null =>
  idButton({
    id: actionIds.explain,
    label: 'Explain',
    ids: { person: login.person, app: login.app },
    spoken: `Explain ${personName} in ${appTitle}`,
  });

function decisionLines(approval: ApprovalView['approval']): string[] {
  const { some, not } = decisionWords(approval);
  return [`${some} ${approval.id}`, `${not} ${approval.id} REASON`];
}

/** Every button, typed. */
function typedText({ login, admin, request, paused }: OpenedLogin): Markup {
  const about = `${login.login.person} ${login.login.app}`;
  const lines = [`explain ${about}`];
  if (request?.mayDecide) lines.push(...decisionLines(request.view.approval));
  if (admin && ['failed', 'held'].includes(login.word))
    lines.push(paused === null ? `retry ${about}` : `resume ${[paused.person, paused.app].filter(Boolean).join(' ')}`);
  if (admin && login.login.operation?.trouble?.kind === 'auth') lines.push(`renew ${login.login.app}`);
  if (admin && ['needs match', 'missing', 'disassociated'].includes(login.word)) lines.push(`rematch ${about}`);
  return md`Typed: ${join(
    lines.map((line) => code(`${commandName} ${line}`, 160)),
    ', ',
  )}`;
}
