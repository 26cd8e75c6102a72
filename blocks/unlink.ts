import type { LoginSubject } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { type Message, message, section } from './kit.ts';
import { bold, md } from './markup.ts';

/** Asks once more before a login is unlinked. */
export function unlink({ person, personName, app, appTitle }: LoginSubject): Message {
  return message(
    [
      section(
        md`Unlink the login of ${bold(personName, 80)} in ${bold(appTitle, 80)}? The account stays as it is, and Rollcall stops managing it: it is not changed any more, and not taken away when the person leaves. ${bold('Rematch')} links it again.`,
      ),
      buttonRow([
        idButton({
          id: actionIds.unlink,
          label: 'Unlink the login',
          ids: { person, app },
          spoken: `Unlink the login of ${personName} in ${appTitle}`,
          style: 'danger',
          confirm: {
            title: 'Are you sure?',
            text: 'Rollcall stops managing this account, also when the person leaves.',
            confirm: 'Unlink',
            danger: true,
          },
        }),
      ]),
    ],
    md`To do it: ${commandName} disassociate ${personName} ${app} --confirm yes`,
  );
}
