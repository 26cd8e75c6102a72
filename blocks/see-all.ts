import type { ModalView } from '@slack/types';
import { changesOf } from './changes.ts';
import { actionIds, callbackIds } from './ids.ts';
import { actions, button, context, limits, type Message, message, plainText, section, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { bold, cutTo, escaped, isEmpty, join, md, nothing } from './markup.ts';
import { askSentence } from './sentence.ts';
import { taskRow } from './task.ts';
import type { ApprovalView, LoginView } from './view.ts';
import { stateWords } from './words.ts';

/** Logins on one page, and the last page the modal goes to: beyond, a list in Slack is no longer the way to read. */
export const pageSize = 30;
export const lastPage = 39;

/** How many logins must be loaded to show page `page` (from 0). */
export const neededFor = (page: number): number => (page + 1) * pageSize;

/** One page of a batch, one person a line. `view.logins` must reach to the end of the page. */
export function seeAllModal(view: ApprovalView, page: number): ModalView {
  const start = page * pageSize;
  const rows = view.logins.slice(start, start + pageSize);
  const pages = Math.max(1, Math.ceil(view.total / pageSize));
  return {
    type: 'modal',
    callback_id: callbackIds.seeAll,
    private_metadata: JSON.stringify({ approval: view.approval.id, page }),
    title: plainText('Everybody in it', limits.title),
    close: plainText('Close', limits.title),
    blocks: viewBlocks([
      section(md`${askSentence(view)}.`),
      ...list(rows, rowOf(view)),
      rows.length === 0 ? section(md`Nothing is left on this page.`) : null,
      context(md`Page ${page + 1} of ${pages}; ${view.total.toLocaleString('en-US')} in all.`),
      pages > lastPage + 1 && page === lastPage
        ? context(
            md`The rest is too long for Slack: \`rollcall plan --app ${view.approval.app ?? 'APP'}\` lists it whole.`,
          )
        : null,
      pager(page, Math.min(pages - 1, lastPage)),
    ]),
  };
}

/** The same for somebody who typed. */
export function requestPage(view: ApprovalView, page: number): Message {
  const pages = Math.max(1, Math.ceil(view.total / pageSize));
  const rows = view.logins.slice(page * pageSize, (page + 1) * pageSize);
  return message([
    section(md`${askSentence(view)}.`),
    ...list(rows, rowOf(view)),
    rows.length === 0 ? section(md`Nothing is left on this page.`) : null,
    context(md`Page ${page + 1} of ${pages}; ${view.total.toLocaleString('en-US')} in all.`),
  ]);
}

/** A task is read to be done: whole. */
const rowOf = ({ approval }: ApprovalView) => (approval.task ? (login: LoginView) => cutTo(taskRow(login), 700) : row);

function row({ login, personName, appTitle }: LoginView) {
  const operation = login.operation;
  const set = changesOf(operation?.before ?? null, operation?.after ?? null)
    .slice(0, 2)
    .map(({ to }) => md`${escaped(to ?? 'emptied', 30)}`);
  const values = join(set, ' · ');
  const state = operation === null ? 'changed since' : stateWords[operation.state];
  return md`• ${bold(personName, 40)} in ${escaped(appTitle, 30)}${isEmpty(values) ? nothing : md`: ${values}`} _(${state})_`;
}

function pager(page: number, last: number) {
  const buttons = [
    page > 0 ? button({ id: actionIds.previousPage, label: 'Previous page', value: String(page - 1) }) : null,
    page < last ? button({ id: actionIds.nextPage, label: 'Next page', value: String(page + 1) }) : null,
  ].filter((each) => each !== null);
  return buttons.length === 0 ? null : actions(buttons);
}
