import type { Profile } from '../profile.ts';

const extension = 'urn:ietf:params:scim:schemas:extension:docker:2.0:User';
const own = (name: string, description: string) => ({ path: [extension, name], many: false, description });

/** Docker Hub, Docker Business. */
export const dockerHub: Profile = {
  title: 'Docker Hub',
  address: 'https://hub.docker.com/v2/scim/2.0',
  sources: [
    'https://docs.docker.com/enterprise/security/provisioning/scim/',
    'https://docs.docker.com/reference/api/hub/latest/#tag/scim',
  ],
  // Its discovery claims PATCH, and the reference has none: users are read, made and put.
  configPaths: [],
  userUpdate: 'put',
  // scim_user has no externalId; lists may ask for 200 rows.
  externalId: false,
  filters: { Users: ['userName'], Groups: [] },
  paging: { by: 'index', most: 200 },
  groups: false,
  delete: false,
  attributes: ['userName', 'givenName', 'familyName'],
  required: ['userName'],
  own: {
    dockerRole: own('dockerRole', 'member, editor or owner; left out: member'),
    dockerOrg: own('dockerOrg', 'Another organization than that of the single sign-on connection'),
    dockerTeam: own('dockerTeam', 'A team of the organization, made where it is missing'),
  },
  remarks: {
    create: 'A person who has a Docker account with this address already joins the organization with that one.',
    suspend: 'Whoever is set inactive is out of the organization until they are reactivated.',
    delete: 'Docker Hub has no way to delete an account.',
  },
};
