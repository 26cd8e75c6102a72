import { forbiddenCharacter } from './characters.ts';
import { decoded } from './references.ts';
import type { Refuse } from './refusal.ts';
import { startTag } from './start-tag.ts';
import { trimmed, type XmlElement } from './xml-element.ts';

/** How much of a document is read: characters, levels, elements, attributes of one element; and whether it may hold comments. */
export type XmlLimits = {
  characters: number;
  depth: number;
  elements: number;
  attributes: number;
  comments: boolean;
};

type Scope = ReadonlyMap<string, string>;
type Open = Omit<XmlElement, 'children'> & {
  /** With its prefix, as its end must repeat it. */
  written: string;
  children: XmlElement[];
  scope: Scope;
  commented: boolean;
};
type Reading = {
  readonly xml: string;
  readonly limits: XmlLimits;
  readonly refuse: Refuse;
  at: number;
  elements: number;
  readonly open: Open[];
  root: XmlElement | null;
};

const outermost: Scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);

/**
 * Reads XML of others. It takes the plain part of the language that SAML is written in, and refuses everything else, above all what
 * parsers forgive or understand differently: document types, entities of one's own, processing instructions, encodings other than UTF-8.
 * Nothing is ever fetched. The work is bounded by the limits.
 * @throws what `refuse` makes of the reason.
 */
export function readXml(document: string, limits: XmlLimits, refuse: Refuse): XmlElement {
  if (document.length > limits.characters) throw refuse(`It is longer than ${limits.characters} characters.`);
  const wrong = forbiddenCharacter(document);
  if (wrong !== null) throw refuse(`It holds the character ${wrong}, which XML cannot hold.`);
  const xml = withoutProlog(document, refuse).replace(/\r\n?/g, '\n');
  const reading: Reading = { xml, limits, refuse, at: 0, elements: 0, open: [], root: null };
  while (reading.at < xml.length) take(reading);
  if (reading.open.length > 0) throw refuse('It ends too early.');
  if (reading.root === null) throw refuse('It is no XML.');
  return reading.root;
}

const declaration =
  /^<\?xml[ \t\n\r]+version=(["'])1\.0\1(?:[ \t\n\r]+encoding=(["'])([A-Za-z][\w.-]*)\2)?(?:[ \t\n\r]+standalone=(["'])(?:yes|no)\4)?[ \t\n\r]*\?>/;

function withoutProlog(document: string, refuse: Refuse): string {
  const text = document.startsWith('\uFEFF') ? document.slice(1) : document;
  if (!/^<\?xml[ \t\n\r]/.test(text)) return text;
  const [whole, , , encoding = 'UTF-8'] = declaration.exec(text) ?? [];
  if (whole === undefined) throw refuse('Its XML declaration is not written as one of XML 1.0.');
  if (encoding.toUpperCase() !== 'UTF-8') throw refuse('It is in another encoding than UTF-8.');
  return text.slice(whole.length);
}

function take(reading: Reading): void {
  const { xml, at, open, refuse } = reading;
  if (xml[at] !== '<') takeText(reading);
  else if (xml.startsWith('<!--', at)) takeComment(reading);
  else if (xml.startsWith('<![CDATA[', at) && open.length > 0) takeSection(reading);
  else if (xml.startsWith('</', at)) takeEnd(reading);
  else if (xml.startsWith('<!', at))
    throw refuse('It holds a document type or another declaration, which is never read.');
  else if (xml.startsWith('<?', at)) throw refuse('It holds a processing instruction, which is never read.');
  else takeStart(reading);
}

function takeText(reading: Reading): void {
  const { xml, at, open, refuse } = reading;
  const next = xml.indexOf('<', at);
  reading.at = next < 0 ? xml.length : next;
  const text = xml.slice(at, reading.at);
  if (text.includes(']]>')) throw refuse('It holds “]]>” outside a section that it ends.');
  const element = open.at(-1);
  if (element !== undefined) element.text += decoded(text, refuse);
  else if (trimmed(text) !== '') throw refuse('It holds text outside its outermost element.');
}

function takeComment(reading: Reading): void {
  const { xml, at, open, limits, refuse } = reading;
  if (!limits.comments) throw refuse('It holds a comment.');
  const end = found(reading, '--', at + 4);
  if (xml[end + 2] !== '>') throw refuse('A comment in it is not written as one.');
  const element = open.at(-1);
  if (element !== undefined) element.commented = true;
  reading.at = end + 3;
}

function takeSection(reading: Reading): void {
  const { xml, at, open } = reading;
  const end = found(reading, ']]>', at + 9);
  const element = open.at(-1);
  if (element !== undefined) element.text += xml.slice(at + 9, end);
  reading.at = end + 3;
}

function takeStart(reading: Reading): void {
  const { xml, at, open, limits, refuse } = reading;
  if (open.length === 0 && reading.root !== null) throw refuse('It has more than one outermost element.');
  if (reading.elements === limits.elements) throw refuse(`It has more than ${limits.elements} elements.`);
  if (open.length === limits.depth) throw refuse(`Its elements are nested more than ${limits.depth} deep.`);
  const tag = startTag(xml, at, open.at(-1)?.scope ?? outermost, limits.attributes, refuse);
  const element: Open = { ...tag, children: [], text: '', commented: false };
  reading.elements += 1;
  reading.at = tag.end;
  if (tag.empty) close(reading, element);
  else open.push(element);
}

function takeEnd(reading: Reading): void {
  const { xml, at, open, refuse } = reading;
  const end = found(reading, '>', at);
  const element = open.pop();
  if (
    element === undefined ||
    trimmed(xml.slice(at + 2, end)) !== element.written ||
    xml[at + 2] !== element.written[0]
  )
    throw refuse('Its elements are not closed in the order they were opened.');
  reading.at = end + 1;
  close(reading, element);
}

function close(reading: Reading, { namespace, name, attributes, children, text, commented }: Open): void {
  // What a comment parts, some read whole and some by its first half: a name could be one to us and another to an app.
  if (commented && trimmed(text) !== '') throw reading.refuse('A comment stands within a value.');
  const element = { namespace, name, attributes, children, text };
  const parent = reading.open.at(-1);
  if (parent === undefined) reading.root = element;
  else parent.children.push(element);
}

/** Where `end` stands next. */
function found({ xml, refuse }: Reading, end: string, from: number): number {
  const place = xml.indexOf(end, from);
  if (place < 0) throw refuse('It ends too early.');
  return place;
}
