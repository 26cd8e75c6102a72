import { type CacheProvider, type Profile, SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { z } from 'zod';
import type { Provider } from './sign-on-provider.ts';

/** Who signed on, as the identity provider says. `id`: of the assertion; times in milliseconds. */
export type SignedOn = {
  id: string;
  userName: string;
  /** What is said of them, by name. */
  attributes: Readonly<Record<string, readonly string[]>>;
  /** Until when the assertion could be used again, and the session may last. */
  until: number;
  sessionUntil: number;
};

/** An app as the identity provider knows it. */
export type Known = { entityId: string; acs: string };

/** What node-saml does not look at by itself: who issued the assertion, whom it is for, and its id. */
const Time = z.iso.datetime().transform((text) => Date.parse(text));
const Confirmation = z.object({ Recipient: z.string(), NotOnOrAfter: Time });
const Shape = z.object({
  Assertion: z.object({
    $: z.object({ ID: z.string().min(1) }),
    Subject: z.tuple([
      z.object({
        SubjectConfirmation: z.tuple([z.object({ SubjectConfirmationData: z.tuple([z.object({ $: Confirmation })]) })]),
      }),
    ]),
    AuthnStatement: z.tuple([z.object({ $: z.object({ SessionNotOnOrAfter: Time.optional() }) })]),
  }),
});
const Attributes = z.record(
  z.string(),
  z.union([z.array(z.string()), z.string().transform((text) => [text])]).catch([]),
);

/** How long somebody is signed in where the provider does not say. */
const usualSession = 8 * 3_600_000;

/** Both the response and the assertion have to be signed; a response to a request is taken only once and only to one of ours. */
export const samlOf = ({ entityId, acs }: Known, provider: Provider, requests: CacheProvider): SAML =>
  new SAML({
    ...{ issuer: entityId, audience: entityId, callbackUrl: acs, entryPoint: provider.signOn },
    ...{ idpCert: provider.certificates, wantAssertionsSigned: true, wantAuthnResponseSigned: true },
    ...{ validateInResponseTo: ValidateInResponseTo.ifPresent, cacheProvider: requests, acceptedClockSkewMs: 60_000 },
    ...{ identifierFormat: null, disableRequestedAuthnContext: true },
  });

/** @throws Error in words for whoever sits there. */
export function readAssertion(profile: Profile, { acs }: Known, provider: Provider): SignedOn {
  const read = Shape.safeParse(profile.getAssertion?.());
  if (!read.success) throw new Error('The assertion says not whom it is for');
  const { $, Subject, AuthnStatement } = read.data.Assertion;
  const confirmation = Subject[0].SubjectConfirmation[0].SubjectConfirmationData[0].$;
  if (profile.issuer !== provider.entityId) throw new Error('The assertion is of another identity provider');
  if (confirmation.Recipient !== acs) throw new Error('The assertion is meant for another address');
  return {
    ...{ id: $.ID, userName: profile.nameID, attributes: Attributes.catch({}).parse(profile.attributes) },
    until: confirmation.NotOnOrAfter,
    sessionUntil: AuthnStatement[0].$.SessionNotOnOrAfter ?? Date.now() + usualSession,
  };
}

/** Requests that were not answered yet. */
export function requestCache(): CacheProvider {
  const kept = new Map<string, { value: string; createdAt: number }>();
  return {
    async saveAsync(key, value) {
      for (const [old, { createdAt }] of kept) if (createdAt < Date.now() - usualSession) kept.delete(old);
      const item = { value, createdAt: Date.now() };
      kept.set(key, item);
      return item;
    },
    getAsync: async (key) => kept.get(key)?.value ?? null,
    removeAsync: async (key) => (key !== null && kept.delete(key) ? key : null),
  };
}
