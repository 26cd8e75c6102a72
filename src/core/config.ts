import { z } from 'zod';
import { passwordSources } from './password.ts';

/** Name of an app, role, directory, mapping or rule: an immutable key, shown as it is written. */
const name = z
  .string()
  .trim()
  .min(1, 'give it a name')
  .max(80, 'at most 80 characters')
  .regex(/^[^\p{Cc}]+$/u, 'no control characters');

const units = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;
const durationPattern = /^(\d{1,6}) (millisecond|second|minute|hour|day|week)s?$/;

/** A span of time as people write it: `15 minutes`, `3 days`. */
export const Duration = z
  .string()
  .regex(durationPattern, 'write a number and a unit, such as "15 minutes" or "3 days"');

/** Milliseconds of a Duration. */
export function milliseconds(duration: string): number {
  const [, count = '0', unit = 'second'] = durationPattern.exec(duration) ?? [];
  return Number(count) * units[unit as keyof typeof units];
}

export const operators = [
  '=',
  '!=',
  'contains',
  'starts-with',
  'ends-with',
  'in',
  'not-in',
  '>',
  '<',
  'matches',
  'exists',
] as const;

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export const SimpleCondition = z.strictObject({
  attribute: z.string().min(1),
  operator: z.enum(operators),
  value: z.union([Scalar, z.array(Scalar)]).optional(),
});
export type SimpleCondition = z.infer<typeof SimpleCondition>;
export type Match = 'all' | 'any';
/** A condition, or a nested group of them. */
export type Condition = SimpleCondition | { match: Match; conditions: Condition[] };
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([SimpleCondition, z.strictObject({ match: z.enum(['all', 'any']), conditions: z.array(Condition).min(1) })]),
);

const group = { match: z.enum(['all', 'any']).default('all'), conditions: z.array(Condition).default([]) };

export const Directory = z.strictObject({
  name,
  title: z.string().optional(),
  connector: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  schedule: Duration.default('15 minutes'),
  /** Suspended or gone here means leaving. */
  authoritative: z.boolean().default(true),
  /** Attributes that tell the same human in another directory, in order. */
  join: z.array(z.string()).default(['employeeId', 'email']),
});
export type DirectoryConfig = z.infer<typeof Directory>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'write a date such as "2026-03-31"');
/** Somebody in a role by hand: an e-mail address, or one with its last day. */
export const Member = z.union([z.string(), z.strictObject({ email: z.string(), until: day })]);
export type Member = z.infer<typeof Member>;
export const memberEmail = (member: Member): string => (typeof member === 'string' ? member : member.email);

export const Role = z.strictObject({
  name,
  title: z.string().optional(),
  apps: z.array(name).default([]),
  /** People in the role by hand. */
  members: z.array(Member).default([]),
  /** People may ask for it themselves; the owners of its apps decide. */
  requestable: z.boolean().exactOptional(),
});
export type Role = z.infer<typeof Role>;

/** Sets an attribute of the person, as later mappings, parameters and rules see it; a text may hold a template. */
const Assignment = z.strictObject({ attribute: z.string().min(1), value: z.union([Scalar, z.array(Scalar)]) });
export const Mapping = z
  .strictObject({ name, ...group, roles: z.array(name).default([]), set: z.array(Assignment).default([]) })
  .refine(({ roles, set }) => roles.length + set.length > 0, { message: 'say what it gives: `roles` or `set`' });
export type Mapping = z.infer<typeof Mapping>;

export const Parameter = z
  .strictObject({
    target: z.string().min(1),
    from: z.string().min(1).optional(),
    value: z.union([Scalar, z.array(Scalar)]).optional(),
    /** A Liquid template over the person's attributes: `{{ givenName | slice: 0 | downcase }}.{{ familyName | downcase }}`. */
    template: z.string().min(1).max(10_000).optional(),
    translate: z.record(z.string(), Scalar).optional(),
    default: Scalar.optional(),
    /** Written when the account is made, and never after. */
    createOnly: z.boolean().optional(),
    /** No value empties the attribute in the app; otherwise what is there stays, unless Rollcall itself gave it. */
    clearWhenEmpty: z.boolean().optional(),
    /** Of the target `password` alone, and nothing else stands beside it. */
    password: z.enum(passwordSources).optional(),
  })
  .refine(
    ({ from, value, template, default: fallback, password }) =>
      [from, value, template, fallback, password].some((one) => one !== undefined),
    { message: 'say where the value comes from: `from`, `value`, `template` or `default`' },
  );
export type Parameter = z.infer<typeof Parameter>;

/** Values taken out of an attribute by a pattern: each match of `pattern` gives `value`, with `$1` for its first group. */
const Extraction = z.strictObject({
  from: z.string().min(1),
  pattern: z.string().min(1).max(500),
  value: z.string().min(1).default('$0'),
});
const acts = ['add', 'set', 'remove', 'extract'] as const;
export const Action = z
  .strictObject({
    target: z.string().min(1),
    /** Entitlement values given beside what others give. */
    add: z.array(z.string()).min(1).optional(),
    /** Replaces what came before: a value of an attribute, all values of an entitlement. */
    set: z.union([Scalar, z.array(Scalar)]).optional(),
    /** Takes back what parameters and earlier rules give: these values, or `true` for all. */
    remove: z.union([z.array(z.string()).min(1), z.literal(true)]).optional(),
    /** Entitlement values by pattern from an attribute of the person (OneLogin's *set groups from attribute*). */
    extract: Extraction.optional(),
  })
  .refine((action) => acts.filter((act) => action[act] !== undefined).length === 1, {
    message: 'an action has one of `add`, `set`, `remove` and `extract`',
  });
export type Action = z.infer<typeof Action>;
export const Rule = z.strictObject({ name, ...group, actions: z.array(Action).min(1) });
export type Rule = z.infer<typeof Rule>;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day such as "09:00"');
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** When changes may be made; leaving is never held up by it. */
export const ChangeWindow = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays]),
  from: time,
  /** Earlier than `from`: the next day. */
  to: time,
  timezone: z.string().default('UTC'),
});
export type ChangeWindow = z.infer<typeof ChangeWindow>;

/** One step of an approval: who decides in it, who does where those are gone, and how many have to agree. */
export const Step = z.strictObject({
  /** E-mail addresses, Slack user ids, `manager`, `owners` of the app, `approvers` or `admins` of the company. */
  who: z.array(z.string()).min(1),
  fallback: z.array(z.string()).default([]),
  /** Unset: `settings.quorum`, or all there are where they are fewer. */
  quorum: z.number().int().min(1).max(20).optional(),
});
export type Step = z.infer<typeof Step>;
/** `high`: a press in Slack is only an intention; the approver signs in anew before it counts. */
export const risks = ['normal', 'high'] as const;
const AskedBySteps = z
  .strictObject({ steps: z.array(Step).min(1).max(5).optional(), risk: z.enum(risks).optional() })
  .refine(({ steps, risk }) => steps !== undefined || risk !== undefined, {
    message: 'say who decides (`steps`) or how risky it is (`risk`), or write true or false',
  });
/** Asked of the approvers of app and company (`true`), by steps of its own, or not at all. */
const Consent = z.union([z.boolean(), AskedBySteps]);
export type Consent = z.infer<typeof Consent>;

const onLeaving = z.enum(['suspend', 'delete', 'nothing']);
export const Provisioning = z.strictObject({
  enabled: z.boolean().default(false),
  approval: z
    .strictObject({
      create: Consent.default(true),
      update: Consent.default(false),
      suspend: Consent.default(false),
      reactivate: Consent.default(true),
      delete: Consent.default(true),
      /** Gaining a privileged entitlement always asks: by these steps, whatever the change is else. */
      privileged: AskedBySteps.optional(),
    })
    .prefault({}),
  onSuspend: onLeaving.default('suspend'),
  onDelete: onLeaving.default('suspend'),
  onRoleLoss: onLeaving.default('suspend'),
  /** The grace ladder of a suspended leaver: a reminder, then the deletion, each so long after the suspension. Unset: suspended for good. */
  grace: z.strictObject({ remind: Duration.optional(), delete: Duration }).optional(),
  /** The account is made so many days before the start date. */
  createDaysBefore: z.number().int().min(0).max(90).default(0),
  /** What an account found in the app is matched by, strongest first. */
  match: z
    .array(z.enum(['externalId', 'userName', 'email']))
    .min(1)
    .default(['externalId', 'userName', 'email']),
  /** Changed by hand in the app: put back what is wished, leave it, or ask. */
  drift: z.enum(['re-assert', 'accept', 'ask']).default('re-assert'),
  window: ChangeWindow.optional(),
  entitlements: z.boolean().default(false),
  /** Entitlement values whose gain always asks, by target. */
  privileged: z.record(z.string(), z.array(z.string())).default({}),
  /** The app's accounts are read again when the last complete list is older. */
  verify: Duration.default('24 hours'),
  /** Fixed for the life of the app. */
  shards: z.number().int().min(1).max(64).default(1),
});

export const App = z.strictObject({
  name,
  title: z.string().optional(),
  owners: z.array(z.string()).default([]),
  /** People may ask for it themselves, and its owners decide. */
  requestable: z.boolean().exactOptional(),
  /** Where people sign on: said in the welcome message. */
  signOn: z
    .url({ protocol: /^https?$/, error: 'write an address such as https://app.example' })
    .max(500)
    .optional(),
  connector: z.string(),
  connection: z.record(z.string(), z.unknown()).default({}),
  provisioning: Provisioning.prefault({}),
  parameters: z.array(Parameter).default([]),
  rules: z.array(Rule).default([]),
});
export type AppConfig = z.infer<typeof App>;

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
});
export type StepUp = z.infer<typeof StepUp>;

export const Settings = z.strictObject({
  admins: z.array(z.string()).default([]),
  /** E-mail addresses, Slack user ids, `manager`, or `owners` of the app. */
  approvers: z.array(z.string()).default([]),
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

/** The whole configuration, as in the YAML file. */
export const Config = z.strictObject({
  version: z.literal(1),
  settings: Settings.prefault({}),
  directories: z.array(Directory).default([]),
  roles: z.array(Role).default([]),
  mappings: z.array(Mapping).default([]),
  apps: z.array(App).default([]),
});
export type Config = z.infer<typeof Config>;
