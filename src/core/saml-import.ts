import type { AppConfig } from './app-schema.ts';
import { filledIn } from './config-value.ts';
import type { TargetConnector } from './connector.ts';
import { refused } from './errors.ts';
import type { NameIdFormat, ServiceProvider, Signing } from './saml.ts';
import { claimedTarget } from './saml-claims.ts';
import { SamlSetup } from './saml-schema.ts';
import { hasPlaceholder } from './secret.ts';

/** What the app asks to be told, and what it would be told: null, nothing that could be guessed; `filled`: people have a value. */
export type Claim = { name: string; required: boolean; target: string | null; filled: boolean };

/** What the metadata of an app comes to. */
export type SamlImport = { setup: SamlSetup; claims: readonly Claim[] };

/**
 * The setup of an app out of its metadata. What metadata does not say stays as it was set up: what is signed, the length of sessions,
 * how people are named as far as the app still takes it, and which attribute fills what.
 * @throws RollcallError `saml-metadata` (show)
 */
export function samlFrom(provider: ServiceProvider, app: AppConfig, connector: TargetConnector): SamlImport {
  refuseNames(provider);
  const before = app.saml;
  const claims = claimsOf(provider, app, connector);
  const attributes = { ...before?.attributes, ...toldBy(claims) };
  const read = SamlSetup.safeParse({
    entityId: provider.entityId,
    acs: provider.acs,
    nameId: nameIdFor(provider.nameIdFormats, before?.nameId),
    sign: signingFor(provider, before?.sign),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    requestsSigned: provider.requestsSigned || (before?.requestsSigned === true && provider.certificates.length > 0),
    certificates: provider.certificates,
    ...(before !== undefined && { session: before.session }),
  });
  if (read.success) return { setup: read.data, claims };
  const [issue] = read.error.issues;
  throw unusable(`its ${issue?.path.join('.')} cannot be taken over: ${issue?.message}`);
}

const unusable = (message: string) =>
  refused('saml-metadata', message, 'Ask whoever runs the app for other metadata, or write `saml` by hand.');

/** What others wrote must not name a secret of ours: it would be sent to them. */
function refuseNames({ entityId, acs }: ServiceProvider): void {
  if ([entityId, ...acs.map(({ url }) => url)].some(hasPlaceholder))
    throw unusable('an address in it has ${…} in it, which would stand for a variable or a secret here');
}

function claimsOf({ asked }: ServiceProvider, app: AppConfig, connector: TargetConnector): Claim[] {
  const filled = filledIn(app, connector);
  const known = app.saml?.attributes ?? {};
  return asked.map(({ name, required }) => {
    const target = Object.hasOwn(known, name) ? (known[name] ?? null) : claimedTarget(name, connector.attributes);
    return { name, required, target, filled: target !== null && filled.has(target) };
  });
}

const toldBy = (claims: readonly Claim[]): Record<string, string> =>
  Object.fromEntries(claims.flatMap(({ name, target }) => (target === null ? [] : [[name, target] as const])));

/** What says most about people first: an app that takes names they are known by is to be given those. */
const preferred: readonly NameIdFormat[] = ['emailAddress', 'unspecified', 'persistent', 'transient'];

function nameIdFor(
  taken: readonly NameIdFormat[],
  before: SamlSetup['nameId'] | undefined,
): Partial<SamlSetup['nameId']> {
  if (before !== undefined && (taken.length === 0 || taken.includes(before.format))) return before;
  const format = preferred.find((one) => taken.includes(one)) ?? 'emailAddress';
  return { ...before, format };
}

function signingFor({ wantsAssertionsSigned }: ServiceProvider, before: Signing = 'both'): Signing {
  return wantsAssertionsSigned && before === 'response' ? 'both' : before;
}
