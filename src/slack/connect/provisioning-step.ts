import type { StepField } from '../../../blocks/connect-form.ts';
import { Directory, Provisioning } from '../../core/config.ts';
import type { Capabilities } from '../../core/connector.ts';
import { linesIn } from '../../core/form.ts';
import { listIn, type State, textIn } from '../forms/form.ts';
import { lastKey, type StepForm, type StepGround } from './step.ts';

const actions = ['create', 'update', 'suspend', 'reactivate', 'delete'] as const;
const actionTexts: Readonly<Record<(typeof actions)[number], string>> = {
  create: 'before an account is created',
  update: 'before one is changed',
  suspend: 'before one is suspended',
  reactivate: 'before one is reactivated',
  delete: 'before one is deleted',
};
const leavings = [
  { block: 'onSuspend', label: 'When somebody is suspended, their account is' },
  { block: 'onDelete', label: 'When somebody has left, their account is' },
  { block: 'onRoleLoss', label: 'When somebody loses the role, their account is' },
] as const;

const present = ({ draft }: StepGround) => {
  const read = Provisioning.safeParse(draft.provisioning);
  return read.success ? read.data : Provisioning.parse({});
};

/** Enable provisioning, what is asked first, and what happens to accounts of those who leave. */
export const provisioningStep: StepForm = {
  what: 'settings',
  head: ({ draft }) => `What is done in ${draft.title ?? draft.name}, and what is asked first.`,
  lines: () => [],
  fields(ground, state) {
    const { enabled, approval, ...set } = present(ground);
    const asked = actions.filter((action) => approval[action] !== false);
    return [
      {
        ...{ kind: 'choice', block: 'enabled', label: 'Enable provisioning', optional: false },
        ...{ choices: onOff, value: heldOr(state, 'enabled', enabled ? 'on' : 'off'), hint: '' },
      },
      {
        ...{ kind: 'checks', block: 'approval', label: 'Ask an approver' },
        hint: 'Taking over an existing account always asks. Another admin has to agree where this differs from what is usual.',
        value: state.approval === undefined ? asked : listIn(state, 'approval'),
        choices: actions.map((value) => ({ value, text: actionTexts[value] })),
      },
      ...leavings.map(
        ({ block, label }): StepField => ({
          ...{ kind: 'choice', block, label, optional: false, hint: '' },
          ...{ choices: possible(ground.target?.capabilities ?? {}), value: heldOr(state, block, set[block]) },
        }),
      ),
    ];
  },
  notes: () => ['More of it, such as change windows and grace before a deletion: rollcall config export FILE.'],
  read(_ground, state) {
    const asked = listIn(state, 'approval');
    const provisioning = {
      enabled: textIn(state, 'enabled') === 'on',
      approval: Object.fromEntries(actions.map((action) => [action, asked.includes(action)])),
      ...Object.fromEntries(leavings.map(({ block }) => [block, textIn(state, block)])),
    };
    const blocks = new Set(['enabled', ...leavings.map(({ block }) => block)]);
    return {
      change: { provisioning },
      blockOf: (path) => (blocks.has(lastKey(path)) ? lastKey(path) : path.includes('approval') ? 'approval' : null),
    };
  },
};

const onOff = [
  { value: 'on', text: 'on: accounts are created, changed and taken away' },
  { value: 'off', text: 'off: it is connected, and no account is touched' },
];

/** Only what the app can do is offered. */
const possible = ({ suspend, delete: deletes }: Capabilities) => [
  ...(suspend === true ? [{ value: 'suspend', text: 'suspended' }] : []),
  ...(deletes === true ? [{ value: 'delete', text: 'deleted' }] : []),
  { value: 'nothing', text: 'left as it is' },
];

const heldOr = (state: State, block: string, otherwise: string): string =>
  state[block] === undefined ? otherwise : textIn(state, block);

/** Whether the app's own values are given. */
export const entitlementsStep: StepForm = {
  what: 'settings',
  head: ({ draft }) => `Groups, departments or licence levels of ${draft.title ?? draft.name}, as far as it has them.`,
  lines: ({ draft }) => (draft.refreshed === null ? [] : [`Last import: ${draft.refreshed.text}`]),
  fields: (ground, state) => [
    {
      ...{ kind: 'choice', block: 'entitlements', label: 'Provision entitlements', optional: false },
      ...{ value: heldOr(state, 'entitlements', present(ground).entitlements ? 'yes' : 'no') },
      choices: [
        { value: 'yes', text: 'yes: parameters and rules give and take them' },
        { value: 'no', text: 'no: they stay as they are in the app' },
      ],
      hint: 'Values that were given directly in the app are never taken away.',
    },
  ],
  notes: () => ['Refresh, on the card, imports the values there are; that may take minutes.'],
  read: (_ground, state) => ({
    change: { provisioning: { entitlements: textIn(state, 'entitlements') === 'yes' } },
    blockOf: () => 'entitlements',
  }),
};

/** How a directory is read. */
export const readingStep: StepForm = {
  what: 'settings',
  head: ({ draft }) => `How ${draft.title ?? draft.name} is read.`,
  lines: () => [],
  fields({ draft }, state) {
    const read = Directory.safeParse({ ...draft.reading, name: 'x', connector: 'x' });
    const { schedule, authoritative, join } = read.success ? read.data : Directory.parse({ name: 'x', connector: 'x' });
    return [
      {
        ...{ kind: 'text', block: 'schedule', label: 'Read every', lines: false, optional: false, most: 40 },
        ...{ value: heldOr(state, 'schedule', schedule), hint: 'Such as “15 minutes” or “1 day”.' },
      },
      {
        ...{
          kind: 'choice',
          block: 'authoritative',
          label: 'Suspended or gone there means',
          optional: false,
          hint: '',
        },
        ...{ value: heldOr(state, 'authoritative', authoritative ? 'yes' : 'no') },
        choices: [
          { value: 'yes', text: 'leaving' },
          { value: 'no', text: 'nothing: another directory says who leaves' },
        ],
      },
      {
        ...{
          kind: 'text',
          block: 'join',
          label: 'The same person elsewhere is known by',
          lines: true,
          optional: false,
        },
        ...{ value: heldOr(state, 'join', join.join('\n')), hint: 'Attributes, the surest first, a line each.' },
      },
    ];
  },
  notes: () => [],
  read: (_ground, state) => ({
    change: {
      reading: {
        schedule: textIn(state, 'schedule').trim(),
        authoritative: textIn(state, 'authoritative') === 'yes',
        join: linesIn(textIn(state, 'join')),
      },
    },
    blockOf: (path) => ['schedule', 'authoritative', 'join'].find((block) => path.startsWith(block)) ?? null,
  }),
};
