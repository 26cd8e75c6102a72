import type { Consent } from '../../core/app-schema.ts';
import type { Capabilities } from '../../core/connector.ts';
import { type Asked, askedChecks, askedChoice, askedFlag, type Group, listOf, valueAt, withValue } from './values.ts';

export const actions = ['create', 'update', 'suspend', 'reactivate', 'delete'] as const;
const actionTexts: Readonly<Record<(typeof actions)[number], string>> = {
  create: 'before an account is created',
  update: 'before one is changed',
  suspend: 'before one is suspended',
  reactivate: 'before one is reactivated',
  delete: 'before one is deleted',
};
const leavings = [
  ['provisioning.onSuspend', 'When somebody is suspended, their account is'],
  ['provisioning.onDelete', 'When somebody has left, their account is'],
  ['provisioning.onRoleLoss', 'When somebody loses the role, their account is'],
] as const;

/** Enable provisioning, what is asked first, and what happens to accounts of those who leave. `capabilities` null: not known. */
export const provisioningInputs = (capabilities: Capabilities | null): Asked[] => [
  askedFlag('provisioning.enabled', 'Enable provisioning', '', [
    'on: accounts are created, changed and taken away',
    'off: it is connected, and no account is touched',
  ]),
  approvalInput,
  ...leavings.map(([path, label]) => askedChoice(path, label, '', possible(capabilities))),
];

/** Only what the app can do is offered. */
const possible = (capabilities: Capabilities | null) => [
  ...(capabilities === null || capabilities.suspend === true ? [{ value: 'suspend', text: 'suspended' }] : []),
  ...(capabilities === null || capabilities.delete === true ? [{ value: 'delete', text: 'deleted' }] : []),
  { value: 'nothing', text: 'left as it is' },
];

const place = 'provisioning.approval';
const consentIn = (group: Group, action: string) => valueAt(group, `${place}.${action}`) as Consent | undefined;

/** Asked or not, action by action; who is asked in steps of their own stays so. */
const approvalInput: Asked = {
  ...askedChecks(
    place,
    'Ask an approver',
    'Taking over an existing account always asks. Another admin has to agree where this differs from what is usual.',
    actions.map((value) => ({ value, text: actionTexts[value] })),
  ),
  held: (group) => actions.filter((action) => consentIn(group, action) !== false),
  put(group, held) {
    const ticked = listOf(held);
    return actions.reduce((so, action) => {
      const was = consentIn(group, action) ?? false;
      const asks = ticked.includes(action);
      return asks === (was !== false) ? so : withValue(so, `${place}.${action}`, asks);
    }, group);
  },
};
