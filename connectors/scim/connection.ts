import { z } from 'zod';
import { AllowHosts, Auth, BaseUrl } from '../_http.ts';
import { profileNames } from './profiles/index.ts';

/** Where an app departs from its profile. Left out: as the profile has it. */
export const Options = z.strictObject({
  userUpdate: z
    .enum(['patch', 'put'])
    .optional()
    .describe('How accounts are changed. Empty: as the profile says; by itself PATCH, unless the app knows none'),
  patchPath: z
    .enum(['path', 'none'])
    .optional()
    .describe('Does a PATCH name each attribute by path, or send one object of values? Removing always names a path'),
  opCase: z.enum(['lower', 'capital']).optional().describe('Are operations of a PATCH written replace or Replace?'),
  booleans: z.enum(['json', 'text']).optional().describe('In a PATCH: false, or the text "False"?'),
  members: z
    .enum(['filter', 'array', 'put'])
    .optional()
    .describe(
      'How somebody leaves a group: by a path with a filter, by a list of values, or by writing the whole group',
    ),
  groups: z.boolean().optional().describe('Are the app’s groups entitlements?'),
  externalId: z.boolean().optional().describe('Does the app keep our id at externalId?'),
  suspend: z.boolean().optional().describe('Does active: false suspend an account, so that it can come back?'),
  delete: z.boolean().optional().describe('Is an account gone after DELETE?'),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe('Rows asked for at a time, 100 by default; the app may give fewer'),
  callsPerSecond: z
    .number()
    .min(0.1)
    .max(1_000)
    .optional()
    .describe('How many calls a second the app allows, all together. Empty: as the profile says'),
});

/** The connection of an app that speaks SCIM 2.0 (RFC 7643, RFC 7644). */
export const ScimConnection = z.strictObject({
  baseUrl: BaseUrl.describe('Where /Users is found, such as https://app.example/scim/v2'),
  auth: Auth,
  profile: z.enum(profileNames).default('generic').describe('Whose SCIM it is; generic keeps to the standard'),
  allowHosts: AllowHosts.default([]).describe(
    'Hosts and networks of your own that may be called beside public ones, such as crm.intern or 10.1.0.0/16',
  ),
  options: Options.prefault({}),
});
export type ScimConnection = z.infer<typeof ScimConnection>;
