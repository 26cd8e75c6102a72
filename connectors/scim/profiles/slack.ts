import type { Profile } from '../profile.ts';

const reference = 'https://docs.slack.dev/reference/scim-api';

/** Slack, Business+ and Enterprise. */
export const slack: Profile = {
  title: 'Slack',
  address: 'https://api.slack.com/scim/v2',
  sources: [`${reference}/scim-api-2`, `${reference}/rate-limits`],
  // The table says ServiceProviderConfig, the text below it and the SDK ServiceProviderConfigs.
  configPaths: ['ServiceProviderConfig', 'ServiceProviderConfigs'],
  userUpdate: 'patch',
  // "Sets a Slack user to deactivated".
  delete: false,
  // Changes of users: 180 a minute, 20 at once; reads of an organization: 1,000 a minute.
  rate: { writes: { calls: 180, seconds: 60, burst: 20 }, reads: { calls: 1_000, seconds: 60 } },
  required: ['userName', 'email'],
  remarks: { delete: 'Slack deletes no accounts: its DELETE deactivates them, which suspending does already.' },
};
