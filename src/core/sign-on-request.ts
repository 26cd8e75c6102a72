import type { Time } from './model.ts';
import type { Denial } from './saml.ts';
import { type AuthnRequest, nameIdFormats, skew } from './saml.ts';
import type { SamlSetup } from './saml-schema.ts';

/** A request that is not answered at the app, since nothing of it can be trusted; or one the app is told no about. */
export type Judged =
  | { result: 'asks'; acs: string }
  | { result: 'denied'; acs: string; subcode: Denial['subcode']; message: string }
  | { result: 'refused'; why: string };

/** Milliseconds a request may be old. */
export const requestLife = 5 * 60_000;

/** Is this request of this app, for us, now, and answerable? (SAML 2.0 core, section 3.4.1; profiles, section 4.1.4.1) */
export function judge(
  request: AuthnRequest,
  saml: SamlSetup,
  { destination, now }: { destination: string; now: Time },
): Judged {
  if (saml.requestsSigned && !request.signed)
    return { result: 'refused', why: 'it carries no signature of the app, which signs its requests' };
  if (request.destination === null ? request.signed : request.destination !== destination)
    return { result: 'refused', why: 'it was meant for another identity provider' };
  if (request.at < now - requestLife - skew) return { result: 'refused', why: 'it is too old' };
  if (request.at > now + skew) return { result: 'refused', why: 'it is dated in the future: a clock is wrong' };
  const acs = consumerOf(request.consumer, saml);
  if (acs === null) return { result: 'refused', why: 'it asks for the answer at an address the app does not have' };
  if (!isGiven(request.nameIdFormat, saml)) {
    const message = `this app gets NameIDs of the format ${nameIdFormats[saml.nameId.format]}`;
    return { result: 'denied', acs, subcode: 'InvalidNameIDPolicy', message };
  }
  if (request.passive) return { result: 'denied', acs, subcode: 'NoPassive', message: 'people are always asked' };
  return { result: 'asks', acs };
}

function consumerOf(asked: AuthnRequest['consumer'], { acs }: SamlSetup): string | null {
  const [first] = acs;
  if (asked === null) return first?.url ?? null;
  const found =
    'url' in asked ? acs.find(({ url }) => url === asked.url) : acs.find(({ index }) => index === asked.index);
  return found?.url ?? null;
}

const isGiven = (asked: string | null, { nameId }: SamlSetup): boolean =>
  asked === null || asked === nameIdFormats.unspecified || asked === nameIdFormats[nameId.format];
