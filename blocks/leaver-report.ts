import type { KnownBlock } from '@slack/types';
import type { LeaverView } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { list, withinMessage } from './list.ts';
import { keepButton, loginRow } from './login-row.ts';
import { escaped, type Markup, md, moment, nothing, plain } from './markup.ts';
import { loginLine } from './status.ts';
import type { LoginView } from './view.ts';
import { count } from './words.ts';

/** Logins of one group that have buttons; the rest are lines. */
const withButtons = 6;

/** `deletes`: the apps where the account will be deleted by itself, and can be kept longer. `person`: the reader's own id. */
type Reader = { person: string; admin: boolean; deletes: readonly string[] };

/**
 * Everything somebody who leaves had: what a human must still close, what failed, what is under way, what is closed. `said`: what came
 * of the button that was pressed in it.
 */
export function leaverReport(view: LeaverView, reader: Reader, said: string | null = null): Message {
  const { open, failed, pending, closed } = view;
  const groups = [
    ...(said === null ? [] : [[section(md`${said}`)]]),
    [section(md`${view.text}`), ...sinceBlocks(view)],
    ...group(openText(open), open, reader),
    ...group(md`❌ *Failed* (${these(failed)}):`, failed, reader),
    ...group(md`⏳ *Under way* (${these(pending)}):`, pending, reader),
    ...group(md`✅ *Closed* (${these(closed)}):`, closed, reader),
  ];
  const blocks = withinMessage(groups);
  const cut = blocks.length < groups.flat().length;
  const more = cut ? context(md`There is more: \`rollcall report PERSON\` lists it whole.`) : null;
  return message([...blocks, more], ...open.filter((login) => mayClose(login, reader)).map(typedClosing));
}

type Open = LeaverView['open'][number];

const mayClose = ({ closers }: Pick<Open, 'closers'>, { person }: Reader): boolean =>
  closers?.includes(person) === true;

const typedClosing = ({ personName, login }: Open): Markup =>
  md`Once it is closed: ${commandName} closed ${escaped(personName, 80)} ${escaped(login.app, 80)}`;

const these = (logins: readonly LoginView[]): string => count(logins.length, 'account', 'accounts');

/** Accounts made by sign-on are named as such: nobody was asked about them, and nothing else tells of them. */
function openText(open: readonly LoginView[]): Markup {
  const made = open.filter(({ word }) => word === 'provisioned by sign-on').length;
  const them = open.length === 1 ? 'it' : 'them';
  const how =
    made === 0 ? nothing : made === open.length ? md`, made by sign-on` : md`, ${made} of them made by sign-on`;
  return md`⚠️ *A human must close* ${these(open)}${how}: Rollcall does not manage ${them}.`;
}

const sinceBlocks = ({ leftAt, status }: LeaverView): KnownBlock[] =>
  leftAt === null || status === 'active'
    ? []
    : [context(md`${status === 'left' ? 'Left' : 'Suspended'} ${moment(leftAt)}.`)];

/** Title and first login stand together, so that no title is left alone. */
function group(title: Markup, logins: readonly Open[], reader: Reader): KnownBlock[][] {
  const [first = [], ...rows] = logins.slice(0, withButtons).map((login) => rowOf(login, reader));
  if (first.length === 0) return [];
  const rest = logins.slice(withButtons);
  const lines = rest.length === 0 ? [] : [list(rest, (login) => loginLine(login, 'app'), 1_500)];
  return [[section(title), ...first], ...rows, ...lines];
}

/** A closed account needs no button but the one that keeps it; an open one has one where a human's word closes it. */
function rowOf(login: Open, reader: Reader): KnownBlock[] {
  const { admin, deletes } = reader;
  if (login.word === 'failed' || login.word === 'held')
    return loginRow(login, 'app', { admin, request: null, deletes: false });
  const kept = admin && login.word === 'suspended' && deletes.includes(login.login.app);
  const row = buttonRow([kept ? keepButton(login) : null, mayClose(login, reader) ? closedButton(login) : null]);
  return [section(loginLine(login, 'app')), row].filter((block) => block !== null);
}

/** A human's word is all there is: the dialog says so before it is given. */
const closedButton = ({ login, personName, appTitle }: LoginView) =>
  idButton({
    id: actionIds.markClosed,
    label: 'Mark as closed',
    ids: { person: login.person, app: login.app },
    spoken: `Mark as closed: ${personName} in ${appTitle}`,
    confirm: {
      title: 'Is it closed there?',
      text: `Rollcall cannot look into ${plain(appTitle, 60)}. Say so once the account of ${plain(personName, 60)} is closed there; it is recorded as your word.`,
      confirm: 'It is closed',
      danger: true,
    },
  });
