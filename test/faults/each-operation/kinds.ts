import type { ListedAccount, RawRecord } from '../../../src/core/connector.ts';
import type { AccountState, OperationKind } from '../../../src/core/model.ts';
import { old, zoe } from './company.ts';

/** What people see of an account. */
export type Seen = { active: boolean; name: string; title: string; groups: readonly string[] };

/** One operation of each kind there is, in the plainest company where it comes up. */
export type Kind = {
  name: string;
  operation: OperationKind;
  app: 'crm' | 'badges';
  provisioning: Record<string, unknown>;
  /** What the directory says of Zoe before; null: nothing. What happens then is done when the fault comes. */
  before: RawRecord | null;
  /** What it says then: this is the change. */
  now: RawRecord;
  /** Accounts that somebody made by hand before. */
  found?: readonly ListedAccount[];
  /** Zoe’s account once it is done; null: none. */
  end: Seen | null;
  account: AccountState;
};

const unasked = { create: false, update: false, suspend: false, reactivate: false, delete: false };
const asking = (...kinds: (keyof typeof unasked)[]) => ({
  approval: { ...unasked, ...Object.fromEntries(kinds.map((kind) => [kind, true])) },
});
const sales = zoe({ department: 'Sales' });
/** As Rollcall made it, and in a group that somebody else put her into. */
const made: Seen = { active: true, name: 'zoe@acme.test', title: 'Rep', groups: ['Chess'] };
const inSales = { ...made, groups: ['Chess', 'Sales'] };
const crm = { app: 'crm', provisioning: asking(), account: 'active' } as const;
const badges = { app: 'badges', provisioning: asking(), account: 'active' } as const;

export const kinds: readonly Kind[] = [
  {
    ...{ ...crm, name: 'create', operation: 'create', provisioning: asking('create') },
    ...{ before: null, now: sales, end: { ...made, groups: ['Sales'] } },
  },
  {
    ...{ ...crm, name: 'adopt', operation: 'adopt', found: [old] },
    ...{ before: null, now: sales, end: inSales },
  },
  {
    ...{ ...crm, name: 'update', operation: 'update' },
    ...{ before: zoe(), now: zoe({ title: 'Lead' }), end: { ...made, title: 'Lead' } },
  },
  {
    ...{ ...crm, name: 'rename', operation: 'update', provisioning: asking('update') },
    ...{ before: zoe(), now: zoe({ email: 'zoe.new@acme.test' }), end: { ...made, name: 'zoe.new@acme.test' } },
  },
  { ...crm, name: 'grant', operation: 'update', before: zoe(), now: sales, end: inSales },
  { ...crm, name: 'revoke', operation: 'update', before: sales, now: zoe(), end: made },
  {
    ...{ ...crm, name: 'suspend', operation: 'suspend', account: 'suspended' },
    ...{ before: sales, now: { ...sales, status: 'suspended' }, end: { ...inSales, active: false } },
  },
  {
    ...{ ...crm, name: 'reactivate', operation: 'reactivate', provisioning: asking('reactivate') },
    ...{ before: { ...sales, status: 'suspended' }, now: zoe({ department: 'Sales', title: 'Lead' }) },
    end: { ...inSales, title: 'Lead' },
  },
  {
    ...{ ...crm, name: 'delete', operation: 'delete', provisioning: { ...asking(), onDelete: 'delete' } },
    ...{ before: sales, now: { ...sales, status: 'left' }, end: null, account: 'deleted' },
  },
  {
    ...{ ...badges, name: 'task: create', operation: 'create', provisioning: asking('create') },
    ...{ before: null, now: sales, end: { ...made, groups: ['Sales'] } },
  },
  {
    ...{ ...badges, name: 'task: delete', operation: 'delete', provisioning: { ...asking(), onDelete: 'delete' } },
    ...{ before: sales, now: { ...sales, status: 'left' }, end: null, account: 'deleted' },
  },
];
