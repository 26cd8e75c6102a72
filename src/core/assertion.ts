import type { AppConfig } from './app-schema.ts';
import { broken } from './errors.ts';
import { digestOf } from './hash.ts';
import type { Time, Wish } from './model.ts';
import { type Assertion, assertionLife } from './saml.ts';
import type { SamlSetup } from './saml-schema.ts';
import { valuesIn } from './sign-on-name.ts';
import { byText } from './text.ts';
import { milliseconds } from './time-schema.ts';

/** What an assertion is made from. `random`: an id nobody could guess. */
export type Saying = {
  app: AppConfig & { saml: SamlSetup };
  person: string;
  wish: Wish;
  /** What the account is called; null where the app goes by another kind of name. */
  name: string | null;
  issuer: string;
  acs: string;
  inResponseTo: string | null;
  at: Time;
  random(): string;
};

/** The assertion about a person, from what provisioning would wish for their account: the same parameters, translations and rules. */
export function assertionOf({ app, person, wish, name, issuer, acs, inResponseTo, at, random }: Saying): Assertion {
  const { saml } = app;
  const ids = { response: `_${random()}`, assertion: `_${random()}`, session: `_${random()}` };
  return {
    ...{ issuer, audience: saml.entityId, acs, inResponseTo, ids, at, sign: saml.sign },
    nameId: { format: saml.nameId.format, value: nameIdOf(saml, person, name, random) },
    attributes: statementOf(saml, wish),
    until: at + assertionLife,
    sessionUntil: at + milliseconds(saml.session),
  };
}

/** A persistent name is the same for ever, says nothing of the person, and is another one in each app (SAML 2.0 core, section 8.3.7). */
function nameIdOf({ nameId, entityId }: SamlSetup, person: string, name: string | null, random: () => string): string {
  if (nameId.format === 'transient') return `_${random()}`;
  if (nameId.format === 'persistent') return digestOf({ v: 1, nameId: person, entityId });
  if (name === null) throw broken('sign-on-name', 'an account without a name cannot be signed on to');
  return name;
}

/** By the app's names where it has its own, else each target by its own; in one order, and nothing that has no value. */
function statementOf({ attributes }: SamlSetup, wish: Wish): Assertion['attributes'] {
  const own = Object.keys({ ...wish.first, ...wish.attributes, ...wish.entitlements }).map(
    (target) => [target, target] as const,
  );
  const named = attributes === undefined ? own : Object.entries(attributes);
  return named
    .map(([name, target]) => ({ name, values: valuesIn(wish, target) }))
    .filter(({ values }) => values.length > 0)
    .sort((a, b) => byText(a.name, b.name));
}
