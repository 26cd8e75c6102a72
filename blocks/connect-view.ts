import type { Draft, StepName } from '../src/core/draft.ts';
import type { Step } from '../src/core/draft-steps.ts';
import type { Time } from '../src/core/model.ts';

/*
 * What the blocks of connecting are given; the engine's own answers have at least these fields.
 */

/** A draft as it stands. `link`: the one-time page that is open, or the way to the app, for the one person whose it is. */
export type DraftView = {
  draft: Pick<
    Draft,
    'id' | 'kind' | 'renews' | 'saved' | 'name' | 'title' | 'busy' | 'state' | 'outcome' | 'by' | 'at'
  >;
  connectorTitle: string;
  steps: readonly Step[];
  next: StepName | null;
  link: { person: string; url: string; expires: Time; purpose: 'secrets' | 'authenticate' } | null;
};

/** What each step is called on its button, and in sentences. */
export const stepWords: Readonly<Record<StepName, { title: string; act: string; sentence: string }>> = {
  connection: { title: 'Connection', act: 'Connection', sentence: 'say where it is reached' },
  secrets: { title: 'Credentials', act: 'Enter credentials', sentence: 'enter the credentials on a page of their own' },
  authenticate: { title: 'Access', act: 'Authenticate', sentence: 'sign in at the app and grant access' },
  test: { title: 'Test', act: 'Test connection', sentence: 'test the connection' },
  provisioning: { title: 'Provisioning', act: 'Provisioning', sentence: 'say what is done, and what is asked first' },
  owners: { title: 'Owners', act: 'Owners', sentence: 'say who looks after it' },
  approvals: { title: 'Approvals', act: 'Approvals', sentence: 'say who agrees to what' },
  timing: { title: 'Timing', act: 'Timing', sentence: 'say when accounts are changed and deleted' },
  entitlements: { title: 'Entitlements', act: 'Entitlements', sentence: 'choose whether entitlements are provisioned' },
  parameters: { title: 'Parameters', act: 'Parameters', sentence: 'look at the parameters' },
  password: { title: 'Password', act: 'Password', sentence: 'say whether Rollcall sets passwords' },
  rules: { title: 'Rules', act: 'Rules', sentence: 'look at the rules' },
  roles: { title: 'Roles', act: 'Roles', sentence: 'say which roles get it' },
  reading: { title: 'Reading', act: 'Reading', sentence: 'say how it is read' },
  discovery: {
    title: 'Accounts',
    act: 'Look for accounts',
    sentence: 'see whose the accounts are that are there already',
  },
  review: { title: 'Review', act: 'Review', sentence: 'review what it would come to' },
};
