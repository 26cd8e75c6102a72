import { z } from 'zod';
import { Bearer } from '../_credentials.ts';
import { AllowHosts, BaseUrl } from '../_http.ts';

/** Roles in a group, and what the API calls them (doc/api/members.md). */
export const levels = { guest: 10, planner: 15, reporter: 20, developer: 30, maintainer: 40, owner: 50 } as const;

const { token, expires } = Bearer.shape;

/** The connection of a GitLab; what its documentation leaves open is a setting here. */
export const Connection = z.strictObject({
  baseUrl: BaseUrl.describe('Where the API begins, such as https://gitlab.example.com/api/v4'),
  auth: z.strictObject({
    type: z.literal('bearer').default('bearer'),
    token: token.describe('An access token of an administrator, with the scope api; with Admin Mode, admin_mode too'),
    expires,
  }),
  accessLevel: z
    .enum(['guest', 'planner', 'reporter', 'developer', 'maintainer', 'owner'])
    .default('developer')
    .describe('The role somebody gets in a group they are put into'),
  onlyGroups: z
    .array(z.string().min(1))
    .default([])
    .describe('Full paths of the groups to look at, such as platform/backend. Empty: all'),
  provider: z
    .string()
    .regex(/^[\w-]+$/, 'write one word, such as rollcall')
    .default('rollcall')
    .describe('The name of the identity that keeps our id; never one that people sign in with'),
  skipConfirmation: z.boolean().default(true).describe('Addresses hold at once, without a mail to confirm them'),
  resetPassword: z.boolean().default(false).describe('A new account without a password gets a mail to set one'),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(100)
    .describe('Rows asked for at a time; GitLab gives 100 at most'),
  allowHosts: AllowHosts.default([]).describe('Hosts and networks of your own that may be called beside public ones'),
});
export type Connection = z.infer<typeof Connection>;
