import type { Profile } from '../profile.ts';

/** Atlassian Cloud, a user provisioning directory. */
export const atlassian: Profile = {
  title: 'Atlassian Cloud',
  address: 'https://api.atlassian.com/scim/directory/DIRECTORY',
  sources: [
    'https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users/',
    'https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-groups/',
    'https://support.atlassian.com/atlassian-cloud/kb/how-to-filter-users-in-provisioning-scim-using-rest-api/',
  ],
  userUpdate: 'put',
  paging: { by: 'index', most: 100 },
  filters: { Users: ['userName', 'externalId'], Groups: ['displayName'] },
  required: ['userName', 'email'],
  remarks: {
    delete: 'Deleting unlinks the account from this directory and deactivates it; made again, it has another id.',
  },
};
