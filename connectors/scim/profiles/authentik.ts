import type { Profile } from '../profile.ts';

/** A server made for authentik as its client. */
export const authentik: Profile = {
  title: 'SCIM 2.0, as authentik speaks it',
  address: 'https://app.example/scim/v2',
  sources: ['https://docs.goauthentik.io/add-secure-apps/providers/scim/'],
  // What discovery does not tell is taken for missing: PUT then.
  patchUnsaid: false,
};
