import type { Profile } from '../profile.ts';

/** A server made for Okta as its client. */
export const okta: Profile = {
  title: 'SCIM 2.0, as Okta speaks it',
  address: 'https://app.example/scim/v2',
  sources: ['https://developer.okta.com/docs/reference/scim/scim-20/'],
  // Profiles are changed by PUT; 100 rows a page; the only filter is on the user name.
  userUpdate: 'put',
  paging: { by: 'index', most: 100 },
  filters: { Users: ['userName'], Groups: ['displayName'] },
  // Okta never deletes a user, so that servers need not know how.
  delete: false,
  remarks: { delete: 'Okta never deletes users, so that servers made for it need not take a DELETE.' },
};
