import { z } from 'zod';
import { AllowHosts, Auth, BaseUrl } from '../_http.ts';

const Options = z.strictObject({
  /** How accounts are changed. Unset: PATCH, unless the app says that it knows none. */
  userUpdate: z.enum(['patch', 'put']).optional(),
  /** Does a PATCH name each attribute by path, or send one object of values? Removing always names a path. */
  patchPath: z.enum(['path', 'none']).default('path'),
  /** Are the app's groups entitlements? */
  groups: z.boolean().default(true),
  /** Rows asked for at a time; the app may give fewer. */
  pageSize: z.number().int().min(1).max(1_000).default(100),
});

/** The connection of an app that speaks SCIM 2.0 (RFC 7643, RFC 7644). */
export const ScimConnection = z.strictObject({
  /** Where `/Users` is found: `https://app.example/scim/v2`. */
  baseUrl: BaseUrl,
  auth: Auth,
  profile: z.enum(['generic']).default('generic'),
  allowHosts: AllowHosts.default([]),
  options: Options.prefault({}),
});
export type ScimConnection = z.infer<typeof ScimConnection>;
