import { z } from 'zod';
import { ServiceAccount } from '../_credentials.ts';
import { AllowHosts, BaseUrl } from '../_http.ts';
import { places } from './attributes.ts';

const tokenUrl = 'https://oauth2.googleapis.com/token';
const scopeOf = (name: string) => `https://www.googleapis.com/auth/admin.directory.${name}`;

const { privateKey, scope, expires, audience } = ServiceAccount.shape;

/** The kind `service-account`, with what is the same for everybody at Google filled in. */
const GoogleAuth = z.strictObject({
  type: z.literal('service-account').default('service-account'),
  issuer: z.string().min(1).describe('The service account’s e-mail address: client_email of its key file'),
  subject: z
    .email({ error: 'write the e-mail address of an administrator of the account' })
    .describe('In whose name it acts: the e-mail address of an administrator who may do all this'),
  privateKey,
  scope: scope.describe(
    'The scopes delegated to it, with a space between them. Empty: just what the other settings need',
  ),
  expires,
  tokenUrl: ServiceAccount.shape.tokenUrl.default(tokenUrl),
  audience,
});

const common = {
  auth: GoogleAuth,
  customer: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'write my_customer, or an id such as C03az79cb')
    .default('my_customer')
    .describe('Whose users: the customer id of the account; my_customer is the administrator’s own'),
  baseUrl: BaseUrl.default('https://admin.googleapis.com').describe('Where Google’s Admin SDK is reached'),
  allowHosts: AllowHosts.default([]).describe('Hosts and networks of your own that may be called beside public ones'),
};

const groupAddress = z
  .email({ error: 'write the e-mail address of a group' })
  .transform((email) => email.toLowerCase());

const pageSize = z
  .number()
  .int()
  .min(1)
  .max(500)
  .default(500)
  .describe('Users asked for at a time; Google gives 500 at most');

/** What somebody whom Google calls archived is here. */
const archived = z
  .enum(['active', 'suspended', 'left'])
  .default('suspended')
  .describe('What somebody with an Archived User licence is');

const CustomFields = z
  .record(z.string().min(1), z.string().regex(/^[\w-]+\.[\w-]+$/, 'write the schema and its field: HR.costCentre'))
  .default({});

/** The config of a directory that is a Google Workspace account. */
export const GoogleDirectory = z.strictObject({
  ...common,
  query: z
    .string()
    .min(1)
    .optional()
    .describe('Whose users are read, as a search of Google’s: orgUnitPath=/Staff. Empty: everybody'),
  attributes: CustomFields.describe('Our attribute and the field of a custom schema it is found in: HR.costCentre'),
  groups: z.boolean().default(false).describe('Are groups read, as the attribute memberOf (their addresses)?'),
  onlyGroups: z.array(groupAddress).default([]).describe('Only these groups, by address. Empty: all of them'),
  derived: z.boolean().default(false).describe('Does being in a group that is in a group count?'),
  archived,
  pageSize,
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(600)
    .default(60)
    .describe('How long a read waits in all where Google’s limit of calls is used up; then it ends until the next'),
});
export type GoogleDirectory = z.infer<typeof GoogleDirectory>;

const isTaken = (name: string) => Object.hasOwn(places, name) || name === 'groups';

export const Options = z.strictObject({
  groups: z.boolean().default(true).describe('Are groups entitlements, by their addresses?'),
  onlyGroups: z.array(groupAddress).default([]).describe('Only these groups, by address. Empty: all of them'),
  attributes: CustomFields.refine((custom) => Object.keys(custom).every((name) => !isTaken(name)), {
    error: 'give them names that no other attribute has',
  }).describe('Attributes of your own and the field of a custom schema each is: HR.costCentre'),
  superAdmins: z.boolean().default(false).describe('May super administrators be changed, suspended and deleted?'),
  signOut: z.boolean().default(false).describe('Is somebody signed out of every session when suspended?'),
  undelete: z
    .boolean()
    .default(true)
    .describe('Is an account Rollcall made, deleted less than 20 days ago, brought back instead of made anew?'),
  changePassword: z
    .boolean()
    .default(false)
    .describe('Must a password Rollcall hands out be changed at first sign-in?'),
  pageSize,
});

/** The connection of an app that is a Google Workspace account. */
export const GoogleTarget = z.strictObject({ ...common, options: Options.prefault({}) });
export type GoogleTarget = z.infer<typeof GoogleTarget>;

/** What reading takes: no more than reading. */
export const readingScopes = ({ groups }: Pick<GoogleDirectory, 'groups'>): string[] =>
  ['user.readonly', ...(groups ? ['group.readonly'] : [])].map(scopeOf);

/** What writing takes. Groups are only read; their members are changed. */
export const writingScopes = ({ groups, signOut }: Pick<GoogleTarget['options'], 'groups' | 'signOut'>): string[] =>
  ['user', ...(groups ? ['group.readonly', 'group.member'] : []), ...(signOut ? ['user.security'] : [])].map(scopeOf);
