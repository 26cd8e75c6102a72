import type { Button } from '@slack/types';
import { idButton } from './id-button.ts';
import { actionIds } from './ids.ts';

/** Begins to renew the credentials of an app that no longer takes those it has. */
export const renewButton = (app: string, appTitle: string): Button | null =>
  idButton({
    id: actionIds.renew,
    label: 'Renew credentials',
    ids: { app },
    spoken: `Renew the credentials of ${appTitle}`,
  });

/** For a login whose last call was refused because of them. */
export const renewButtonFor = ({
  login,
  appTitle,
}: {
  login: { app: string; operation: { trouble: { kind: string } | null } | null };
  appTitle: string;
}): Button | null => (login.operation?.trouble?.kind === 'auth' ? renewButton(login.app, appTitle) : null);
