import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataRefused } from '../../src/saml/refusal.ts';
import { metadataLimits } from '../../src/saml/service-provider.ts';
import { readXml } from '../../src/saml/strict-xml.ts';
import { element, type Xml } from '../../src/saml/xml.ts';
import type { XmlElement } from '../../src/saml/xml-element.ts';
import { awkward, refusal } from './kit.ts';

const read = (xml: string, limits = metadataLimits) => readXml(xml, limits, metadataRefused);
const refused = (xml: string, limits = metadataLimits) => refusal(() => read(xml, limits), 'saml-metadata');

/** Every text XML can hold, also of those that are rare. */
const text = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: 'binary' }).filter((one) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(one)),
);

describe('what is written', () => {
  it('is read as it was, in elements and attributes, by us and by the library that signs', () => {
    fc.assert(
      fc.property(text, text, (inside, given) => {
        const { xml } = element('a', { b: given, none: null }, 'x', element('c', {}, inside));
        const root = read(xml);
        expect([root.attributes.get('b'), root.children[0]?.text, root.attributes.has('none')]).toEqual([
          given,
          inside,
          false,
        ]);
        const theirs = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
        expect([theirs.getAttribute('b'), theirs.childNodes[1]?.textContent]).toEqual([given, inside]);
      }),
      { numRuns: 500 },
    );
  });

  it('holds no character that XML cannot hold, and is never written without it', () => {
    for (const wrong of ['\0', 'a\u0008', '\u001F', '\uFFFE', '\uFFFF', '\uD800', 'x\uDC00y']) {
      expect(refusal(() => element('a', {}, wrong), 'saml-value')).toMatch(/U\+[0-9A-F]{4}/);
      expect(refusal(() => element('a', { b: wrong }), 'saml-value')).toMatch(/U\+[0-9A-F]{4}/);
    }
  });
});

type Tree = { name: string; given: [string, string][]; inside: (Tree | string)[] };
const name = fc.constantFrom('a', 'p:b', 'q:c-1', 'd.e');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    name,
    given: fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'p:x', 'q:y'), text), {
      selector: ([key]) => key,
      maxLength: 3,
    }),
    inside: fc.array(fc.oneof({ maxDepth: 4 }, text, tie('tree')), { maxLength: 3 }),
  }),
}));
const prefixes = { 'xmlns:p': 'urn:p', 'xmlns:q': 'urn:q', xmlns: 'urn:own' };
const built = ({ name: written, given, inside }: Tree, more = {}): Xml =>
  element(
    written,
    { ...more, ...Object.fromEntries(given) },
    ...inside.map((one) => (typeof one === 'string' ? one : built(one))),
  );

/** As the library sees it, for comparison. */
function seen(node: Element): XmlElement {
  const all = Array.from(node.attributes).filter(
    ({ namespaceURI }) => namespaceURI !== 'http://www.w3.org/2000/xmlns/',
  );
  const key = (one: Attr) => (one.namespaceURI ? `{${one.namespaceURI}}${one.localName}` : one.name);
  const children = Array.from(node.childNodes).filter(({ nodeType }) => nodeType === 1) as Element[];
  const texts = Array.from(node.childNodes).filter(({ nodeType }) => nodeType === 3);
  return {
    ...{ namespace: node.namespaceURI ?? '', name: node.localName, children: children.map(seen) },
    attributes: new Map(all.map((one) => [key(one), one.value])),
    text: texts.map(({ nodeValue }) => nodeValue ?? '').join(''),
  };
}

describe('what is read', () => {
  it('is what the library that checks signatures reads', () => {
    fc.assert(
      fc.property(tree, (one) => {
        const { xml } = built(one, prefixes);
        expect(read(xml)).toEqual(seen(new DOMParser().parseFromString(xml, 'text/xml').documentElement));
      }),
      { numRuns: 300 },
    );
  });

  it('may have a declaration, a mark of its order, comments between elements, sections and references', () => {
    const xml =
      '\uFEFF<?xml version="1.0" encoding="utf-8" standalone=\'yes\'?>\r\n<!-- one --> <a xmlns="urn:a" b=\'&#x26;&#38;\t&quot;\' >' +
      '<!-- two --><c ></c ><d><![CDATA[<&]]>&lt;&gt;&amp;&apos;&quot;</d><e/>\r\n</a >\n<!-- three -->';
    expect(read(xml)).toEqual({
      ...{ namespace: 'urn:a', name: 'a', attributes: new Map([['b', '&& "']]), text: '\n' },
      children: [
        { namespace: 'urn:a', name: 'c', attributes: new Map(), children: [], text: '' },
        { namespace: 'urn:a', name: 'd', attributes: new Map(), children: [], text: '<&<>&\'"' },
        { namespace: 'urn:a', name: 'e', attributes: new Map(), children: [], text: '' },
      ],
    });
  });

  it.each([
    ['', 'It is no XML'],
    ['just text', 'text outside'],
    ['<a/>text', 'text outside'],
    ['<a/><b/>', 'more than one outermost'],
    ['<a>', 'ends too early'],
    ['<a><b></a></b>', 'not closed in the order'],
    ['<a></A>', 'not closed in the order'],
    ['<a></ a>', 'not closed in the order'],
    ['</a>', 'not closed in the order'],
    ['<a b=c/>', 'not written as one'],
    ['<a b/>', 'not written as one'],
    ['<a b="1"c="2"/>', 'not written as one'],
    ['<a b="<"/>', 'not written as one'],
    ['<a b="1" b="2"/>', 'an attribute twice'],
    ['<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="1" q:b="2"/>', 'an attribute twice'],
    ['<a xmlns:p="urn:1" xmlns:p="urn:2"/>', 'an attribute twice'],
    ['<p:a/>', 'does not declare'],
    ['<a p:b="1"/>', 'does not declare'],
    ['<a xmlns:p=""/>', 'keeps for itself'],
    ['<a xmlns:xml="urn:x"/>', 'keeps for itself'],
    ['<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>', 'keeps for itself'],
    ['<a>&</a>', 'reference other'],
    ['<a>&nbsp;</a>', 'reference other'],
    ['<a>&lt</a>', 'reference other'],
    ['<a>&#x;</a>', 'reference other'],
    ['<a>&#0;</a>', 'cannot hold'],
    ['<a>&#xD800;</a>', 'cannot hold'],
    ['<a>&#9999999;</a>', 'cannot hold'],
    ['<a>\0</a>', 'U+0000'],
    ['<a>]]></a>', 'a section'],
    ['<a><!-- a -- b --></a>', 'not written as one'],
    ['<a><!-- a', 'ends too early'],
    ['<a>admin@acme.test<!-- -->.evil.test</a>', 'A comment stands within a value'],
    ['<![CDATA[a]]>', 'declaration'],
    ['<!DOCTYPE a><a/>', 'document type'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'document type'],
    ['<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>', 'document type'],
    ['<a><!ENTITY b "c"></a>', 'document type'],
    ['<?xml-stylesheet href="x"?><a/>', 'processing instruction'],
    ['<a><?php ?></a>', 'processing instruction'],
    [' <?xml version="1.0"?><a/>', 'processing instruction'],
    ['<?xml version="1.1"?><a/>', 'XML declaration'],
    ['<?xml encoding="UTF-8"?><a/>', 'XML declaration'],
    ['<?xml version="1.0" encoding="UTF-16"?><a/>', 'another encoding'],
    ['<?xml version="1.0" encoding="UTF-7"?><a/>', 'another encoding'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'another encoding'],
  ])('is never %s', (xml, words) => {
    expect(refused(xml)).toContain(words);
  });

  it('ends at its limits, each of them to the last', () => {
    const limits = { characters: 200, depth: 3, elements: 5, attributes: 2, comments: false };
    const deep = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;
    const many = (count: number) => `<a>${'<b/>'.repeat(count - 1)}</a>`;
    const given = (count: number) => `<a ${Array.from({ length: count }, (_, place) => `b${place}="1"`).join(' ')}/>`;
    const long = (length: number) => `<a>${'x'.repeat(length - 7)}</a>`;
    const both = [
      [deep(3), deep(4), 'nested more than 3'],
      [many(5), many(6), 'more than 5 elements'],
      [given(2), given(3), 'more than 2 attributes'],
      [long(200), long(201), 'longer than 200'],
      ['<a/>', '<a><!-- --></a>', 'holds a comment'],
    ] as const;
    for (const [within, beyond, words] of both) {
      expect(read(within, limits).name).toBe('a');
      expect(refused(beyond, limits)).toContain(words);
    }
  });
});
