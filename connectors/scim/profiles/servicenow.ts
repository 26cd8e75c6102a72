import type { Profile } from '../profile.ts';

/** ServiceNow with the plugin com.snc.integration.scim2. */
export const servicenow: Profile = {
  title: 'ServiceNow',
  address: 'https://INSTANCE.service-now.com/api/now/scim',
  sources: ['https://www.servicenow.com/docs/r/api-reference/rest-apis/scim-api.html'],
  userUpdate: 'patch',
  // Its table of attributes maps `active` to that of sys_user, and keeps `externalId` in sys_scim_user.
  inactive: 'suspended',
  // Its reference does not say what a DELETE leaves behind: off unless the connection says otherwise.
  delete: false,
  remarks: {
    delete:
      'ServiceNow does not document what deleting leaves behind; `options: { delete: true }` takes it at its word.',
  },
};
