import { z } from 'zod';
import { AllowHosts, BaseUrl } from '../_http.ts';

const status = z.enum(['active', 'suspended', 'left']);

const placeholder = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** A form writes it as text. */
const EventType = z
  .union([z.number().int().positive(), z.string().regex(/^[1-9]\d{0,8}$/, 'write a number')])
  .transform(Number);

/** Whoever knows it may have the directory read, so that it must not be guessed. */
const hookSecret = z
  .string()
  .refine((text) => text.length >= 16 || placeholder.test(text), { error: 'at least 16 characters' })
  .optional()
  .meta({ secret: true })
  .describe('What stands in that header, by itself or after “Bearer”. Empty: nobody calls');

/** The config of a directory that is a OneLogin account. */
export const OneLoginConfig = z.strictObject({
  url: BaseUrl.describe('The account’s own address, such as https://acme.onelogin.com'),
  clientId: z
    .string()
    .regex(/^[\x21-\x39\x3b-\x7e]+$/, 'no spaces, colons or letters beyond ASCII')
    .describe('Of an API credential with “Read users”, better “Read all” (Developers > API Credentials)'),
  clientSecret: z.string().min(1).meta({ secret: true }),
  attributes: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe('Attribute and the short name of its custom attribute, where that does not say it by itself'),
  roles: z
    .enum(['user', 'role', 'none'])
    .default('user')
    .describe(
      'Where the attribute `roles` is read: at each user, at each role (one call or more a role, each read), or nowhere',
    ),
  /** What OneLogin's own words for somebody who cannot sign in mean for their accounts. */
  people: z
    .strictObject({
      unactivated: status.default('suspended'),
      unapproved: status.default('suspended'),
      rejected: status.default('left'),
      unlicensed: status.default('suspended'),
    })
    .prefault({}),
  events: z
    .boolean()
    .default(true)
    .describe('Are deletions learnt from the events? Without, from the full reads alone'),
  deletionEvents: z
    .array(EventType)
    .min(1)
    .default([17])
    .describe('Numbers of the event types that say a user was deleted; each such user is looked up before it counts'),
  fullReadHours: z
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('Everybody is read again when the last full read is older; in between only what changed'),
  overlapMinutes: z
    .number()
    .int()
    .min(1)
    .max(1_440)
    .default(10)
    .describe('How far a read of changes goes back behind the last one'),
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(600)
    .default(120)
    .describe(
      'How long a read waits each time OneLogin’s limit of calls is used up; what is longer ends it until the next',
    ),
  callsPerHour: z
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .default(5_000)
    .describe('How many calls the account takes in an hour; more only where OneLogin has granted it'),
  hookHeader: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'write the name of a header, such as Authorization')
    .default('Authorization')
    .describe('The custom header that was set for the webhook in OneLogin'),
  hookSecret,
  allowHosts: AllowHosts.default([]),
});
export type OneLoginConfig = z.infer<typeof OneLoginConfig>;
