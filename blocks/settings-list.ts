import { describeAll } from '../src/core/condition.ts';
import type { Settings } from '../src/core/settings-schema.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName, configSectionId } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, md } from './markup.ts';
import { count } from './words.ts';

/** The sections of the settings, each with its form. */
const sections = {
  ...{ general: 'Edit settings', threshold: 'Edit threshold', digest: 'Edit digest', 'sign-in': 'Edit sign-in' },
  ...{ contractors: 'Edit contractors', timings: 'Edit timings' },
} as const;

/** All settings, as they are. */
export function settingsList(settings: Settings): Message {
  const rows = [...peopleRows(settings), ...askingRows(settings), ...otherRows(settings)];
  return message([
    section(md`The settings of the company:`),
    ...list(rows, ([label, value]) => md`• ${label}: ${bold(value, 400)}`),
    buttonRow(
      Object.entries(sections).map(([name, label]) =>
        idButton({
          ...{ label, ids: { what: 'settings', name } },
          id: name === 'general' ? actionIds.configEdit : configSectionId(name),
        }),
      ),
    ),
    context(md`${code(`${commandName} settings [section] edit`)} opens the same: ${Object.keys(sections).join(', ')}.`),
  ]);
}

type Row = readonly [label: string, value: string];

const peopleRows = ({ admins, approvers, auditors = [], protected: kept, contractors }: Settings): Row[] => [
  ['Admins', words(admins)],
  ['Approvers', words(approvers)],
  ['Auditors', words(auditors)],
  ['Protected people', words(kept)],
  [
    'Contractors',
    contractors === undefined
      ? 'nobody counts as one'
      : `${describeAll(contractors)}; sponsor: ${contractors.sponsor}, at most ${contractors.longest}`,
  ],
];

function askingRows(settings: Settings): Row[] {
  const { reminders, stepUp } = settings;
  const share = (value: number | false): string => (value === false ? 'never' : `after ${value} %`);
  return [
    ['Quorum', String(settings.quorum)],
    ['A request waits', settings.approvalExpiry],
    [
      'Reminder',
      `${share(reminders.remind)}; others asked ${share(reminders.escalate)}; then every ${reminders.repeat}`,
    ],
    ['Sign-in for what is risky', stepUp === undefined ? 'none' : `${stepUp.issuer}, good for ${stepUp.maxAge}`],
    ['Channel', settings.channel],
    ['Channel for leavers', settings.leaverChannel ?? 'none: direct messages'],
  ];
}

function otherRows(settings: Settings): Row[] {
  const { deletionThreshold: threshold, digest, timings } = settings;
  const { count: most, percent, window, floor } = threshold;
  return [
    ['Deletion threshold', `${most} accounts or ${percent} % within ${window}, once there are more than ${floor}`],
    ['Key attributes', words(settings.keyAttributes, 'none')],
    ['Digest', digest === undefined ? 'none' : `${digest.channel} at ${digest.at}, ${digest.timezone}`],
    ['Welcome', settings.welcome ? 'new people are told which accounts they got' : 'nobody is told'],
    ['Password mapping', settings.passwordMapping ? 'enabled' : 'off'],
    ['Time zone', settings.timezone],
    [
      'Timings',
      `a call ${timings.deadline}, retried after ${timings.retry} to ${timings.retryMax}, ${timings.attempts} times`,
    ],
  ];
}

function words(names: readonly string[], none = 'nobody'): string {
  if (names.length === 0) return none;
  const more = names.length - 10;
  return [...names.slice(0, 10), ...(more > 0 ? [count(more, 'other', 'others')] : [])].join(', ');
}
