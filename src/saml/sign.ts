import { SignedXml } from 'xml-crypto';
import { withLineEndsKept } from './characters.ts';
import type { KeyPair } from './key-pair.ts';
import { namespaces } from './xml-element.ts';

/** Of XML Signature, as SAML 2.0 core has it (section 5.4). */
export const algorithms = {
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  exclusive: namespaces.exclusive,
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const;

/**
 * A message or an assertion of ours with its signature, which stands right after its first element, the issuer, as the schema demands.
 * Since it is canonicalized exclusively, a signed assertion stays signed when a response takes it in.
 */
export function sign(xml: string, { privateKey, certificate }: KeyPair): string {
  const signed = new SignedXml({
    ...{ privateKey, publicCert: certificate },
    ...{ signatureAlgorithm: algorithms.rsaSha256, canonicalizationAlgorithm: algorithms.exclusive },
  });
  const transforms = [algorithms.enveloped, algorithms.exclusive];
  signed.addReference({ xpath: '/*', digestAlgorithm: algorithms.sha256, transforms });
  signed.computeSignature(xml, { prefix: 'ds', location: { reference: '/*/*[1]', action: 'after' } });
  return withLineEndsKept(signed.getSignedXml());
}
