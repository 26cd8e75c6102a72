import type { HomeView, KnownBlock } from '@slack/types';
import { actionIds } from './ids.ts';
import { actions, button, context, divider, header, section, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { bold, md } from './markup.ts';
import { leavingGoesOn } from './pauses.ts';
import { pendingBlocks } from './pending.ts';
import { appLine, directoryLine, isHeldUp, isWaiting, loginLine } from './status.ts';
import type { AppOverview, ApprovalView, DirectoryOverview, LoginView } from './view.ts';
import { count } from './words.ts';

export type HomeInput = {
  name: string;
  pending: readonly ApprovalView[];
  logins: readonly LoginView[];
  /** Null for those who are no admin. */
  admin: {
    failures: readonly LoginView[];
    directories: readonly DirectoryOverview[];
    apps: readonly AppOverview[];
  } | null;
};

/** App Home: what waits for me, my logins, and for admins what is wrong. */
export function home({ name, pending, logins, admin }: HomeInput): HomeView {
  return {
    type: 'home',
    blocks: viewBlocks([
      section(md`${bold(name, 80)}, ${waitingText(pending.length)}.`),
      ...pending.slice(0, 10).flatMap(pendingBlocks),
      pending.length > 10
        ? context(md`And ${count(pending.length - 10, 'more', 'more')}: \`/provision pending\``)
        : null,
      divider,
      header('Your logins'),
      ...(logins.length === 0
        ? [section(md`You have no login in any app yet.`)]
        : list(logins.slice(0, 40), (login) => loginLine(login, 'app'))),
      ...(admin === null ? [] : adminBlocks(admin)),
      actions([button({ id: actionIds.refreshHome, label: 'Refresh', value: 'home', spoken: 'Refresh this page' })]),
    ]),
  };
}

const waitingText = (waiting: number): string =>
  waiting === 0
    ? 'nothing waits for your decision'
    : `${count(waiting, 'request waits', 'requests wait')} for your decision`;

function adminBlocks({ failures, directories, apps }: NonNullable<HomeInput['admin']>): (KnownBlock | null)[] {
  return [
    divider,
    header('Failures'),
    ...(failures.length === 0
      ? [section(md`Nothing has failed.`)]
      : list(failures.slice(0, 20), (login) => md`${loginLine(login, 'person')} (${login.appTitle})`)),
    ...heldUpBlocks(apps.filter(isHeldUp)),
    header('Directories'),
    ...(directories.length === 0
      ? [section(md`No directory is connected yet.`)]
      : list(directories.slice(0, 20), directoryLine)),
  ];
}

function heldUpBlocks(apps: readonly AppOverview[]): (KnownBlock | null)[] {
  if (apps.length === 0) return [];
  const lines = list(apps.slice(0, 20), (app) => md`• ${appLine(app)}`);
  return [header('Held up'), ...lines, apps.some(isWaiting) ? context(leavingGoesOn) : null];
}

/** What somebody sees whom Rollcall does not know, or while it is not set up: the plain sentence why. */
export const strangerHome = (text: string): HomeView => ({ type: 'home', blocks: viewBlocks([section(md`${text}`)]) });
