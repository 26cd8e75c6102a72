import { z } from 'zod';
import { AllowHosts, Auth, BaseUrl } from '../_http.ts';

const Options = z.strictObject({
  userUpdate: z
    .enum(['patch', 'put'])
    .optional()
    .describe('How accounts are changed. Empty: PATCH, unless the app says that it knows none'),
  patchPath: z
    .enum(['path', 'none'])
    .default('path')
    .describe('Does a PATCH name each attribute by path, or send one object of values? Removing always names a path'),
  groups: z.boolean().default(true).describe('Are the app’s groups entitlements?'),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe('Rows asked for at a time; the app may give fewer'),
});

/** The connection of an app that speaks SCIM 2.0 (RFC 7643, RFC 7644). */
export const ScimConnection = z.strictObject({
  baseUrl: BaseUrl.describe('Where /Users is found, such as https://app.example/scim/v2'),
  auth: Auth,
  profile: z.enum(['generic']).default('generic'),
  allowHosts: AllowHosts.default([]).describe(
    'Hosts and networks of your own that may be called beside public ones, such as crm.intern or 10.1.0.0/16',
  ),
  options: Options.prefault({}),
});
export type ScimConnection = z.infer<typeof ScimConnection>;
