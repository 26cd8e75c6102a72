import type { Button, KnownBlock } from '@slack/types';
import { cardButtons } from './approval-card.ts';
import type { AdoptionRequest, DiscoveryView, OwnerlessAccount } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, cardValue, commandName } from './ids.ts';
import { actions, button, context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { bold, code, escaped, join, type Markup, md, wordsOf } from './markup.ts';
import { askSentence, foundByText } from './sentence.ts';
import type { ApprovalView } from './view.ts';
import { count } from './words.ts';

/** Accounts without an owner that are offered one by one; the command line lists them all. */
export const ownerlessShown = 10;

/**
 * What an app's accounts are, held against our people: how many by how sure it is whose they are, each group with the requests that
 * ask to take them over; and the first that belong to nobody, with what can be done.
 */
export function discovery(
  app: { app: string; title: string },
  view: DiscoveryView,
  ownerless: readonly OwnerlessAccount[],
  requests: readonly AdoptionRequest[] = [],
): Message {
  const groups = [...matchedGroups(view, requests), unclearBlocks(app, view)];
  const accounts = ownerless.slice(0, ownerlessShown).map((account) => accountBlocks(app, account));
  const title = section(md`Accounts in ${bold(app.title, 80)} that are nobody’s:`);
  const shown = withinMessage([
    [section(countsText(view))],
    ...groups,
    ...(accounts.length === 0 ? [] : [[title]]),
    ...accounts,
  ]);
  return message([
    section(md`${view.text}`),
    ...shown,
    accounts.length === 0
      ? null
      : context(
          md`Whose it is, you know? Link it: ${code(`${commandName} rematch PERSON ${app.app} --choose ID`, 250)}.`,
        ),
    context(
      md`Nothing was changed. ${code(`rollcall discover ${app.app} --csv FILE`, 200)} writes a row for every account.`,
    ),
  ]);
}

function countsText({ accounts, unmatched, ownerless, managed }: DiscoveryView): Markup {
  const lines = [
    md`• ${count(accounts, 'account', 'accounts')}, of which ${managed.toLocaleString('en-US')} managed already`,
    md`• ${count(unmatched, 'person has', 'people have')} none yet`,
    md`• ${count(ownerless, 'account belongs', 'accounts belong')} to nobody we know`,
  ];
  return join(lines, '\n');
}

const matchedBy = ({ matched }: DiscoveryView, by: string): number =>
  Object.hasOwn(matched, by) ? (matched[by] ?? 0) : 0;

/** The surest first. */
const surest = ['externalId', 'userName', 'email'];
const rank = (by: string): number => (surest.includes(by) ? surest.indexOf(by) : surest.length);

function matchedGroups(view: DiscoveryView, requests: readonly AdoptionRequest[]): KnownBlock[][] {
  const counted = Object.keys(view.matched).filter((by) => matchedBy(view, by) > 0);
  const found = [...new Set([...counted, ...view.requests.flatMap(({ foundBy }) => foundBy ?? [])])];
  if (found.length === 0) return [[section(md`• Nobody matched by one account alone.`)]];
  return found
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 10)
    .map((by) => [section(matchedText(by, view)), ...requestBlocks(by, requests)]);
}

/** `3 people have one account that could be theirs, found by e-mail address: asked in 1 request` */
function matchedText(by: string, view: DiscoveryView): Markup {
  const { requests, enabled } = view;
  const asked = requests.filter(({ foundBy }) => foundBy === by);
  const operations = asked.reduce((sum, request) => sum + request.operations, 0);
  const text = md`• ${peopleHave(matchedBy(view, by))} one account that could be theirs, found by ${escaped(foundByText(by), 60)}`;
  if (operations > 0)
    return md`${text}: ${count(operations, 'take-over waits', 'take-overs wait')} for approval in ${count(asked.length, 'request', 'requests')}`;
  return enabled ? text : md`${text}; taking them over is asked once provisioning is enabled`;
}

const peopleHave = (people: number): Markup =>
  md`${bold(count(people, 'person', 'people'), 60)} ${people === 1 ? 'has' : 'have'}`;

/** The largest requests of a group, with the buttons of their cards. */
const requestsShown = 3;

const requestBlocks = (by: string, requests: readonly AdoptionRequest[]): KnownBlock[] =>
  requests
    .filter(({ view }) => view.approval.foundBy === by)
    .slice(0, requestsShown)
    .flatMap(({ view, mayDecide }) => [
      ...(view.total === 1 ? [section(md`${askSentence(view)}`)] : []),
      actions(mayDecide ? cardButtons(view) : [seeAllButton(view)]),
    ]);

const seeAllButton = (view: ApprovalView): Button =>
  button({
    id: actionIds.seeAll,
    label: view.total === 1 ? 'See it' : 'See all',
    value: cardValue(view.approval),
    spoken:
      view.total === 1
        ? `See it: ${wordsOf(askSentence(view))}`
        : `See all ${view.total.toLocaleString('en-US')} take-overs of request ${view.approval.id}`,
  });

/** People with several candidates: somebody has to say which account it is. */
function unclearBlocks(
  { app, title }: { app: string; title: string },
  { ambiguous, enabled }: DiscoveryView,
): KnownBlock[] {
  const text = md`• ${peopleHave(ambiguous)} several that could be theirs`;
  if (ambiguous === 0 || !enabled) return [section(text)];
  const row = buttonRow([
    idButton({
      id: actionIds.allPeople,
      label: 'See all',
      ids: { app, word: 'needs match' },
      spoken: `All people in ${title} whose account is not clear`,
    }),
  ]);
  return row === null ? [section(text)] : [section(text), row];
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
