import type { AppConfig } from '../src/core/app-schema.ts';
import { approvalsText, ownersText, passwordText, timingText } from '../src/core/app-words.ts';
import { provisioningText } from '../src/core/draft-words.ts';
import type { AppOf } from './config-list.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section, sectionWith } from './kit.ts';
import { bold, code, escaped, type Markup, md } from './markup.ts';

/** How an app is set up, section by section, each with its form; and the way to take it out. */
export function appSetup({ app, title }: AppOf, config: AppConfig): Message {
  return message([
    section(md`How ${bold(title, 80)} is set up (${escaped(config.connector, 60)}):`),
    ...rowsOf(config, title).map(([name, label, text]) =>
      sectionWith(
        md`*${label}*  ${escaped(text, 900)}`,
        idButton({
          id: actionIds.configEdit,
          label: 'Edit',
          ids: { what: 'app', app, name },
          spoken: `Edit ${label}: ${title}`,
        }),
      ),
    ),
    buttonRow([
      idButton({
        id: actionIds.configRemove,
        label: 'Remove app',
        ids: { what: 'app', app },
        spoken: `Remove the app ${title}`,
      }),
    ]),
    context(hintText(app)),
  ]);
}

const rowsOf = (config: AppConfig, title: string): (readonly [name: string, label: string, text: string])[] => [
  ['owners', 'Owners', ownersText(config)],
  ['provisioning', 'Provisioning', provisioningText(config, { title })],
  ['approvals', 'Approvals', approvalsText(config.provisioning)],
  ['timing', 'Timing', timingText(config.provisioning)],
  [
    'entitlements',
    'Entitlements',
    config.provisioning.entitlements ? 'given and taken by parameters and rules' : 'left as they are in the app',
  ],
  ['password', 'Password', passwordText(config)],
];

const hintText = (app: string): Markup =>
  md`${code(`${commandName} configure ${app} SECTION edit`, 200)} opens the same; ${code(`${commandName} rule ${app}`, 200)}, ${code(`${commandName} parameter ${app}`, 200)} and ${code(`${commandName} renew ${app}`, 200)} change the rest.`;
