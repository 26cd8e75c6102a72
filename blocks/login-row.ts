import type { Button, KnownBlock } from '@slack/types';
import type { LoginSubject } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds } from './ids.ts';
import { section } from './kit.ts';
import { decisionButtons } from './pending.ts';
import { renewButtonFor } from './renew-button.ts';
import { loginLine } from './status.ts';
import type { ApprovalView, LoginView } from './view.ts';

/**
 * What the reader may do with a login: `admin` repairs it; `request` is the open request they may decide, if there is one; `deletes`:
 * it will be deleted by itself, so that it can be kept longer.
 */
export type LoginMeans = { admin: boolean; request: ApprovalView | null; deletes: boolean };

/** A login in words, with the buttons its word calls for. */
export function loginRow(view: LoginView, by: 'app' | 'person', means: LoginMeans): KnownBlock[] {
  const row = buttonRow([...decisions(means), ...repairs(view, means), explainButton(view)]);
  return [section(loginLine(view, by)), row].filter((block) => block !== null);
}

const decisions = ({ request }: LoginMeans): Button[] => (request === null ? [] : decisionButtons(request));

function repairs(view: LoginView, { admin, deletes }: LoginMeans): (Button | null)[] {
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
      return deletes ? [keepButton(view)] : [];
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

/** For an account that was suspended because somebody leaves, and will be deleted by itself. */
export const keepButton = ({ login, personName, appTitle }: LoginView): Button | null =>
  keepLongerButton({ person: login.person, personName, app: login.app, appTitle });

export const keepLongerButton = ({ person, personName, app, appTitle }: LoginSubject): Button | null =>
  idButton({
    id: actionIds.keepLonger,
    label: 'Keep longer',
    ids: { person, app },
    spoken: `Keep for ${keepDays} more days: ${personName} in ${appTitle}`,
  });
