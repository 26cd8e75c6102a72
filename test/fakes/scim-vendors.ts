import type { ProfileName } from '../../connectors/scim/profiles/index.ts';
import type { Answer, Asked, ScimApp } from './scim-app.ts';
import {
  all,
  asSingular,
  bad,
  booleans,
  type Check,
  deactivates,
  eachMember,
  hasBoolean,
  isTree,
  kindOf,
  lacks,
  lacksEndpoint,
  makes,
  mapped,
  needs,
  onlyFilters,
  onlyHolds,
  operations,
  plural,
  trees,
  type Vendor,
  withSteps,
} from './scim-rules.ts';

const awsChecks: Check[] = [
  ({ query }) =>
    ['startIndex', 'attributes', 'excludedAttributes'].some((name) => query.has(name)) ? bad('not supported') : null,
  onlyFilters({ Users: ['userName', 'externalId'], Groups: ['displayName', 'externalId', 'id'] }),
  needs('userName', 'displayName', 'name.givenName', 'name.familyName'),
  (asked) => {
    const several = ['emails', 'phoneNumbers'].find((name) => isTree(asked.body) && trees(asked.body[name]).length > 1);
    return makes(asked) && several !== undefined ? bad(`one value of ${several} only`) : null;
  },
  (asked) => {
    if (asked.method !== 'PATCH' || kindOf(asked) !== 'Groups') return null;
    const steps = operations(asked.body);
    if (steps.some(({ path }) => !['displayName', 'members', 'externalId'].includes(String(path))))
      return bad('only displayName, members and externalId are allowed');
    if (steps.some(({ op, path, value }) => path === 'members' && (op === 'replace' || !Array.isArray(value))))
      return bad('all members at once cannot be replaced or removed');
    const changes = steps.reduce((sum, { value }) => sum + trees(value).length, 0);
    return changes > 100 ? bad('at most 100 membership changes') : null;
  },
  (asked) => {
    const removes = operations(asked.body).filter(({ op }) => op === 'remove');
    return kindOf(asked) === 'Users' &&
      removes.some(({ path }) => ['userName', 'active', undefined].includes(path as string))
      ? bad('this cannot be removed')
      : null;
  },
];

const pair = /^id eq "([^"]*)" and members eq "([^"]*)"$/;

/** One account in one group: the only thing it tells of members. */
function pairOf(asked: Asked, app: ScimApp): Answer | null {
  const [, group = '', user = ''] = pair.exec(asked.query.get('filter') ?? '') ?? [];
  if (group === '') return null;
  if (!app.users.has(user)) return { status: 404, body: { detail: 'no such member' } };
  const found = app.groups.get(group);
  const isIn = trees(found?.members).some(({ value }) => value === user);
  const Resources = isIn ? [{ id: group, displayName: found?.displayName, members: [] }] : [];
  return { status: 200, body: { itemsPerPage: Resources.length, Resources } };
}

/** Pages by cursor where one is sent, as if by row numbers. */
function byNumber(asked: Asked): Asked {
  const cursor = asked.query.get('cursor');
  if (cursor === null) return asked;
  const query = new URLSearchParams(asked.query);
  query.set('startIndex', cursor === '' ? '1' : Buffer.from(cursor, 'base64').toString());
  query.set('count', String(Math.min(Number(query.get('count') ?? 100), 100)));
  return { ...asked, query };
}

function cursors(answer: Answer, asked: Asked): Answer {
  if (!asked.query.has('cursor') || answer.status >= 300 || !isTree(answer.body)) return answer;
  const { totalResults, startIndex, Resources } = answer.body;
  const rows = trees(Resources);
  const next = Number(startIndex) + rows.length;
  const more = next <= Number(totalResults) ? { nextCursor: Buffer.from(String(next)).toString('base64') } : {};
  return { ...answer, body: { itemsPerPage: rows.length, Resources: rows, ...more } };
}

/** Every profile's server, as strict as its vendor's page. */
export const vendors: Readonly<Record<ProfileName, Vendor>> = {
  generic: {},
  aws: {
    refuses: (asked, app) => (pair.test(asked.query.get('filter') ?? '') ? null : all(...awsChecks)(asked, app)),
    meant: (asked) => byNumber(eachMember(asked)),
    instead: pairOf,
    answers: (answer, asked) =>
      mapped(cursors(answer, asked), ({ groups: _groups, ...row }) =>
        'members' in row ? { ...row, members: [] } : row,
      ),
  },
  entra: {
    quirks: { userGroups: false },
    refuses: all(
      onlyFilters({ Users: ['userName', 'externalId'], Groups: ['displayName', 'externalId'] }),
      ({ body }) => (operations(body).some(({ op }) => !/^[A-Z]/.test(String(op))) ? bad('unknown operation') : null),
      ({ body }) => (operations(body).some(({ value }) => hasBoolean(value)) ? bad('"True" or "False"') : null),
      ({ body }) => (operations(body).some(({ path }) => /\[/.test(String(path))) ? bad('no filter in a path') : null),
    ),
    meant: (asked) =>
      eachMember(
        withSteps(
          asked,
          operations(asked.body).map((step) => ({
            ...{ ...step, op: String(step.op).toLowerCase() },
            ...('value' in step && { value: booleans(step.value) }),
          })),
        ),
      ),
  },
  okta: {
    refuses: all(onlyFilters({ Users: ['userName'], Groups: ['displayName'] }), lacks('Users', 'DELETE'), (asked) =>
      kindOf(asked) === 'Users' && operations(asked.body).some(({ path }) => path !== undefined)
        ? bad('a PATCH of a user names no path')
        : null,
    ),
  },
  authentik: { quirks: { discovery: false }, refuses: all(lacks('Users', 'PATCH'), lacks('Groups', 'PATCH')) },
  slack: {
    refuses: all(plural, needs('userName', 'emails')),
    meant: (asked) => deactivates(asSingular(asked)),
  },
  'github-organization': {
    quirks: { userGroups: false },
    refuses: all(
      lacksEndpoint('Groups'),
      lacksEndpoint('ServiceProviderConfig'),
      needs('userName', 'emails', 'name.givenName', 'name.familyName'),
      onlyHolds('userName', 'emails', 'name', 'externalId', 'displayName'),
      onlyFilters({ Users: ['userName', 'externalId', 'emails'] }),
      ({ body }) =>
        operations(body).some(({ op, path }) => op !== 'remove' && path !== undefined)
          ? bad('an object of values')
          : null,
    ),
    // "removes the user from the organization, deletes the external identity"
    meant: (asked) =>
      operations(asked.body).some(({ value }) => isTree(value) && value.active === false)
        ? { ...asked, method: 'DELETE' }
        : asked,
  },
  'github-enterprise': {
    refuses: all(
      lacksEndpoint('ServiceProviderConfig'),
      needs('userName', 'emails', 'displayName'),
      onlyHolds('userName', 'emails', 'name', 'externalId', 'displayName', 'roles'),
      onlyFilters({ Users: ['userName', 'externalId'], Groups: ['displayName', 'externalId'] }),
    ),
  },
  'docker-hub': {
    quirks: { userGroups: false },
    refuses: all(
      lacks('Users', 'PATCH', 'DELETE'),
      lacksEndpoint('Groups'),
      lacksEndpoint('ServiceProviderConfig'),
      onlyHolds('userName', 'name', 'urn:ietf:params:scim:schemas:extension:docker:2.0:User'),
      onlyFilters({ Users: ['userName'] }),
    ),
    // "Defaults to false when omitted."
    meant: (asked) =>
      asked.method === 'PUT' && isTree(asked.body) ? { ...asked, body: { active: false, ...asked.body } } : asked,
    answers: (answer) => {
      if (!isTree(answer.body) || answer.body.Resources === undefined) return answer;
      const { Resources, ...rest } = answer.body;
      return { ...answer, body: { ...rest, resources: Resources } };
    },
  },
  atlassian: {
    refuses: all(
      needs('userName', 'emails'),
      onlyFilters({ Users: ['userName', 'externalId'], Groups: ['displayName'] }),
    ),
  },
  salesforce: {
    refuses: all(plural, needs('userName', 'emails', 'name.familyName', 'entitlements'), (asked) =>
      kindOf(asked) === 'Groups' &&
      operations(asked.body).some(({ value }) => !isTree(value) || !Array.isArray(value.members))
        ? bad('members stand in an object')
        : null,
    ),
    meant: (asked) =>
      eachMember(
        deactivates(
          kindOf(asked) === 'Groups' && asked.method === 'PATCH'
            ? withSteps(
                asked,
                operations(asked.body).map((step) => ({
                  ...step,
                  value: isTree(step.value) ? step.value.members : [],
                })),
              )
            : asSingular(asked),
        ),
      ),
  },
  servicenow: {},
};
