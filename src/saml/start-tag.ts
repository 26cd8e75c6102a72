import { decoded } from './references.ts';
import type { Refuse } from './refusal.ts';

/** What begins an element: `written` as its end must repeat it, `scope` the prefixes that are known in it, `end` where it ends. */
export type StartTag = {
  written: string;
  namespace: string;
  name: string;
  attributes: ReadonlyMap<string, string>;
  scope: ReadonlyMap<string, string>;
  empty: boolean;
  end: number;
};

type Attribute = { prefix: string; name: string; value: string };

// XML allows letters of every script in names; those of SAML and of what is put into it are ASCII.
const name = '[A-Za-z_][A-Za-z0-9_.-]*';
const opening = new RegExp(`<(?:(${name}):)?(${name})`, 'y');
const attribute = new RegExp(`[ \\t\\n]+(?:(${name}):)?(${name})[ \\t\\n]*=[ \\t\\n]*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const closing = /[ \t\n]*(\/?)>/y;

/** The tag that begins at `from`. `outer`: the prefixes known around it. */
export function startTag(
  xml: string,
  from: number,
  outer: ReadonlyMap<string, string>,
  most: number,
  refuse: Refuse,
): StartTag {
  const [opened = '', prefix = '', local] = match(opening, xml, from) ?? [];
  if (local === undefined) throw refuse('A tag in it is not written as one.');
  const given: Attribute[] = [];
  let at = from + opened.length;
  for (let found = match(attribute, xml, at); found !== null; found = match(attribute, xml, at)) {
    if (given.length === most) throw refuse(`An element in it has more than ${most} attributes.`);
    given.push(attributeOf(found, refuse));
    at += found[0].length;
  }
  const closed = match(closing, xml, at);
  if (closed === null) throw refuse('A tag in it is not written as one.');
  const scope = scopeOf(given, outer, refuse);
  return {
    written: opened.slice(1),
    namespace: namespaceOf(prefix, scope, refuse),
    name: local,
    attributes: attributesOf(given, scope, refuse),
    scope,
    empty: closed[1] === '/',
    end: at + closed[0].length,
  };
}

function match(pattern: RegExp, xml: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(xml);
}

function attributeOf([, prefix = '', local = '', double, single = '']: RegExpExecArray, refuse: Refuse): Attribute {
  // Section 3.3.3: white space that is written as itself is read as blanks.
  const value = (double ?? single).replace(/[\t\n]/g, ' ');
  return { prefix, name: local, value: decoded(value, refuse) };
}

const declared = ({ prefix, name }: Attribute): string | null => {
  if (prefix === 'xmlns') return name;
  return prefix === '' && name === 'xmlns' ? '' : null;
};

function scopeOf(given: readonly Attribute[], outer: ReadonlyMap<string, string>, refuse: Refuse) {
  const own = new Map<string, string>();
  for (const one of given) {
    const prefix = declared(one);
    if (prefix === null) continue;
    if (own.has(prefix)) throw refuse('An element in it has an attribute twice.');
    const reserved =
      /^xml/i.test(prefix) || /^http:\/\/www\.w3\.org\/(XML\/1998\/namespace|2000\/xmlns\/)$/.test(one.value);
    if (reserved || (prefix !== '' && one.value === ''))
      throw refuse('It declares a prefix that XML keeps for itself.');
    own.set(prefix, one.value);
  }
  return own.size === 0 ? outer : new Map([...outer, ...own]);
}

function namespaceOf(prefix: string, scope: ReadonlyMap<string, string>, refuse: Refuse): string {
  const found = scope.get(prefix);
  if (found === undefined && prefix !== '') throw refuse('It uses a prefix that it does not declare.');
  return found ?? '';
}

function attributesOf(given: readonly Attribute[], scope: ReadonlyMap<string, string>, refuse: Refuse) {
  const all = new Map<string, string>();
  for (const one of given) {
    if (declared(one) !== null) continue;
    const key = one.prefix === '' ? one.name : `{${namespaceOf(one.prefix, scope, refuse)}}${one.name}`;
    if (all.has(key)) throw refuse('An element in it has an attribute twice.');
    all.set(key, one.value);
  }
  return all;
}
