import type { KnownBlock } from '@slack/types';
import type { CandidateView, LoginSubject } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { bold, code, enumerate, escaped, join, type Markup, md, nothing } from './markup.ts';
import { count } from './words.ts';

/** Accounts a login could be linked to, each with what linking it would overwrite; and the way to have a new one made. */
export function candidates(text: string, subject: LoginSubject, found: readonly CandidateView[]): Message {
  const groups = found.slice(0, 20).map((candidate) => candidateBlocks(candidate, subject));
  const shown = withinMessage(groups);
  const more = found.length - countOf(groups, shown.length);
  return message(
    [
      section(md`${text}`),
      ...shown,
      more > 0
        ? context(md`${count(more, 'more account', 'more accounts')}: link one by its id, as it is typed below.`)
        : null,
      buttonRow([newAccountButton(subject)]),
      context(
        md`Or type ${code(`${commandName} rematch ${subject.personName} ${subject.app} --choose ID`, 250)}; ${code('--choose none')} has a new one made.`,
      ),
    ],
    nothing,
  );
}

/** How many whole groups the first `length` blocks are. */
function countOf(groups: readonly (readonly KnownBlock[])[], length: number): number {
  let blocks = 0;
  let whole = 0;
  for (const group of groups) {
    blocks += group.length;
    if (blocks > length) break;
    whole += 1;
  }
  return whole;
}

function candidateBlocks(candidate: CandidateView, subject: LoginSubject): KnownBlock[] {
  const row = candidate.heldBy === null ? buttonRow([linkButton(candidate, subject)]) : null;
  return [section(candidateText(candidate, row !== null)), row].filter((block) => block !== null);
}

function candidateText(candidate: CandidateView, linkable: boolean): Markup {
  const emails = enumerate(candidate.emails.slice(0, 3).map((email) => escaped(email, 100)));
  const state = candidate.active ? 'active' : '💤 suspended';
  const name = md`${bold(nameOf(candidate), 100)} (${code(candidate.remoteId, 120)}), ${state}`;
  const lines = [
    candidate.emails.length === 0 ? name : md`${name}, ${emails}`,
    candidate.heldBy === null ? differenceText(candidate.difference) : heldText(candidate.heldBy),
    candidate.heldBy === null && !linkable
      ? md`Its id is too long for a button here: link it on the command line.`
      : nothing,
  ];
  return join(lines, '\n');
}

const nameOf = ({ userName, emails, remoteId }: CandidateView): string => userName ?? emails[0] ?? remoteId;

const heldText = (person: string): Markup =>
  md`It is the account of ${bold(person, 80)}, so it cannot be chosen: unlink it there first.`;

function differenceText(difference: readonly string[]): Markup {
  if (difference.length === 0) return md`Linking it changes nothing in it.`;
  const shown = difference.slice(0, 6).map((line) => escaped(line, 160));
  const more = difference.length - shown.length;
  return md`Linking it changes: ${join(more > 0 ? [...shown, md`and ${count(more, 'more', 'more')}`] : shown, '; ')}`;
}

function linkButton(candidate: CandidateView, { person, personName, app, appTitle }: LoginSubject) {
  const changes = count(candidate.difference.length, 'value', 'values');
  return idButton({
    id: actionIds.linkAccount,
    label: 'Link this account',
    ids: { person, app, account: candidate.remoteId },
    spoken: `Link the account ${nameOf(candidate)} to ${personName}`,
    style: 'primary',
    confirm: {
      title: 'Link this account?',
      text: `${short(nameOf(candidate))} in ${short(appTitle)} becomes the account of ${short(personName)}. ${changes} in it would change.`,
      confirm: 'Link',
      danger: false,
    },
  });
}

function newAccountButton({ person, personName, app, appTitle }: LoginSubject) {
  return idButton({
    id: actionIds.newAccount,
    label: 'Make a new account',
    ids: { person, app },
    spoken: `Make a new account for ${personName} in ${appTitle}`,
    confirm: {
      title: 'Make a new account?',
      text: `None of the accounts shown is linked: ${short(personName)} gets a new one in ${short(appTitle)}.`,
      confirm: 'Make a new one',
      danger: false,
    },
  });
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
