import { z } from 'zod';
import { group } from './condition-schema.ts';
import { ChangeWindow, Duration, time, weekdays } from './time-schema.ts';

export const DeletionThreshold = z.strictObject({
  count: z.number().int().min(1).default(25),
  percent: z.number().min(0).max(100).default(10),
  window: Duration.default('24 hours'),
  /** Below this many removals in the window nothing is ever held. */
  floor: z.number().int().min(0).default(5),
});
export type DeletionThreshold = z.infer<typeof DeletionThreshold>;

/** How long things take. A call's deadline lies well inside the lease; settle exceeds an app's latest late effect. */
export const Timings = z.strictObject({
  lease: Duration.default('10 seconds'),
  deadline: Duration.default('5 seconds'),
  settle: Duration.default('10 seconds'),
  retry: Duration.default('5 seconds'),
  retryMax: Duration.default('1 hour'),
  /** Calls started before an operation is held for a person. */
  attempts: z.number().int().min(1).default(8),
});

/** People for whom the condition holds need a named sponsor and an end date; without, they get nothing new. */
export const Contractors = z.strictObject({
  ...group,
  /** The attribute that names the sponsor by e-mail. */
  sponsor: z.string().default('manager'),
  /** An end date further away counts as this far away from the start. */
  longest: Duration.default('52 weeks'),
});
export type Contractors = z.infer<typeof Contractors>;

const percent = z.number().int().min(1).max(100);
/** When those who have not answered a request hear of it again, in percent of `approvalExpiry`; `false`: never. */
export const Reminders = z.strictObject({
  remind: z.union([z.literal(false), percent]).default(50),
  /** Then the fallback of its step is asked as well, or the admins. */
  escalate: z.union([z.literal(false), percent]).default(80),
  /** What never lapses is reminded of so often, until somebody answers. */
  repeat: Duration.default('1 day'),
});
export type Reminders = z.infer<typeof Reminders>;

/** When and to whom the digest goes. */
const Digest = z.strictObject({
  channel: z.string(),
  /** Beside the channel: e-mail addresses, Slack user ids, or `admins`; each gets it in their own time zone and working hours. */
  people: z.array(z.string()).default([]),
  at: time,
  /** Of the channel, and of people whose own is not known. */
  timezone: z.string().default('UTC'),
  hours: ChangeWindow.omit({ timezone: true }).prefault({ days: weekdays.slice(0, 5), from: '08:00', to: '18:00' }),
});

/** Where approvers sign in anew before something risky counts: OpenID Connect, authorization code with PKCE. */
export const StepUp = z.strictObject({
  /** As the provider writes it in its tokens: `https://login.acme.test/realms/staff`. */
  issuer: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).meta({ secret: true }),
  /** A sign-in older than this does not count. */
  maxAge: Duration.default('5 minutes'),
  /** Hosts and networks of the company's own that may be called beside public ones: `sso.intern`, `10.1.0.0/16`. Absent: none. */
  allowHosts: z.array(z.string().trim().min(1)).optional(),
});
export type StepUp = z.infer<typeof StepUp>;

export const Settings = z.strictObject({
  admins: z.array(z.string()).default([]),
  /** E-mail addresses, Slack user ids, `manager`, or `owners` of the app. */
  approvers: z.array(z.string()).default([]),
  /** E-mail addresses or Slack user ids of those who read everything and change nothing. */
  auditors: z.array(z.string()).default([]),
  channel: z.string().default('#access'),
  leaverChannel: z.string().optional(),
  quorum: z.number().int().min(1).max(5).default(1),
  /** Each step of an approval waits so long. */
  approvalExpiry: Duration.default('3 days'),
  reminders: Reminders.prefault({}),
  stepUp: StepUp.optional(),
  deletionThreshold: DeletionThreshold.prefault({}),
  digest: Digest.optional(),
  /** Whoever got their first accounts is told which, and how to sign on. */
  welcome: z.boolean().default(true),
  /** E-mail addresses of people whose accounts are never suspended or deleted unasked. */
  protected: z.array(z.string()).default([]),
  contractors: Contractors.optional(),
  /** Dates without a zone are meant here, unless the person has an attribute `timezone`. */
  timezone: z.string().default('UTC'),
  /** A change that empties or changes one of these attributes of many people counts for the deletion threshold. */
  keyAttributes: z.array(z.string()).default(['email', 'userName', 'employeeId']),
  timings: Timings.prefault({}),
  /** May apps take an SSO password: one that the person gives Rollcall for them? */
  passwordMapping: z.boolean().default(false),
});
export type Settings = z.infer<typeof Settings>;
