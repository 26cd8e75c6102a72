import { createHash, type KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { requestRefused } from './refusal.ts';
import { algorithms } from './sign.ts';
import { digestHashes, isDigestAlgorithm, isSignatureAlgorithm, isSignedBy } from './signature-algorithm.ts';
import { childrenOf, everyElement, is, type XmlElement } from './xml-element.ts';

/**
 * The signature of a message, which stands directly in it; null: it has none. Elsewhere, or beside another, it could be over something
 * else than what is read.
 */
export function signatureOf(root: XmlElement): XmlElement | null {
  const everywhere = [...everyElement(root)].filter((element) => is(element, 'signature', 'Signature'));
  const [signature, ...more] = childrenOf(root, 'signature', 'Signature');
  if (everywhere.length > 1 || more.length > 0) throw requestRefused('It holds more than one signature.');
  if (signature === undefined && everywhere.length > 0)
    throw requestRefused('Its signature stands in the wrong place.');
  return signature ?? null;
}

/** Two of the same id could be taken for each other. @throws RollcallError `saml-request` (show) */
export function refuseSameIds(root: XmlElement): void {
  const seen = new Set<string>();
  for (const { attributes } of everyElement(root))
    for (const [key, value] of attributes) {
      if (!/(?:^|\})id$/i.test(key)) continue;
      if (seen.has(value)) throw requestRefused('Two elements in it have the same ID.');
      seen.add(value);
    }
}

/**
 * The message as it was signed, in canonical XML and without its signature. Only this is read on: whatever stands in the message beside
 * it, nobody vouches for.
 * @throws RollcallError `saml-request` (show) unless one of the keys signed the whole of it.
 */
export function signedMessage(
  xml: string,
  root: XmlElement,
  signature: XmlElement,
  keys: readonly KeyObject[],
): string {
  refuseOtherThanUsual(signature, root.attributes.get('ID') ?? '');
  const signed = new SignedXml({ publicCert: 'the keys of the app are known to the algorithms alone' });
  signed.SignatureAlgorithms = algorithmsOf(signature, keys);
  signed.HashAlgorithms = digests;
  try {
    signed.loadSignature(signatureNode(xml));
    const [message, ...more] = signed.checkSignature(xml) ? signed.getSignedReferences() : [];
    if (message !== undefined && more.length === 0) return message;
  } catch {
    // What the library says repeats the message; that it does not hold is all there is to tell.
  }
  throw requestRefused(
    'Its signature is wrong: it was changed on the way, or signed with a key that the app has not told us.',
  );
}

/** One signature over the whole message and nothing else, by the transforms SAML 2.0 core allows (section 5.4.4). */
function refuseOtherThanUsual(signature: XmlElement, id: string): void {
  const [info, , keyInfo] = parts(signature, ['SignedInfo', 'SignatureValue', 'KeyInfo'], 2);
  const [method, algorithm, reference] = parts(info, ['CanonicalizationMethod', 'SignatureMethod', 'Reference']);
  const [transforms, digest] = parts(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
  const [enveloped, exclusive] = parts(transforms, ['Transform', 'Transform']);
  const usual =
    isStep(method, algorithms.exclusive) &&
    isStep(enveloped, algorithms.enveloped) &&
    isStep(exclusive, algorithms.exclusive, 1);
  if (!usual)
    throw requestRefused('Its signature changes the message before it is checked, in another way than usual.');
  if (reference?.attributes.get('URI') !== `#${id}`) throw requestRefused('Its signature is over something else.');
  const known = isSignatureAlgorithm(algorithmOf(algorithm)) && isDigestAlgorithm(algorithmOf(digest));
  if (!known || !isBare(algorithm) || !isBare(digest))
    throw requestRefused(
      'Its signature is of another kind than RSA, with SHA-256, SHA-384 or SHA-512 for the signature and the digest.',
    );
  if (keyInfo !== undefined && [...everyElement(keyInfo)].some(({ name }) => infoNames.has(name)))
    throw requestRefused('Its signature holds what belongs elsewhere.');
}

const infoNames = new Set(['SignedInfo', 'CanonicalizationMethod', 'SignatureMethod', 'SignatureValue', 'Reference']);
const algorithmOf = (element: XmlElement | undefined): string => element?.attributes.get('Algorithm') ?? '';
const isBare = (element: XmlElement | undefined): boolean => element?.children.length === 0;

/** A step of that kind; an exclusive canonicalization may name prefixes that it keeps all the same. */
function isStep(element: XmlElement | undefined, algorithm: string, mayHold = 0): boolean {
  const inside = element?.children ?? [];
  const prefixes = inside.every((child) => is(child, 'exclusive', 'InclusiveNamespaces') && isBare(child));
  return algorithmOf(element) === algorithm && inside.length <= mayHold && prefixes;
}

/** The elements in one, which are these of XML Signature in this order; those after the first `least` may be missing. */
function parts(element: XmlElement | undefined, expected: readonly string[], least = expected.length): XmlElement[] {
  const inside = element === undefined ? [] : [...element.children];
  const fits = inside.every((child, place) => is(child, 'signature', expected[place] ?? ''));
  if (!fits || inside.length < least) throw requestRefused('Its signature is not built as usual.');
  return inside;
}

const digests = Object.fromEntries(
  Object.entries(digestHashes).map(([name, hash]) => [
    name,
    class {
      getAlgorithmName = () => name;
      getHash = (xml: string) => createHash(hash).update(xml).digest('base64');
    },
  ]),
);

/** The one it names, checked with every key that may have made it, so that the message is canonicalized once. */
function algorithmsOf(signature: XmlElement, keys: readonly KeyObject[]): SignedXml['SignatureAlgorithms'] {
  const [info] = childrenOf(signature, 'signature', 'SignedInfo');
  const name = algorithmOf(info?.children[1]);
  return {
    [name]: class {
      getAlgorithmName = () => name;
      getSignature = () => {
        throw requestRefused('Requests are read and never signed.');
      };
      verifySignature = (material: string, _key: unknown, value: string) =>
        isSignedBy(keys, name, material, Buffer.from(value, 'base64'));
    },
  };
}

function signatureNode(xml: string): Node {
  const complain = () => {
    throw requestRefused('It is written in a way that is read differently by others.');
  };
  const document = new DOMParser({ errorHandler: complain }).parseFromString(xml, 'text/xml');
  const inside = Array.from(document.documentElement.childNodes);
  const node = inside.find((child) => child.nodeName.replace(/^.*:/, '') === 'Signature');
  return node ?? complain();
}
