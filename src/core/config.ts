import { z } from 'zod';

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

export const Role = z.strictObject({
  name,
  title: z.string().optional(),
  apps: z.array(name).default([]),
  /** E-mail addresses of people in the role by hand. */
  members: z.array(z.string()).default([]),
});
export type Role = z.infer<typeof Role>;

export const Mapping = z.strictObject({ name, ...group, roles: z.array(name).min(1) });
export type Mapping = z.infer<typeof Mapping>;

export const Parameter = z
  .strictObject({
    target: z.string().min(1),
    from: z.string().min(1).optional(),
    value: z.union([Scalar, z.array(Scalar)]).optional(),
    translate: z.record(z.string(), Scalar).optional(),
    default: Scalar.optional(),
  })
  .refine(
    (parameter) => parameter.from !== undefined || parameter.value !== undefined || parameter.default !== undefined,
    {
      message: 'say where the value comes from: `from`, `value` or `default`',
    },
  );
export type Parameter = z.infer<typeof Parameter>;

const Action = z
  .strictObject({
    target: z.string().min(1),
    add: z.array(z.string()).min(1).optional(),
    set: z.union([Scalar, z.array(Scalar)]).optional(),
  })
  .refine((action) => (action.add === undefined) !== (action.set === undefined), {
    message: 'an action has either `add` or `set`',
  });
export const Rule = z.strictObject({ name, ...group, actions: z.array(Action).min(1) });
export type Rule = z.infer<typeof Rule>;

const onLeaving = z.enum(['suspend', 'delete', 'nothing']);
export const Provisioning = z.strictObject({
  enabled: z.boolean().default(false),
  approval: z
    .strictObject({
      create: z.boolean().default(true),
      update: z.boolean().default(false),
      suspend: z.boolean().default(false),
      reactivate: z.boolean().default(true),
      delete: z.boolean().default(true),
    })
    .prefault({}),
  onSuspend: onLeaving.default('suspend'),
  onDelete: onLeaving.default('suspend'),
  onRoleLoss: onLeaving.default('suspend'),
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
  connector: z.string(),
  connection: z.record(z.string(), z.unknown()).default({}),
  provisioning: Provisioning.prefault({}),
  /** Attributes an existing account is matched by, in order. */
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

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day such as "09:00"');
export const Settings = z.strictObject({
  admins: z.array(z.string()).default([]),
  /** E-mail addresses, Slack user ids, `manager`, or `owners` of the app. */
  approvers: z.array(z.string()).default([]),
  channel: z.string().default('#access'),
  leaverChannel: z.string().optional(),
  quorum: z.number().int().min(1).max(5).default(1),
  approvalExpiry: Duration.default('3 days'),
  deletionThreshold: DeletionThreshold.prefault({}),
  digest: z.strictObject({ channel: z.string(), at: time, timezone: z.string().default('UTC') }).optional(),
  /** E-mail addresses of people whose accounts are never suspended or deleted unasked. */
  protected: z.array(z.string()).default([]),
  timings: Timings.prefault({}),
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
