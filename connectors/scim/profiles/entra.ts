import type { Profile } from '../profile.ts';

/** A server made for Microsoft Entra ID as its client, in Entra's own dialect. */
export const entra: Profile = {
  title: 'SCIM 2.0, as Entra ID speaks it',
  address: 'https://app.example/scim',
  sources: [
    'https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility',
    'https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups',
  ],
  userUpdate: 'patch',
  // Without the flag aadOptscim062020: `Replace`, `"False"`, and members removed by a list of values.
  opCase: 'capital',
  booleans: 'text',
  members: { change: 'array', readable: true, pair: null },
  // Only `eq` and `and` are ever sent.
  filters: { Users: ['userName', 'externalId'], Groups: ['displayName', 'externalId'] },
};
