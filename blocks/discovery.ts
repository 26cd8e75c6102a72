import type { KnownBlock } from '@slack/types';
import type { DiscoveryView, OwnerlessAccount } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { bold, code, escaped, join, type Markup, md } from './markup.ts';
import { count } from './words.ts';

/** Accounts without an owner that are offered one by one; the command line lists them all. */
export const ownerlessShown = 10;

/** What an app's accounts are, held against our people; and the first that belong to nobody, with what can be done. */
export function discovery(
  app: { app: string; title: string },
  view: DiscoveryView,
  ownerless: readonly OwnerlessAccount[],
): Message {
  const shown = withinMessage(ownerless.slice(0, ownerlessShown).map((account) => accountBlocks(app, account)));
  return message([
    section(md`${view.text}`),
    section(countsText(view)),
    shown.length === 0 ? null : section(md`Accounts in ${bold(app.title, 80)} that are nobody’s:`),
    ...shown,
    shown.length === 0
      ? null
      : context(
          md`Whose it is, you know? Link it: ${code(`${commandName} rematch PERSON ${app.app} --choose ID`, 250)}.`,
        ),
    context(md`Nothing was changed. ${code(`rollcall discover ${app.app} --csv FILE`, 200)} lists every account.`),
  ]);
}

function countsText({ accounts, matched, ambiguous, unmatched, ownerless, managed }: DiscoveryView): Markup {
  const by = Object.entries(matched)
    .filter(([, number]) => number > 0)
    .map(([what, number]) => md`${number.toLocaleString('en-US')} by ${code(what, 60)}`)
    .slice(0, 10);
  const lines = [
    md`• ${count(accounts, 'account', 'accounts')}, of which ${managed.toLocaleString('en-US')} managed already`,
    by.length === 0 ? md`• nobody matched` : md`• matched ${join(by, ', ')}`,
    md`• ${count(ambiguous, 'person has', 'people have')} several that could be theirs`,
    md`• ${count(unmatched, 'person has', 'people have')} none yet`,
    md`• ${count(ownerless, 'account belongs', 'accounts belong')} to nobody we know`,
  ];
  return join(lines, '\n');
}

function accountBlocks({ app, title }: { app: string; title: string }, account: OwnerlessAccount): KnownBlock[] {
  const name = account.userName ?? account.remoteId;
  const ids = { app, account: account.remoteId };
  const row = buttonRow([
    idButton({
      id: actionIds.askOwner,
      label: 'Ask whose it is',
      ids,
      spoken: `Ask the owners of ${title} whose account ${name} is`,
    }),
    idButton({
      id: actionIds.leaveAccount,
      label: 'Leave it',
      ids,
      spoken: `Leave the account ${name} alone`,
      confirm: {
        title: 'Leave it alone?',
        text: 'Rollcall never touches this account and does not list it again.',
        confirm: 'Leave it',
        danger: false,
      },
    }),
  ]);
  const text = md`• ${escaped(name, 120)} (${code(account.remoteId, 120)})`;
  return row === null ? [section(text)] : [section(text), row];
}
