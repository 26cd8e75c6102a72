import { App, type AppConfig } from '../../core/app-schema.ts';
import type { Remarks, TargetConnector } from '../../core/connector.ts';
import { fieldText, linesIn } from '../../core/form.ts';
import type { Settings } from '../../core/settings-schema.ts';
import { approvalInputs } from './approval-inputs.ts';
import type { SignOnAddresses } from './form.ts';
import { passwordInput, passwordNotes } from './password-input.ts';
import { provisioningInputs } from './provisioning-inputs.ts';
import { signOnInputs, signOnNotes } from './sign-on-inputs.ts';
import { type Asked, asked, askedAs, askedChoice, askedDays, askedFlag, type Spare } from './values.ts';

/** What can be set about an app in a form of its own, when it is connected and later. */
export const appSections = [
  'owners',
  'provisioning',
  'approvals',
  'timing',
  'entitlements',
  'password',
  'sign-on',
] as const;
export type AppSection = (typeof appSections)[number];
export const isAppSection = (name: string): name is AppSection => appSections.some((one) => one === name);

/** What a section is made from. `target`: what the app can do; null: not known. */
export type SectionGround = {
  app: AppConfig;
  settings: Settings;
  target: Pick<TargetConnector, 'title' | 'capabilities' | 'remarks'> | null;
  /** Our own, for signing on to it; null: Rollcall has no address that apps and browsers reach. */
  addresses?: SignOnAddresses | null;
  /** It is on its way still, and was given a title when that began. */
  isNew?: boolean;
};

export type Section = {
  /** `Owners` */
  title: string;
  /** What it is about, of the app of this title. */
  head(title: string): string;
  inputs(ground: SectionGround): Asked[];
  spare: readonly Spare[];
  notes(ground: SectionGround): string[];
};

const none = { spare: [], notes: () => [] };
export const sections: Readonly<Record<AppSection, Section>> = {
  owners: {
    ...none,
    title: 'Owners',
    head: (title) => `Who looks after ${title}, and who may have it.`,
    inputs: ({ isNew = false }) => [
      ...(isNew ? [] : [asked(App, 'title', 'Title', 'What people read instead of the name.')]),
      asked(
        App,
        'owners',
        'Owners',
        'An e-mail address or Slack user id a line. They decide where approvers are “owners”.',
      ),
      asked(
        App,
        'requestable',
        'People may ask for it',
        'The owners decide; it ends by itself on the day that was asked for.',
      ),
      asked(App, 'signOn', 'Address to sign on at', 'Such as https://app.example: said in the welcome message.'),
    ],
    notes: () => ['Another admin has to agree to other owners, where there is one.'],
  },
  provisioning: {
    ...none,
    title: 'Provisioning',
    head: (title) => `What is done in ${title}, and what is asked first.`,
    inputs: ({ target }) => provisioningInputs(target?.capabilities ?? null),
    notes: (ground) => remarksOn(ground, ['create', 'suspend', 'delete']),
  },
  approvals: {
    ...none,
    title: 'Approvals',
    head: (title) => `Who agrees to changes in ${title}, step by step, and what always asks.`,
    inputs: approvalInputs,
    notes: () => [
      'A step a line: who decides, by e-mail address, Slack user id, manager, owners, approvers or admins. “2 of owners, approvers else admins”: two of them, and the admins where they are gone.',
      'Another admin has to agree where this changes who decides.',
    ],
  },
  timing: {
    title: 'Timing',
    head: (title) => `When accounts in ${title} are made, changed and deleted.`,
    inputs: timingInputs,
    spare: [
      { path: 'provisioning.grace', needs: ['provisioning.grace.delete', 'provisioning.grace.remind'] },
      { path: 'provisioning.window', needs: ['provisioning.window.from', 'provisioning.window.to'] },
    ],
    notes: () => ['Leaving is never held up by the hours of changes.'],
  },
  entitlements: {
    ...none,
    title: 'Entitlements',
    head: (title) => `Groups, departments or licence levels of ${title}, as far as it has them.`,
    inputs: () => [
      askedFlag(
        'provisioning.entitlements',
        'Provision entitlements',
        'Values that were given directly in the app are never taken away.',
        ['yes: parameters and rules give and take them', 'no: they stay as they are in the app'],
      ),
    ],
    notes: (ground) => remarksOn(ground, ['entitlements']),
  },
  password: {
    ...none,
    title: 'Password',
    head: (title) => `Whether Rollcall sets people’s passwords in ${title}.`,
    inputs: (ground) => [passwordInput(ground)],
    notes: passwordNotes,
  },
  'sign-on': {
    title: 'Sign-on',
    head: (title) => `How people sign on to ${title} by SAML, with Rollcall as the identity provider.`,
    inputs: signOnInputs,
    spare: [{ path: 'saml', needs: ['saml.entityId', 'saml.acs'] }],
    notes: signOnNotes,
  },
};

/** What changes really come to in the app. */
const remarksOn = ({ target }: SectionGround, about: readonly (keyof Remarks)[]): string[] =>
  about.flatMap((one) => target?.remarks?.[one] ?? []);

function timingInputs({ target }: SectionGround): Asked[] {
  const own = (path: string, label: string, hint: string) => asked(App, `provisioning.${path}`, label, hint);
  const grace = [
    own(
      'grace.delete',
      'Delete a leaver’s account after',
      'So long after its suspension, such as 30 days. Empty: never.',
    ),
    own(
      'grace.remind',
      'Remind before, after',
      'So long after the suspension, such as 23 days. Empty: nobody is reminded.',
    ),
  ];
  return [
    ...(target === null || target.capabilities.delete === true ? grace : []),
    own('createDaysBefore', 'Make accounts so many days before the start', 'From 0 to 90.'),
    askedDays('provisioning.window.days', 'Days on which changes may be made'),
    own('window.from', 'Changes may be made from', 'A time of day such as 09:00. Both times empty: always.'),
    own('window.to', 'Changes may be made until', 'Earlier than “from”: the next day.'),
    own('window.timezone', 'In this time zone', 'Such as Europe/Berlin. Empty: UTC.'),
    askedChoice(
      'provisioning.drift',
      'What is changed by hand in the app is',
      'Values that are not ours are never touched.',
      [
        { value: 're-assert', text: 'put back' },
        { value: 'accept', text: 'left as it is' },
        { value: 'ask', text: 'asked about' },
      ],
    ),
    own('verify', 'Read the accounts again after', 'Such as 24 hours.'),
    askedAs(
      'provisioning.match',
      'Accounts already there are found by',
      'externalId, userName, email: a line each, the surest first.',
      {
        ...{ lines: true, textOf: fieldText },
        valueOf: (text) => (linesIn(text).length === 0 ? undefined : linesIn(text)),
      },
    ),
  ];
}
