import { defineTarget, type Rate } from '../../src/core/connector.ts';
import { Connection } from './config.ts';
import { gitlabTarget } from './target.ts';

/**
 * GitLab limits authenticated requests only where an administrator switched that on: to 7,200 in an hour then, unless they say
 * otherwise (docs.gitlab.com/administration/settings/user_and_ip_rate_limits). Its limits of single endpoints spare administrators or
 * are higher (rate_limit_on_users_api, rate_limit_on_groups_api).
 */
const rate: Rate = { all: { calls: 120, seconds: 60, burst: 10 }, concurrency: 2 };

/**
 * A self-managed GitLab as an app, by its REST API v4; direct membership of its groups is the entitlement. Written from GitLab's pages
 * (doc/api: users, user_moderation, members, groups, rest): no test ran against GitLab itself.
 */
export const connector = defineTarget<Connection>({
  kind: 'target',
  name: 'gitlab',
  title: 'GitLab',
  config: Connection,
  capabilities: { suspend: true, delete: true, entitlements: true, password: true, uniqueKey: true },
  attributes: [
    { name: 'userName', kind: 'value', type: 'string', required: true, unique: true },
    { name: 'email', kind: 'value', type: 'string', required: true, unique: true },
    { name: 'displayName', kind: 'value', type: 'string', required: true },
    { name: 'organization', kind: 'value', type: 'string' },
    { name: 'location', kind: 'value', type: 'string' },
    { name: 'note', kind: 'value', type: 'string', description: 'Seen by administrators alone' },
    { name: 'external', kind: 'value', type: 'boolean', description: 'Sees only what they were given' },
    { name: 'groups', kind: 'entitlement', type: 'string' },
  ],
  // GitLab takes no address as a user name.
  parameters: [
    { target: 'userName', from: 'samAccountName' },
    { target: 'email', from: 'email' },
    { target: 'displayName', from: 'displayName' },
  ],
  remarks: {
    suspend: 'GitLab blocks the user: they cannot sign in or use Git or the API; what they made and their groups stay.',
    delete:
      'What they contributed goes to GitLab’s Ghost User, their own projects are deleted, and nothing brings them back.',
    entitlements: 'Rollcall sees and changes direct memberships; what is inherited from a group above is GitLab’s.',
  },
  rate,
  quotaOf: ({ baseUrl }) => String(baseUrl).toLowerCase(),
  connect: gitlabTarget,
});
