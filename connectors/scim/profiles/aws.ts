import type { Profile } from '../profile.ts';

const guide = 'https://docs.aws.amazon.com/singlesignon/latest/developerguide';

/** AWS IAM Identity Center. */
export const aws: Profile = {
  title: 'AWS IAM Identity Center',
  address: 'https://scim.eu-central-1.amazonaws.com/TENANT/scim/v2',
  sources: [
    `${guide}/limitations.html`,
    `${guide}/createuser.html`,
    `${guide}/listusers.html`,
    `${guide}/listgroups.html`,
    `${guide}/patchuser.html`,
    `${guide}/patchgroup.html`,
  ],
  // listusers, listgroups: an empty `cursor` first, then `nextCursor`; at most 100 rows; no startIndex, no excludedAttributes.
  paging: { by: 'cursor', most: 100 },
  excludesMembers: false,
  // listusers, listgroups: only these are found by `eq`.
  filters: { Users: ['userName', 'externalId'], Groups: ['displayName', 'externalId'] },
  userUpdate: 'patch',
  // listgroups: members are always empty; id and members together tell of one account. patchgroup: no replace-all, no remove-all.
  members: {
    change: 'array',
    readable: false,
    pair: (group, user) => `id eq ${JSON.stringify(group)} and members eq ${JSON.stringify(user)}`,
  },
  // createuser: one value each of emails, addresses and phoneNumbers.
  multiEmail: false,
  required: ['userName', 'displayName', 'givenName', 'familyName'],
  remarks: {
    entitlements:
      'Identity Center never tells who is in a group: Rollcall goes by what it gave itself, and asks about one account and one group when it changes that.',
  },
};
