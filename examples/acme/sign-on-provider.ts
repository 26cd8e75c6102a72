import { DOMParser } from '@xmldom/xmldom';

/** The identity provider as its metadata describes it. `certificates`: base64 of each that may sign. */
export type Provider = { entityId: string; signOn: string; certificates: string[] };

const namespaces = {
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
};
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/** Reads it anew at each sign-on, so that a new key is known at once; an app with more visitors would keep it for some hours. */
export async function readProvider(address: string): Promise<Provider> {
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const root = new DOMParser().parseFromString(await response.text(), 'text/xml').documentElement;
  const found = (namespace: string, name: string) => [...elementsOf(root, namespace, name)];
  const services = found(namespaces.metadata, 'SingleSignOnService');
  const signOn = services.find((service) => service.getAttribute('Binding') === redirect)?.getAttribute('Location');
  const certificates = found(namespaces.signature, 'X509Certificate').map(({ textContent }) =>
    (textContent ?? '').replace(/\s/g, ''),
  );
  const entityId = root.getAttribute('entityID');
  if (!entityId || !signOn || certificates.length === 0)
    throw new Error(`${address} describes no identity provider with a certificate`);
  return { entityId, signOn, certificates };
}

function* elementsOf(root: Element, namespace: string, name: string): Generator<Element> {
  const found = root.getElementsByTagNameNS(namespace, name);
  for (let index = 0; index < found.length; index += 1) {
    const element = found.item(index);
    if (element !== null) yield element;
  }
}
