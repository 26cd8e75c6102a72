import type { Profile } from '../profile.ts';

/** An enterprise with managed users. */
export const githubEnterprise: Profile = {
  title: 'GitHub enterprise with managed users',
  address: 'https://api.github.com/scim/v2/enterprises/ENTERPRISE',
  sources: [
    'https://docs.github.com/enterprise-cloud@latest/rest/enterprise-admin/scim',
    'https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/provisioning-user-accounts-with-scim/provisioning-users-and-groups-with-scim-using-the-rest-api',
  ],
  configPaths: [],
  headers: { 'X-GitHub-Api-Version': '2022-11-28' },
  userUpdate: 'put',
  paging: { by: 'index', most: 100 },
  filters: { Users: ['userName', 'externalId'], Groups: ['displayName', 'externalId'] },
  members: { change: 'filter', readable: true, pair: null },
  attributes: ['userName', 'email', 'givenName', 'familyName', 'displayName'],
  required: ['userName', 'email', 'displayName'],
  // "no more than 1,000 users per hour".
  rate: { writes: { calls: 1_000, seconds: 3_600 }, concurrency: 4 },
  remarks: {
    delete: 'A deleted managed user never comes back: its name stays taken, and what it holds is unlinked for good.',
  },
};
