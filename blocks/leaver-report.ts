import type { KnownBlock } from '@slack/types';
import type { LeaverView } from './governance-view.ts';
import { buttonRow } from './id-button.ts';
import { context, type Message, message, section } from './kit.ts';
import { list, withinMessage } from './list.ts';
import { keepButton, loginRow } from './login-row.ts';
import { type Markup, md, moment } from './markup.ts';
import { loginLine } from './status.ts';
import type { LoginView } from './view.ts';
import { count } from './words.ts';

/** Logins of one group that have buttons; the rest are lines. */
const withButtons = 6;

/** `deletes`: the apps where the account will be deleted by itself, and can be kept longer. */
type Reader = { admin: boolean; deletes: readonly string[] };

/** Everything somebody who leaves had: what a human must still close, what failed, what is under way, what is closed. */
export function leaverReport(view: LeaverView, reader: Reader): Message {
  const { open, failed, pending, closed } = view;
  const groups = [
    [section(md`${view.text}`), ...sinceBlocks(view)],
    ...group(md`⚠️ *A human must close* ${these(open)}, Rollcall does not manage them:`, open, reader),
    ...group(md`❌ *Failed* (${these(failed)}):`, failed, reader),
    ...group(md`⏳ *Under way* (${these(pending)}):`, pending, reader),
    ...group(md`✅ *Closed* (${these(closed)}):`, closed, reader),
  ];
  const blocks = withinMessage(groups);
  const cut = blocks.length < groups.flat().length;
  return message([...blocks, cut ? context(md`There is more: \`rollcall report PERSON\` lists it whole.`) : null]);
}

const these = (logins: readonly LoginView[]): string => count(logins.length, 'account', 'accounts');

const sinceBlocks = ({ leftAt, status }: LeaverView): KnownBlock[] =>
  leftAt === null || status === 'active'
    ? []
    : [context(md`${status === 'left' ? 'Left' : 'Suspended'} ${moment(leftAt)}.`)];

/** Title and first login stand together, so that no title is left alone. */
function group(title: Markup, logins: readonly LoginView[], reader: Reader): KnownBlock[][] {
  const [first = [], ...rows] = logins.slice(0, withButtons).map((login) => rowOf(login, reader));
  if (first.length === 0) return [];
  const rest = logins.slice(withButtons);
  const lines = rest.length === 0 ? [] : [list(rest, (login) => loginLine(login, 'app'), 1_500)];
  return [[section(title), ...first], ...rows, ...lines];
}

/** A closed account needs no button but the one that keeps it. */
function rowOf(login: LoginView, { admin, deletes }: Reader): KnownBlock[] {
  if (login.word === 'failed' || login.word === 'held')
    return loginRow(login, 'app', { admin, request: null, deletes: false });
  const kept = admin && login.word === 'suspended' && deletes.includes(login.login.app);
  const row = kept ? buttonRow([keepButton(login)]) : null;
  return [section(loginLine(login, 'app')), row].filter((block) => block !== null);
}
