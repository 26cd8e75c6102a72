import { expect, it } from 'vitest';
import { isSignatureAlgorithm } from '../../src/saml/signature-algorithm.ts';
import { keyOf, saml } from './kit.ts';

it('the metadata names the signatures that are believed, the usual one first, so that apps need no setting of their own', async () => {
  const { certificate } = await keyOf('ours');
  const xml = saml.metadata({ entityId: 'urn:us', signOn: 'https://us.acme.test/sso', certificates: [certificate] });
  const named = [...xml.matchAll(/<alg:SigningMethod Algorithm="([^"]+)"/g)].map(([, name = '']) => name);
  expect(named[0]).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
  expect(named).toHaveLength(3);
  expect(named.filter((name) => !isSignatureAlgorithm(name))).toEqual([]);
  // The schema wants extensions before anything else.
  expect(xml).toMatch(/<md:EntityDescriptor[^>]*><md:Extensions/);
});
