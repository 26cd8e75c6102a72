import { nameIdFormats } from '../core/saml.ts';
import { bareCertificate } from './certificate.ts';
import { digestAlgorithms, signatureAlgorithms } from './signature-algorithm.ts';
import { element, type Xml } from './xml.ts';
import { namespaces } from './xml-element.ts';

/** What an app needs to know of us (SAML 2.0 metadata, section 2.4.3): where to send people, by which bindings, and every certificate that may sign. */
export function metadata({
  entityId,
  signOn,
  certificates,
}: {
  entityId: string;
  signOn: string;
  certificates: readonly string[];
}): string {
  const role = element(
    'md:IDPSSODescriptor',
    { WantAuthnRequestsSigned: 'false', protocolSupportEnumeration: namespaces.protocol },
    ...certificates.map(keyDescriptor),
    ...Object.values(nameIdFormats).map((format) => element('md:NameIDFormat', {}, format)),
    ...['HTTP-Redirect', 'HTTP-POST'].map((binding) =>
      element('md:SingleSignOnService', { Binding: `${bindings}${binding}`, Location: signOn }),
    ),
  );
  const spaces = { 'xmlns:md': namespaces.metadata, 'xmlns:ds': namespaces.signature };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('md:EntityDescriptor', { ...spaces, entityID: entityId }, believed(), role).xml}\n`;
}

/** What the names of bindings begin with (SAML 2.0 bindings, section 3). */
export const bindings = 'urn:oasis:names:tc:SAML:2.0:bindings:';

/**
 * What requests may be signed with (OASIS Metadata Profile for Algorithm Support 1.0, section 2). Shibboleth signs by the form binding with
 * SHA-1 unless it reads here that it may do better.
 */
const believed = (): Xml =>
  element(
    'md:Extensions',
    { 'xmlns:alg': 'urn:oasis:names:tc:SAML:metadata:algsupport' },
    ...digestAlgorithms.map((Algorithm) => element('alg:DigestMethod', { Algorithm })),
    ...signatureAlgorithms.map((Algorithm) => element('alg:SigningMethod', { Algorithm })),
  );

const keyDescriptor = (certificate: string): Xml =>
  element(
    'md:KeyDescriptor',
    { use: 'signing' },
    element(
      'ds:KeyInfo',
      {},
      element('ds:X509Data', {}, element('ds:X509Certificate', {}, bareCertificate(certificate))),
    ),
  );
