import type { HomeView, KnownBlock } from '@slack/types';
import type { Digest } from '../src/core/digest.ts';
import { endingText } from './expiring.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { actions, button, context, divider, header, section, sectionWith, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { openButton, type Reader } from './look-up.ts';
import { bold, code, cutTo, enumerate, escaped, type Markup, md, nothing } from './markup.ts';
import { leavingGoesOn } from './pauses.ts';
import { pendingBlocks, type Waiting } from './pending.ts';
import { type WaitingProposal, waitingProposals } from './proposal-home.ts';
import { type SignOnAppView, signOnSection } from './sign-on.ts';
import { appLine, directoryLine, isHeldUp, isWaiting, loginLine } from './status.ts';
import { byUrgency } from './urgency.ts';
import type { AppOverview, DirectoryOverview, LoginView, Powers } from './view.ts';
import { count } from './words.ts';

export type HomeInput = {
  person: string;
  name: string;
  /** Those of others among them, for whoever reads all, are only looked at. */
  pending: readonly Waiting[];
  logins: readonly LoginView[];
  /** Apps they sign on to through Rollcall; of those they may not nothing is shown here. */
  signOn: readonly SignOnAppView[];
  /** Who agreed to them, by app. */
  approvedBy: Readonly<Record<string, readonly string[]>>;
  /** Null for those who may look up nobody else. */
  apps: readonly AppOverview[] | null;
  /** What the buttons promise; left out: what the parts shown say. */
  powers?: Omit<Powers, 'auditor'>;
  /** Null for those who look after nothing but their own: neither admins nor auditors. */
  admin: {
    failures: readonly LoginView[];
    held: readonly LoginView[];
    /** Changes of the configuration that wait for an admin. */
    proposals: readonly WaitingProposal[];
    directories: readonly DirectoryOverview[];
    expiring: Digest['expiring'];
  } | null;
};

/** Rows with a button: a page is looked over, not read. */
const [mostPending, mostLogins, mostTroubled, mostApps] = [10, 12, 6, 12];

/** App Home: what waits for me, my logins, the apps, and for admins what is wrong. */
export function home(input: HomeInput): HomeView {
  const { name, pending, admin, apps } = input;
  const changes = (admin?.proposals ?? []).filter(({ reader }) => reader === 'decides').length;
  const theirs = pending.filter((view) => view.theirs !== false).length;
  return {
    type: 'home',
    blocks: viewBlocks([
      section(md`${bold(name, 80)}, ${waitingText(theirs, changes, readerOf(input).approver)}.`),
      pending.length > theirs ? context(othersText(pending.length - theirs)) : null,
      ...pending.slice(0, mostPending).flatMap(pendingBlocks),
      pending.length > mostPending ? context(md`There are more: ${code(`${commandName} pending`)}`) : null,
      ...(admin === null ? [] : adminBlocks(admin, readerOf(input))),
      ...signOnSection(input.signOn),
      ...ownBlocks(input),
      ...(apps === null ? [] : appBlocks(apps)),
      ...(admin === null ? [] : directoryBlocks(admin.directories)),
      actions([button({ id: actionIds.refreshHome, label: 'Refresh', value: 'home', spoken: 'Refresh this page' })]),
    ]),
  };
}

const readerOf = ({ person, admin, apps, powers }: HomeInput): Reader => ({
  person,
  admin: powers?.admin ?? admin !== null,
  approver: powers?.approver ?? apps !== null,
});

const othersText = (others: number): Markup =>
  others === 1 ? md`One request below waits for others.` : md`${others} requests below wait for others.`;

/** `decides`: may this person have something to decide at all? */
function waitingText(requests: number, changes: number, decides: boolean): string {
  const change = count(changes, 'change of the configuration', 'changes of the configuration');
  if (requests === 0 && changes === 0) return decides ? 'nothing waits for your decision' : 'this is what you have';
  if (requests === 0) return `${change} ${changes === 1 ? 'waits' : 'wait'} for your decision`;
  if (changes === 0) return `${count(requests, 'request waits', 'requests wait')} for your decision`;
  return `${count(requests, 'request', 'requests')} and ${change} wait for your decision`;
}

function ownBlocks(input: HomeInput): (KnownBlock | null)[] {
  const { person, logins, approvedBy } = input;
  const none = logins.length === 0 ? section(md`You have no login in any app yet.`) : null;
  return [
    divider,
    header('Your logins'),
    none,
    ...[...logins]
      .sort(byUrgency)
      .slice(0, mostLogins)
      .map((view) => ownRow(view, approvedBy[view.login.app] ?? [], readerOf(input))),
    buttonRow([logins.length > mostLogins ? searchButton({ person }) : null, askButton]),
  ];
}

const ownRow = (view: LoginView, approvers: readonly string[], reader: Reader): KnownBlock =>
  sectionWith(md`${cutTo(loginLine(view, 'app'), 900)}${consentText(approvers)}`, openButton(view, reader));

function consentText(approvers: readonly string[]): Markup {
  const names = approvers.slice(0, 3).map((name) => escaped(name, 60));
  const more = approvers.length - names.length;
  if (names.length === 0) return nothing;
  return md`\n   Approved by ${enumerate(more > 0 ? [...names, md`${count(more, 'other', 'others')}`] : names)}`;
}

function adminBlocks(
  { failures, held, proposals, expiring }: NonNullable<HomeInput['admin']>,
  reader: Reader,
): (KnownBlock | null)[] {
  const hasMore = failures.length > mostTroubled || held.length > mostTroubled;
  return [
    ...waitingProposals(proposals),
    divider,
    header('Failed and held'),
    ...(failures.length + held.length === 0 ? [section(md`Nothing has failed, and nothing is held.`)] : []),
    ...[...failures.slice(0, mostTroubled), ...held.slice(0, mostTroubled)].map((view) => troubledRow(view, reader)),
    failures.length + held.length > 1
      ? context(
          md`${hasMore ? md`There are more. ` : nothing}By root cause, with a retry of all alike: ${code(`${commandName} digest`)}`,
        )
      : null,
    ...expiringBlocks(expiring),
  ];
}

const troubledRow = (view: LoginView, reader: Reader): KnownBlock =>
  sectionWith(md`${cutTo(loginLine(view, 'person'), 400)} (${escaped(view.appTitle, 80)})`, openButton(view, reader));

function expiringBlocks(expiring: Digest['expiring']): KnownBlock[] {
  if (expiring.length === 0) return [];
  return [header('Credentials that end'), ...list(expiring.slice(0, 10), (one) => md`• ${endingText(one)}`)];
}

/** Those that are held up say by what; each opens its people. */
function appBlocks(apps: readonly AppOverview[]): (KnownBlock | null)[] {
  if (apps.length === 0) return [];
  const first = [...apps].sort((a, b) => Number(isHeldUp(b)) - Number(isHeldUp(a)));
  return [
    divider,
    header('Apps'),
    ...first.slice(0, mostApps).map((app) => sectionWith(cutTo(md`• ${appLine(app)}`, 900), peopleButton(app))),
    apps.length > mostApps ? context(md`There are more: ${code(`${commandName} app APP`)}`) : null,
    apps.some(isWaiting) ? context(leavingGoesOn) : null,
  ];
}

const peopleButton = ({ app, title }: AppOverview) =>
  idButton({ id: actionIds.allPeople, label: 'People', ids: { app }, spoken: `People in ${title}` });

const askButton = idButton({ id: actionIds.askAccess, label: 'Ask for access', ids: { from: 'home' } });

const searchButton = (ids: { person: string }) =>
  idButton({ id: actionIds.personLogins, label: 'All your logins', ids });

const directoryBlocks = (directories: readonly DirectoryOverview[]): KnownBlock[] => [
  header('Directories'),
  ...(directories.length === 0
    ? [section(md`No directory is connected yet.`)]
    : list(directories.slice(0, 20), directoryLine)),
];

/** What somebody sees whom Rollcall does not know, or while it is not set up: the plain sentence why. */
export const strangerHome = (text: string): HomeView => ({ type: 'home', blocks: viewBlocks([section(md`${text}`)]) });
