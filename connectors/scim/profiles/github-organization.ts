import type { Profile } from '../profile.ts';

/** One organization on GitHub Enterprise Cloud with SAML, without managed users. */
export const githubOrganization: Profile = {
  title: 'GitHub organization',
  address: 'https://api.github.com/scim/v2/organizations/ORG',
  sources: ['https://docs.github.com/enterprise-cloud@latest/rest/scim/scim'],
  configPaths: [],
  headers: { 'X-GitHub-Api-Version': '2022-11-28' },
  userUpdate: 'patch',
  // Its example changes by an object of values; paths with a filter do not work.
  patchPath: 'none',
  filters: { Users: ['userName', 'externalId'], Groups: [] },
  paging: { by: 'index', most: 100 },
  groups: false,
  // "removes the user from the organization, deletes the external identity, and deletes the associated :id"
  inactive: 'removed',
  attributes: ['userName', 'email', 'givenName', 'familyName', 'displayName'],
  required: ['userName', 'email', 'givenName', 'familyName'],
  remarks: {
    create: 'A new account is an invitation, which the person accepts by signing in.',
    suspend: 'Whoever is set inactive is removed from the organization, and their SCIM identity is gone.',
    delete:
      'Deleting removes the person from the organization; their own GitHub account stays, and coming back is a new invitation.',
  },
};
