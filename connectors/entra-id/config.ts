import { z } from 'zod';
import { AllowHosts, BaseUrl } from '../_http.ts';

const placeholder = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** A private key and the certificate that goes with it, in one PEM. */
const isPair = (text: string): boolean =>
  placeholder.test(text) ||
  (/-----BEGIN (RSA )?PRIVATE KEY-----/.test(text) && /-----BEGIN CERTIFICATE-----/.test(text));

const expires = z.iso
  .date('write the day as "2026-12-31"')
  .optional()
  .describe('The day it ends: people are told before. Of a certificate the day is known');

/** What the app registration proves itself with. */
const Auth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('client-secret'),
    clientSecret: z.string().min(1).meta({ secret: true }).describe('The value of a client secret, not its id'),
    expires,
  }),
  z.strictObject({
    type: z.literal('certificate'),
    certificate: z
      .string()
      .refine(isPair, { error: 'paste the RSA private key and its certificate as PEM, one after the other' })
      .meta({ secret: true })
      .describe('The RSA private key and its certificate as PEM, one after the other'),
    expires,
  }),
]);

/** How a tenant is reached, as directory and as target alike. */
const connectionFields = {
  tenant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/i, 'write the tenant’s id or one of its domains, such as acme.onmicrosoft.com')
    .describe('The tenant’s id (Directory ID) or one of its domains, such as acme.onmicrosoft.com'),
  clientId: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'no spaces or letters beyond ASCII')
    .describe('Application (client) ID of the app registration'),
  auth: Auth,
  graph: BaseUrl.default('https://graph.microsoft.com').describe(
    'Where Microsoft Graph is; another address in national clouds, such as https://graph.microsoft.us',
  ),
  login: BaseUrl.default('https://login.microsoftonline.com').describe(
    'Where tokens are given out; another address in national clouds, such as https://login.microsoftonline.us',
  ),
  allowHosts: AllowHosts.default([]),
};

/** `jobTitle`, `employeeOrgData/costCenter`, `onPremisesExtensionAttributes/extensionAttribute1`, `extension_…_name`. */
const property = z
  .string()
  .regex(/^[a-z]\w*(\/[a-z]\w*)?$/i, 'write the name of a property of a user, such as employeeOrgData/costCenter');

/** The config of a directory that is an Entra ID tenant. */
export const DirectoryConfig = z.strictObject({
  ...connectionFields,
  attributes: z
    .record(z.string().min(1), property)
    .default({})
    .describe('Our attribute and where it is found at a user, beside the usual ones: employeeOrgData/costCenter'),
  groups: z.enum(['all', 'none']).default('all').describe('Is `memberOf` read, from the groups of the tenant?'),
  onlyGroups: z
    .array(z.string().min(1))
    .default([])
    .describe('Only these groups are named in `memberOf`. Empty: all of them'),
  guests: z.boolean().default(false).describe('Are guests people of the company too?'),
  fullReadHours: z
    .number()
    .min(1)
    .max(168)
    .default(24)
    .describe('Everybody is read again when the last full read is older; in between only what changed'),
  lagSeconds: z
    .number()
    .int()
    .min(0)
    .max(60)
    .default(4)
    .describe('How long somebody is looked at again whom Graph shows otherwise than it told'),
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(600)
    .default(120)
    .describe('How long a read waits each time Graph asks for patience; what is longer ends it until the next'),
});
export type DirectoryConfig = z.infer<typeof DirectoryConfig>;

/** Where our id of a person is kept in an account; it finds the account again. */
const Slot = z.string().regex(/^(employeeId|extensionAttribute([1-9]|1[0-5])|extension_[0-9a-f]{32}_\w+)$/i, {
  error: 'write employeeId, extensionAttribute1 to 15, or the full name of a directory extension',
});

/** The connection of an app that is an Entra ID tenant. */
export const TargetConnection = z.strictObject({
  ...connectionFields,
  externalId: Slot.default('extensionAttribute15').describe(
    'Where Rollcall’s id of a person is kept in the account: extensionAttribute1 to 15, employeeId, or a directory extension',
  ),
  managerBy: z
    .enum(['userPrincipalName', 'mail'])
    .default('userPrincipalName')
    .describe('By which of their properties a manager is named'),
  groups: z.boolean().default(true).describe('Are groups entitlements?'),
  licences: z.boolean().default(true).describe('Are licences entitlements?'),
  changePassword: z
    .boolean()
    .default(true)
    .describe('Has everybody to change a password Rollcall has set, at the next sign-in?'),
  restore: z
    .boolean()
    .default(true)
    .describe('Is the account of somebody who comes back restored, where Entra ID still keeps it?'),
  lagSeconds: z
    .number()
    .int()
    .min(0)
    .max(600)
    .default(60)
    .describe(
      'How long Graph may take to show what was written; so long, an account that does not show is not missing',
    ),
  pageSize: z.number().int().min(1).max(999).default(500).describe('Rows asked for at a time'),
});
export type TargetConnection = z.infer<typeof TargetConnection>;

/** What it takes to connect. */
export type Connection = Pick<DirectoryConfig, 'tenant' | 'clientId' | 'auth' | 'graph' | 'login' | 'allowHosts'>;
