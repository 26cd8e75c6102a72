import type { Profile } from '../profile.ts';

/** Any app that keeps to the standard. */
export const generic: Profile = {
  title: 'SCIM 2.0',
  address: 'https://app.example/scim/v2',
  sources: ['https://www.rfc-editor.org/rfc/rfc7643', 'https://www.rfc-editor.org/rfc/rfc7644'],
  password: true,
};
