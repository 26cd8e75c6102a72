import type { Time, Value } from './model.ts';

/* What SAML 2.0 messages say, as far as Rollcall reads and writes them; how they are written is the room `saml`'s. */

/** What a NameID is (SAML 2.0 core, section 8.3). */
export const nameIdFormats = {
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
} as const;
export type NameIdFormat = keyof typeof nameIdFormats;
export const nameIdFormatNames = Object.keys(nameIdFormats) as NameIdFormat[];

/** Which parts of a response carry a signature. */
export const signings = ['both', 'assertion', 'response'] as const;
export type Signing = (typeof signings)[number];

/** An address of an app that takes responses; `index` as its metadata numbers it. */
export type AssertionConsumer = { url: string; index?: number };

/** Everything one response says of a person to an app. */
export type Assertion = {
  /** Our entity id. */
  issuer: string;
  /** The entity id of the app. */
  audience: string;
  /** Where the response is posted: Destination and Recipient. */
  acs: string;
  /** The request that is answered; null: none was made, and no InResponseTo is written. */
  inResponseTo: string | null;
  nameId: { format: NameIdFormat; value: string };
  /** In the order they are written; those without a value are left out. */
  attributes: readonly { name: string; values: readonly Value[] }[];
  at: Time;
  /** Until when it may be used. */
  until: Time;
  /** Until when the session it begins may last. */
  sessionUntil: Time;
  /** Each of them begins as an xs:ID may: with a letter or an underscore. */
  ids: { response: string; assertion: string; session: string };
  sign: Signing;
};

/** A response that says no. `subcode`: of SAML 2.0 core, section 3.2.2.2. */
export type Denial = {
  issuer: string;
  acs: string;
  inResponseTo: string | null;
  subcode: 'RequestDenied' | 'NoPassive' | 'InvalidNameIDPolicy' | 'AuthnFailed';
  /** A plain sentence for whoever runs the app. */
  message: string;
  at: Time;
  id: string;
};

/** A request for a sign-on as an app sent it, read but not yet judged. */
export type AuthnRequest = {
  id: string;
  /** The entity id it names as its sender. */
  issuer: string;
  destination: string | null;
  at: Time;
  /** Where the response is asked to go. Null: wherever it usually goes. */
  consumer: { url: string } | { index: number } | null;
  /** The URN of the format asked for; null: any. */
  nameIdFormat: string | null;
  /** The person is not to be asked anything. */
  passive: boolean;
  relayState: string | null;
  /** Its signature was made with one of the certificates of its issuer. */
  signed: boolean;
};

/** How a request arrived. `query`: as it stood in the address, undecoded, since a signature is over its very characters. */
export type SentRequest =
  | { binding: 'redirect'; query: string }
  | { binding: 'post'; samlRequest: string; relayState: string | null };

/** An app as its metadata describes it. */
export type ServiceProvider = {
  entityId: string;
  acs: readonly AssertionConsumer[];
  nameIdFormats: readonly NameIdFormat[];
  requestsSigned: boolean;
  wantsAssertionsSigned: boolean;
  /** PEM, of signing use or any. */
  certificates: readonly string[];
  /** What it would like to be told, by the names it uses. */
  asked: readonly { name: string; required: boolean }[];
};

/** Milliseconds an assertion may be used after it was made, and clocks may differ. */
export const assertionLife = 5 * 60_000;
export const skew = 3 * 60_000;
