import type { Button, KnownBlock } from '@slack/types';
import type { LoginSubject } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds } from './ids.ts';
import { section } from './kit.ts';
import { decisionButtons } from './pending.ts';
import { renewButtonFor } from './renew-button.ts';
import { loginLine } from './status.ts';
import type { ApprovalView, LoginView } from './view.ts';

/** What the reader may do with a login: `admin` repairs it; `request` is the open request they may decide, if there is one. */
export type LoginMeans = { admin: boolean; request: ApprovalView | null };

/** A login in words, with the buttons its word calls for. */
export function loginRow(view: LoginView, by: 'app' | 'person', means: LoginMeans): KnownBlock[] {
  const row = buttonRow([...decisions(means), ...repairs(view, means), explainButton(view)]);
  return [section(loginLine(view, by)), row].filter((block) => block !== null);
}

const decisions = ({ request }: LoginMeans): Button[] => (request === null ? [] : decisionButtons(request));

function repairs(view: LoginView, { admin }: LoginMeans): (Button | null)[] {
  if (!admin) return [];
  const ids = { person: view.login.person, app: view.login.app };
  const about = `${view.personName} in ${view.appTitle}`;
  switch (view.word) {
    case 'failed':
    case 'held':
      return [
        idButton({ id: actionIds.retry, label: 'Retry', ids, spoken: `Retry ${about}`, style: 'primary' }),
        renewButtonFor(view),
      ];
    case 'needs match':
    case 'missing':
    case 'disassociated':
      return [idButton({ id: actionIds.rematch, label: 'Rematch', ids, spoken: `Rematch ${about}`, style: 'primary' })];
    case 'suspended':
      return [keepButton(view)];
    default:
      return [];
  }
}

const explainButton = ({ login, personName, appTitle }: LoginView) =>
  idButton({
    id: actionIds.explain,
    label: 'Explain',
    ids: { person: login.person, app: login.app },
    spoken: `Explain ${personName} in ${appTitle}`,
  });

/** How long *Keep longer* keeps, days. */
export const keepDays = 30;

/** An account suspended because somebody leaves is deleted in the end; null for one that is not on its way there. */
export function keepButton({ login, personName, appTitle }: LoginView): Button | null {
  if (login.wish === null || login.wish.state === 'active') return null;
  return keepLongerButton({ person: login.person, personName, app: login.app, appTitle });
}

export const keepLongerButton = ({ person, personName, app, appTitle }: LoginSubject): Button | null =>
  idButton({
    id: actionIds.keepLonger,
    label: 'Keep longer',
    ids: { person, app },
    spoken: `Keep for ${keepDays} more days: ${personName} in ${appTitle}`,
  });
