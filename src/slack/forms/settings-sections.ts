import { placeholderOf } from '../../core/draft-connection.ts';
import { fieldText } from '../../core/form.ts';
import { Settings } from '../../core/settings-schema.ts';
import { type Asked, asked, askedAs, askedDays, askedFlag, type Spare, textOf, valueAt, withValue } from './values.ts';

/** The settings of the company, a form each. Every setting stands in one of them. */
export const settingsSectionNames = ['general', 'threshold', 'digest', 'sign-in', 'contractors', 'timings'] as const;
export type SettingsSection = (typeof settingsSectionNames)[number];
export const isSettingsSection = (name: string): name is SettingsSection =>
  settingsSectionNames.some((one) => one === name);

type Section = {
  title: string;
  head: string;
  inputs: readonly Asked[];
  spare?: readonly Spare[];
  notes: readonly string[];
};

const own = (path: string, label: string, hint: string): Asked => asked(Settings, path, label, hint);

/** A share of the time a request waits, or never. */
const share = (path: string, label: string, hint: string): Asked =>
  askedAs(path, label, `${hint} In percent of that time, or “never”.`, {
    lines: false,
    textOf: (value) => (value === false ? 'never' : fieldText(value)),
    valueOf(text) {
      const said = text.trim().toLowerCase();
      if (said === '') return undefined;
      return said === 'never' ? false : Number.isNaN(Number(said)) ? said : Number(said);
    },
  });

const people = 'An e-mail address or Slack user id a line.';

const general: Section = {
  title: 'People and requests',
  head: 'The settings of the company: who does what, and how people are asked.',
  inputs: [
    own('admins', 'Admins', `${people} They configure, sync, rematch and undo.`),
    own('approvers', 'Approvers', 'The same, or “manager”, or “owners” of the app, a line each.'),
    own('auditors', 'Auditors', `${people} They read everything, and change nothing.`),
    own('protected', 'Protected people', 'An e-mail address a line. Their accounts are never removed unasked.'),
    own('quorum', 'Quorum', 'How many have to agree.'),
    own('approvalExpiry', 'A request waits', 'Such as 3 days.'),
    share('reminders.remind', 'Reminder', 'When those asked hear of it again.'),
    share('reminders.escalate', 'Escalation', 'When others are asked as well.'),
    own('reminders.repeat', 'Repeat', 'What never lapses is reminded of so often, such as 1 day.'),
    own('channel', 'Channel', 'Requests about joins and moves are asked here.'),
    own('leaverChannel', 'Channel for leavers', 'A private one; without it, direct messages.'),
    own('timezone', 'Time zone', 'Where dates are meant.'),
    askedFlag('welcome', 'Welcome new people', 'Whoever got their first accounts is told which, and how to sign on.', [
      'yes',
      'no',
    ]),
    askedFlag(
      'passwordMapping',
      'Password mapping',
      'Lets an app take an SSO password, which people then no longer change in the app.',
      ['enabled: apps may take an SSO password', 'off'],
    ),
  ],
  notes: ['Somebody else decides in a person’s place by /provision delegate.'],
};

const threshold: Section = {
  title: 'Deletion threshold',
  head: 'What holds a suspicious plan: more removals than this wait for an admin.',
  inputs: [
    own('deletionThreshold.count', 'Deletion threshold: accounts', 'More removals than this in its window are held.'),
    own('deletionThreshold.percent', 'Deletion threshold: percent', 'Or more than this share of all accounts.'),
    own('deletionThreshold.window', 'Deletion threshold: window', 'Such as 24 hours.'),
    own('deletionThreshold.floor', 'Deletion threshold: floor', 'Up to so many, nothing is ever held.'),
    own(
      'keyAttributes',
      'Key attributes',
      'An attribute a line: emptied or changed for many people, it counts as well.',
    ),
  ],
  notes: [],
};

/** Working hours where nobody says any. */
const usual = Settings.parse({ digest: { channel: '#any', at: '09:00' } }).digest?.hours ?? { from: '', to: '' };

/** One of them alone leaves the others as is usual. */
const inHours = (input: Asked): Asked => ({
  ...input,
  put(group, held) {
    const next = input.put(group, held);
    const hours = valueAt(next, 'digest.hours');
    return hours === undefined ? next : withValue(next, 'digest.hours', { ...usual, ...(hours as object) });
  },
});

const digest: Section = {
  title: 'Digest',
  head: 'What failed, is held or waits, every day, to a channel and to people.',
  inputs: [
    own('digest.channel', 'Digest: channel', 'Channel and time both empty: none.'),
    own('digest.at', 'Digest: time', 'Such as 09:00.'),
    own('digest.timezone', 'Digest: time zone', 'Of the channel, and of people whose own is not known. Empty: UTC.'),
    own('digest.people', 'Digest: people', `${people} Or “admins”. Each gets it in their own working hours.`),
    inHours(askedDays('digest.hours.days', 'Working days', 'None ticked: Monday to Friday.')),
    inHours(own('digest.hours.from', 'Working hours: from', `Empty: ${usual.from}.`)),
    inHours(own('digest.hours.to', 'Working hours: to', `Empty: ${usual.to}.`)),
  ],
  spare: [{ path: 'digest', needs: ['digest.channel', 'digest.at'] }],
  notes: [],
};

/** What the client secret is called where none was named. It is set in the environment, and typed nowhere. */
export const stepUpSecret = 'STEP_UP_CLIENT_SECRET';

/** Naming a provider names its secret as well, which is the only one this form can name. */
const issuer: Asked = {
  ...own(
    'stepUp.issuer',
    'Issuer',
    'As the provider writes it: https://login.acme.test/realms/staff. Empty: nobody signs in anew.',
  ),
  put(group, held) {
    const said = textOf(held).trim();
    if (said === '') return withValue(group, 'stepUp.issuer', undefined);
    const named = valueAt(group, 'stepUp.clientSecret') ?? placeholderOf(stepUpSecret);
    return withValue(withValue(group, 'stepUp.issuer', said), 'stepUp.clientSecret', named);
  },
};

const signIn: Section = {
  title: 'Sign-in',
  head: 'Where approvers sign in anew before something risky counts (OpenID Connect).',
  inputs: [
    issuer,
    own('stepUp.clientId', 'Client id', 'Of Rollcall at the provider. Issuer and client id both empty: none.'),
    own('stepUp.maxAge', 'A sign-in counts for', 'Such as 5 minutes.'),
    own('stepUp.allowHosts', 'Hosts of your own', 'The provider is in your network: sso.intern, 10.1.0.0/16.'),
  ],
  spare: [{ path: 'stepUp', needs: ['stepUp.issuer', 'stepUp.clientId'] }],
  notes: [
    `The client secret is never typed into Slack: it is set as ${stepUpSecret} in the environment, or where the file says.`,
  ],
};

const needed: Asked = {
  ...askedFlag('contractors', 'Contractors need a sponsor and an end date', 'Without both they get nothing new.', [
    'yes: those for whom the conditions below hold',
    'no: nobody is a contractor',
  ]),
  held: ({ contractors }) => String(contractors !== undefined),
  put: (group, held) => withValue(group, 'contractors', held === 'true' ? (group.contractors ?? {}) : undefined),
};

const contractors: Section = {
  title: 'Contractors',
  head: 'People who need a named sponsor and an end date.',
  inputs: [
    needed,
    own('contractors.sponsor', 'Who their sponsor is', 'The attribute that holds the e-mail address. Empty: manager.'),
    own('contractors.longest', 'At most for', 'A later end date counts as this far from the start, such as 52 weeks.'),
    own('contractors.match', 'Holds when', 'All conditions, or any of them. Empty: all.'),
  ],
  notes: [],
};

const timings: Section = {
  title: 'Timings',
  head: 'How long things take. A call’s deadline lies well inside the lease.',
  inputs: [
    own('timings.lease', 'Lease', 'Another process takes over after so long, such as 10 seconds.'),
    own('timings.deadline', 'Deadline of a call', 'Such as 5 seconds.'),
    own('timings.settle', 'Settle', 'Waited after an unknown outcome before the app is searched, such as 10 seconds.'),
    own('timings.retry', 'First retry after', 'Such as 5 seconds; doubled each time.'),
    own('timings.retryMax', 'Longest wait between retries', 'Such as 1 hour.'),
    own('timings.attempts', 'Attempts', 'Calls before an operation is held for a person.'),
  ],
  notes: ['They hold once every process was started anew.'],
};

export const settingsSections: Readonly<Record<SettingsSection, Section>> = {
  ...{ general, threshold, digest, 'sign-in': signIn, contractors, timings },
};
