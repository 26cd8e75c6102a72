import type { Profile } from '../profile.ts';

const help = 'https://help.salesforce.com/s/articleView?type=5&id=xcloud';

/** Salesforce. */
export const salesforce: Profile = {
  title: 'Salesforce',
  address: 'https://DOMAIN.my.salesforce.com/services/scim/v2',
  sources: [
    `${help}.identity_scim_rest_api.htm`,
    `${help}.identity_scim_manage_groups.htm`,
    `${help}.identity_scim_overview.htm`,
  ],
  configPaths: ['ServiceProviderConfigs'],
  userUpdate: 'patch',
  paging: { by: 'index', most: 200 },
  // manage_groups: `"value": { "members": [ … ] }`, with the path `members`, to add and to remove.
  members: { change: 'wrapped', readable: true, pair: null },
  // overview: "you deactivate user objects rather than deleting them".
  delete: false,
  required: ['userName', 'email', 'familyName'],
  own: {
    profile: {
      ...{ path: ['entitlements'], many: true, entry: {}, required: true },
      description: 'Id of the profile, such as 00e2x000000K4Yv, which no user is made without',
    },
  },
  remarks: { delete: 'Salesforce deletes no users: they are deactivated, which suspending does already.' },
};
