import { z } from 'zod';
import { nameIdFormatNames, signings } from './saml.ts';
import { resolveSecrets, sampled } from './secret.ts';
import { Duration } from './time-schema.ts';

const address = z.url({ protocol: /^https?$/ });
/** It may have `${NAME}` in it, as a connection may: the whole beginning, a host, a port. */
const Address = z
  .string()
  .max(500)
  .refine((text) => address.safeParse(sampled(text)).success, {
    error: 'write an address such as https://app.example/saml/acs',
  });

/** How people sign on to an app by SAML 2.0, with Rollcall as the identity provider. */
export const SamlSetup = z.strictObject({
  /** The app's own, as its metadata says; it may have `${NAME}` in it. */
  entityId: z.string().trim().min(1).max(1024),
  /** Where responses are posted; the first one, unless a request names another of them. */
  acs: z
    .array(z.strictObject({ url: Address, index: z.number().int().min(0).max(65_535).exactOptional() }))
    .min(1)
    .max(50),
  /** How the person is named. `target`: the attribute of the account it is taken from; unset, `userName` or `email`. */
  nameId: z
    .strictObject({
      format: z.enum(nameIdFormatNames).default('emailAddress'),
      target: z.string().min(1).exactOptional(),
    })
    .prefault({}),
  sign: z.enum(signings).default('both'),
  /** What the app is told: its name for it ← the attribute of the account. Unset: every attribute by its own name. */
  attributes: z.record(z.string().min(1).max(500), z.string().min(1)).exactOptional(),
  /** Requests of this app without a good signature are refused. */
  requestsSigned: z.boolean().default(false),
  /** The app's certificates, PEM, for the signatures of its requests. */
  certificates: z.array(z.string().max(10_000).includes('-----BEGIN CERTIFICATE-----')).max(10).default([]),
  /** How long the app may keep the session. */
  session: Duration.default('8 hours'),
});
export type SamlSetup = z.infer<typeof SamlSetup>;

/** The same with every `${NAME}` in its addresses replaced. @throws RollcallError as of resolveSecrets */
export const resolvedSaml = (setup: SamlSetup, env: (name: string) => string | undefined): SamlSetup => ({
  ...setup,
  ...resolveSecrets({ entityId: setup.entityId, acs: setup.acs }, env),
});
