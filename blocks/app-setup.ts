import type { AppConfig } from '../src/core/app-schema.ts';
import { approvalsText, ownersText, passwordText, signOnText, timingText } from '../src/core/app-words.ts';
import { provisioningText } from '../src/core/draft-words.ts';
import type { AppOf } from './config-list.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section, sectionWith } from './kit.ts';
import { bold, code, escaped, link, type Markup, md } from './markup.ts';

/** Where apps and browsers reach Rollcall for signing on. */
export type AddressesView = { entityId: string; signOn: string; metadata: string };

/** How an app is set up, section by section, each with its form; and the way to take it out. */
export function appSetup({ app, title }: AppOf, config: AppConfig, addresses: AddressesView | null): Message {
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
    addresses === null ? null : context(addressesText(title, addresses)),
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
  ['sign-on', 'Sign-on', signOnText(config)],
];

/** For whoever sets the app up to trust Rollcall. */
const addressesText = (title: string, { entityId, signOn, metadata }: AddressesView): Markup =>
  md`Rollcall, as ${bold(title, 80)} has to know it: entity id ${code(entityId, 400)}, sign-on address ${code(signOn, 400)}, ${link(metadata, 'metadata')} at ${code(metadata, 400)}`;

const hintText = (app: string): Markup =>
  md`${code(`${commandName} configure ${app} SECTION edit`, 200)} opens the same; ${code(`${commandName} rule ${app}`, 200)}, ${code(`${commandName} parameter ${app}`, 200)} and ${code(`${commandName} renew ${app}`, 200)} change the rest.`;
