import { z } from 'zod';
import { group, Scalar } from './condition-schema.ts';
import { name } from './name-schema.ts';
import { passwordSources } from './password.ts';
import { SamlSetup } from './saml-schema.ts';
import { ChangeWindow, Duration } from './time-schema.ts';

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
  /** People sign on to it by SAML, with Rollcall as the identity provider. */
  saml: SamlSetup.exactOptional(),
  connector: z.string(),
  connection: z.record(z.string(), z.unknown()).default({}),
  provisioning: Provisioning.prefault({}),
  parameters: z.array(Parameter).default([]),
  rules: z.array(Rule).default([]),
});
export type AppConfig = z.infer<typeof App>;
