import type { Time } from '../core/model.ts';
import {
  type AssertionConsumer,
  type NameIdFormat,
  nameIdFormatNames,
  nameIdFormats,
  type ServiceProvider,
} from '../core/saml.ts';
import { certificateOf, checkingKey } from './certificate.ts';
import { bindings } from './metadata.ts';
import { metadataRefused, quoted } from './refusal.ts';
import { readXml } from './strict-xml.ts';
import { booleanOf, childrenOf, is, namespaces, timeOf, trimmed, type XmlElement } from './xml-element.ts';

/** A federation's file of all its members is larger; of those, one is asked for. */
export const metadataLimits = { characters: 1024 * 1024, depth: 32, elements: 10_000, attributes: 64, comments: true };
const mostCertificates = 10;
const mostAddresses = 100;

/** @throws RollcallError `saml-metadata` (show) for anything that does not describe one service provider, valid at that time. */
export function readMetadata(xml: string, now: Time): ServiceProvider {
  const root = readXml(xml, metadataLimits, metadataRefused);
  const { entity, role, around } = onlyOne([...providers(root, [])]);
  for (const element of [...around, entity, role]) refuseEnded(element, now);
  const requestsSigned = flag(role, 'AuthnRequestsSigned');
  return {
    entityId: entityId(entity),
    acs: consumers(role),
    nameIdFormats: formats(role),
    requestsSigned,
    wantsAssertionsSigned: flag(role, 'WantAssertionsSigned'),
    certificates: certificates(role, requestsSigned),
    asked: asked(role),
  };
}

type Found = { entity: XmlElement; role: XmlElement; around: readonly XmlElement[] };

/** Every part of the document in which an app takes sign-ons by SAML 2.0, with what stands around it. */
function* providers(element: XmlElement, around: readonly XmlElement[]): Generator<Found> {
  if (is(element, 'metadata', 'EntityDescriptor'))
    for (const role of childrenOf(element, 'metadata', 'SPSSODescriptor').filter(speaksSaml2))
      yield { entity: element, role, around };
  if (is(element, 'metadata', 'EntitiesDescriptor'))
    for (const child of element.children) yield* providers(child, [...around, element]);
}

const speaksSaml2 = ({ attributes }: XmlElement): boolean =>
  (attributes.get('protocolSupportEnumeration') ?? '').split(/[ \t\n]+/).includes(namespaces.protocol);

function onlyOne(found: readonly Found[]): Found {
  const [one, ...more] = found;
  if (one === undefined) throw metadataRefused('It describes no service provider of SAML 2.0.');
  if (more.length === 0) return one;
  const names = found.slice(0, 3).map(({ entity }) => quoted(entity.attributes.get('entityID') ?? ''));
  throw metadataRefused(
    `It describes ${found.length} service providers, such as ${names.join(', ')}; one app is one of them.`,
  );
}

function refuseEnded({ name, attributes }: XmlElement, now: Time): void {
  const text = attributes.get('validUntil');
  if (text === undefined) return;
  const until = timeOf(text);
  if (until === undefined) throw metadataRefused(`The validUntil of its ${name} is no time in UTC: ${quoted(text)}.`);
  if (until <= now) throw metadataRefused(`It was valid until ${new Date(until).toISOString()} only.`);
}

function entityId({ attributes }: XmlElement): string {
  const id = trimmed(attributes.get('entityID') ?? '');
  if (id === '' || id.length > 1024)
    throw metadataRefused('It names no entity id, or one of more than 1,024 characters.');
  return id;
}

function flag({ attributes }: XmlElement, name: string): boolean {
  const text = attributes.get(name) ?? 'false';
  const said = booleanOf(text);
  if (said === undefined) throw metadataRefused(`Its ${name} is neither true nor false: ${quoted(text)}.`);
  return said;
}

/** Those that take responses by HTTP POST: the default first, then those that do not deny to be it (metadata, section 2.2.3). */
function consumers(role: XmlElement): AssertionConsumer[] {
  const posted = childrenOf(role, 'metadata', 'AssertionConsumerService').filter(
    ({ attributes }) => attributes.get('Binding') === `${bindings}HTTP-POST`,
  );
  if (posted.length === 0)
    throw metadataRefused('It names no address that takes responses by HTTP POST (AssertionConsumerService).');
  if (posted.length > mostAddresses)
    throw metadataRefused(`It names more than ${mostAddresses} addresses for responses.`);
  const rank = (element: XmlElement) => {
    if (!element.attributes.has('isDefault')) return 1;
    return flag(element, 'isDefault') ? 0 : 2;
  };
  const all = posted.toSorted((one, other) => rank(one) - rank(other)).map(consumer);
  const indices = all.flatMap(({ index }) => index ?? []);
  if (new Set(indices).size < indices.length)
    throw metadataRefused('Two of its addresses for responses have the same index.');
  return all;
}

function consumer({ attributes }: XmlElement): AssertionConsumer {
  const url = trimmed(attributes.get('Location') ?? '');
  refuseUnlessAddress(url);
  const text = attributes.get('index');
  if (text === undefined) return { url };
  const index = /^\d{1,5}$/.test(trimmed(text)) ? Number(text) : Number.NaN;
  if (!(index <= 65_535))
    throw metadataRefused(`The index of an address for responses is no number from 0 to 65535: ${quoted(text)}.`);
  return { url, index };
}

/** A form in a browser is sent there: another scheme could run a script instead. */
function refuseUnlessAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const web = url !== null && ['https:', 'http:'].includes(url.protocol) && /^https?:\/\//i.test(text);
  if (web && url.username === '' && url.password === '' && !/[\s\p{C}]/u.test(text)) return;
  throw metadataRefused(`An address for responses is no address of the web: ${quoted(text)}.`);
}

function value({ name, children, text }: XmlElement): string {
  if (children.length > 0) throw metadataRefused(`Its ${name} holds more than a value.`);
  return trimmed(text);
}

/** Of those it takes, the ones that can be given. */
function formats(role: XmlElement): NameIdFormat[] {
  const taken = new Set(childrenOf(role, 'metadata', 'NameIDFormat').map(value));
  return nameIdFormatNames.filter((name) => taken.has(nameIdFormats[name]));
}

/** Of signing use or any, each once; only those whose key can be used to check requests. */
function certificates(role: XmlElement, needed: boolean): string[] {
  const signing = childrenOf(role, 'metadata', 'KeyDescriptor').filter(
    ({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing',
  );
  const written = signing
    .flatMap((key) => childrenOf(key, 'signature', 'KeyInfo'))
    .flatMap((info) => childrenOf(info, 'signature', 'X509Data'))
    .flatMap((data) => childrenOf(data, 'signature', 'X509Certificate'));
  if (written.length > mostCertificates) throw metadataRefused(`It names more than ${mostCertificates} certificates.`);
  const all = new Set(written.map((element) => certificateOf(value(element), metadataRefused)));
  const usable = [...all].filter((certificate) => checkingKey(certificate) !== null);
  if (!needed || usable.length > 0) return usable;
  const why = all.size === 0 ? 'names no certificate' : 'names no certificate with an RSA key of at least 2048 bits';
  throw metadataRefused(
    `It says that the app signs its requests (AuthnRequestsSigned), but ${why} to check them with.`,
  );
}

/** What all its services would like to be told, each name once: required where one of them requires it. */
function asked(role: XmlElement): ServiceProvider['asked'] {
  const all = new Map<string, boolean>();
  for (const service of childrenOf(role, 'metadata', 'AttributeConsumingService'))
    for (const attribute of childrenOf(service, 'metadata', 'RequestedAttribute')) {
      const name = trimmed(attribute.attributes.get('Name') ?? '');
      if (name === '') throw metadataRefused('An attribute it asks for has no name (RequestedAttribute).');
      all.set(name, (all.get(name) ?? false) || flag(attribute, 'isRequired'));
    }
  return [...all].map(([name, required]) => ({ name, required }));
}
