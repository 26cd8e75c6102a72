import { refused } from '../core/errors.ts';
import { escaped, forbiddenCharacter } from './characters.ts';

/** A piece of XML that is already written, so that no text passes for one. */
export type Xml = { readonly xml: string };

/** An element, its attributes without those that are null, and in it other elements or text in their order. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | null>>,
  ...content: readonly (Xml | string)[]
): Xml {
  const given = Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .map(([attribute, value]) => ` ${attribute}="${written(value)}"`)
    .join('');
  const inner = content.map((part) => (typeof part === 'string' ? written(part) : part.xml)).join('');
  return { xml: inner === '' ? `<${name}${given}/>` : `<${name}${given}>${inner}</${name}>` };
}

/**
 * Nothing is dropped from a value: without a character that XML cannot hold, one name could become another's.
 * @throws RollcallError `saml-value` (show)
 */
function written(value: string): string {
  const wrong = forbiddenCharacter(value);
  if (wrong === null) return escaped(value);
  throw refused(
    'saml-value',
    `A value that an app is to be told holds the character ${wrong}, which SAML cannot carry.`,
    'Correct the value where it comes from, such as the directory or the parameter, then sign on again.',
  );
}
