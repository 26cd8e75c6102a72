import type { KnownBlock, ModalView } from '@slack/types';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, callbackIds } from './ids.ts';
import { context, limits, type Message, message, plainText, section, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { bold, code, type Markup, md } from './markup.ts';
import { lastPage, pageSize } from './see-all.ts';
import { appLine, loginLine } from './status.ts';
import type { AppOverview, LoginView } from './view.ts';
import { statusWord } from './words.ts';

/** An app's people: all of them, or those of one status word. */
export type AppPeople = { app: AppOverview; word: string | null; logins: readonly LoginView[]; more: boolean };

/** People in the message itself; a reply is read, not scrolled. */
const shownAtMost = 50;

/** What needs somebody comes first. */
const order = [
  'failed',
  'held',
  'needs match',
  'missing',
  'pending approval',
  'rejected',
  'provisioning',
  'modifying',
  'suspending',
  'deleting',
];
const rank = (word: string): number => (order.includes(word) ? order.indexOf(word) : order.length);

/** One app: how many in each state, then its people under their status words; *More* opens all of them, page by page. */
export function appPeople(view: AppPeople): Message {
  const { app, word, logins, more } = view;
  return message([
    section(md`${appLine(app)}.`),
    logins.length === 0 ? section(emptyText(word)) : null,
    ...list(lines(logins.slice(0, shownAtMost)), (line) => line, 8_000),
    more ? buttonRow([moreButton(view)]) : null,
    context(
      md`${code(`/provision app ${app.app} failed`, 200)} shows those of one status; ${code('/provision person PERSON')} everything of one person.`,
    ),
  ]);
}

const emptyText = (word: string | null): Markup =>
  word === null ? md`Nobody has a login in it yet.` : md`Nobody in it is ${word}.`;

/** People under their words, the most urgent word first. */
function lines(logins: readonly LoginView[]): Markup[] {
  const words = [...new Set(logins.map(({ word }) => word))].sort((a, b) => rank(a) - rank(b));
  return words.flatMap((word) => {
    const group = logins.filter((login) => login.word === word);
    return [bold(statusWord(word), 80), ...group.map((login) => loginLine(login, 'person'))];
  });
}

const moreButton = ({ app, word }: AppPeople) =>
  idButton({
    id: actionIds.allPeople,
    label: 'More',
    ids: { app: app.app, ...(word === null ? {} : { word }) },
    spoken: `All people in ${app.title}`,
  });

/** One page of an app's people. `logins` are those of the page. */
export function appPeopleModal({ app, word, logins, more }: AppPeople, page: number): ModalView {
  const ids = { app: app.app, ...(word === null ? {} : { word }) };
  return {
    type: 'modal',
    callback_id: callbackIds.people,
    private_metadata: JSON.stringify(ids),
    title: plainText('People in the app', limits.title),
    close: plainText('Close', limits.title),
    blocks: viewBlocks([
      section(md`${appLine(app)}.`),
      ...list(lines(logins.slice(0, pageSize)), (line) => line),
      logins.length === 0 ? section(md`Nobody is left on this page.`) : null,
      context(md`Page ${page + 1}${more ? md`; there are more` : md`, the last`}.`),
      more && page >= lastPage
        ? context(md`The rest is too long for Slack: ${code(`rollcall app ${app.app}`, 200)} lists it whole.`)
        : null,
      pager(page, more && page < lastPage),
    ]),
  };
}

const pager = (page: number, more: boolean): KnownBlock | null =>
  buttonRow([
    page > 0
      ? idButton({ id: actionIds.previousPeople, label: 'Previous page', ids: { page: String(page - 1) } })
      : null,
    more ? idButton({ id: actionIds.nextPeople, label: 'Next page', ids: { page: String(page + 1) } }) : null,
  ]);
