import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLiquid, liquidProblem, namesInLiquid, render } from '../../src/core/liquid.ts';
import type { Attributes } from '../../src/core/model.ts';
import { patience, runs } from './arbitraries.ts';

const zoe: Attributes = {
  ...{ givenName: 'Zoë', familyName: ['Quill', 'Łuczak'], department: 'Sales', memberOf: ['VPN', 'Sales', 'VPN'] },
  ...{ level: 7, external: false, blank: ' ', one: ['only'], 'cost center': 'X1' },
};
const nothing = { values: [], missing: null, failed: null };

describe('a template', () => {
  it.each<[string, unknown[]]>([
    ['{{ givenName | slice: 0 | downcase }}.{{ familyName | downcase }}', ['z.quill']],
    ['{{ givenName | ascii | upcase }}', ['ZOE']],
    ['{{ familyName | last | ascii }}', ['Luczak']],
    ['{{ level }}', [7]],
    ['{{ level | plus: 1 }}', [8]],
    ['{{ external }}', [false]],
    ['{{ memberOf }}', ['VPN', 'Sales', 'VPN']],
    ['{{ memberOf | uniq }}', ['VPN', 'Sales']],
    ['{{ memberOf | join: "; " }}', ['VPN; Sales; VPN']],
    ['app-{{ memberOf }}', ['app-VPN']],
    ['{{ memberOf.size }}', [3]],
    ['{{ one }}', ['only']],
    ['{{ ["cost center"] }}', ['X1']],
    ['{% if memberOf contains "VPN" %}remote{% else %}on site{% endif %}', ['remote']],
    ['{% if level > 5 and department == "Sales" %}Senior{% endif %}', ['Senior']],
    ['{% unless title %}none{% endunless %}', ['none']],
    ['{% if title %}{{ title }}{% endif %}', []],
    ['{{ title | default: "Staff" }}', ['Staff']],
    ['plain', ['plain']],
    ['  ', []],
  ])('%s', (template, values) => {
    expect(render(template, zoe)).toEqual({ ...nothing, values });
  });

  it.each([
    ['{{ title }}', 'title'],
    ['{{ givenName }} {{ blank }}x{{ title }}', 'title'],
    ['{{ empty2 | upcase }}', 'empty2'],
  ])('%s is no value at all without %s', (template, missing) => {
    expect(render(template, zoe)).toEqual({ ...nothing, missing });
  });

  it.each([
    '{{ givenName | divided_by: 0 | plus: 1 }}{{ "',
    '{{ level | divided_by: 0 }}',
    '{{ givenName | nonsense }}',
    '{{ givenName | constructor }}',
    '{% for one in memberOf %}x{% endfor %}',
    '{% assign a = 1 %}',
    '{% include "/etc/passwd" %}',
    '{% render "x" %}',
    '{% liquid %}',
    '{{ (1..1000000000) | join }}',
    '{{ "now" | date: "%s" }}',
    `{{ "a" ${'| append: givenName | replace: "Z", "ZZZZZZZZ" '.repeat(40)}}}`,
    '{{ givenName }}'.repeat(1_000),
  ])('%s fails and says so', (template) => {
    const { values, failed } = render(template, zoe);
    expect(values).toEqual([]);
    expect(failed).not.toBeNull();
  });

  it('reads no file and knows nothing but the attributes', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'globalThis', 'process', 'valueOf'])
      expect(render(`{{ ${name} }}`, zoe)).toEqual({ ...nothing, missing: name });
    expect(render('{{ givenName.constructor }}', zoe).values).toEqual([]);
    expect(render('{{ memberOf.constructor.name }}', zoe).values).toEqual([]);
  });
});

describe('what is wrong with a template', () => {
  it.each<[string, string, string]>([
    ['{{ givenName | downcas }}', 'undefined filter: downcas', 'did you mean downcase?'],
    ['{% iff x %}{% endif %}', 'tag "iff" not found', 'did you mean if?'],
    ['{% for x in y %}{% endfor %}', 'tag "for" not found', 'the tags there are: if, unless'],
    ['{{ manager.name }}', 'manager.name: attributes have no parts', 'use one of: first, last, size, a number'],
  ])('%s', (template, message, remedy) => {
    expect(liquidProblem(template)).toEqual({ message, remedy });
  });

  it('is said of one that does not end', () => {
    expect(liquidProblem('{{ givenName')?.message).toContain('not closed');
    expect(liquidProblem('{% if x %}')?.message).toContain('not closed');
  });

  it('is nothing for good ones', () => {
    for (const template of ['{{ givenName }}', '{{ memberOf[0] }} {{ memberOf.first }}', 'x', '{% if a %}b{% endif %}'])
      expect(liquidProblem(template)).toBeNull();
  });
});

it('tells the attributes a template reads, wherever they stand', () => {
  expect(namesInLiquid('{{ b | append: a }}{% if c == d %}{{ ["cost center"] }}{% endif %}{{ b.first }}')).toEqual([
    ...['a', 'b', 'c', 'cost center', 'd'],
  ]);
  expect(namesInLiquid('{{ nope | nope }}')).toEqual([]);
  expect([isLiquid('{givenName}'), isLiquid('{{ x }}'), isLiquid('{% if x %}')]).toEqual([false, true, true]);
});

describe('for every template and every attributes', () => {
  const name = fc.constantFrom(
    'givenName',
    'memberOf',
    'constructor',
    '__proto__',
    'toString',
    'title',
    'level',
    'blank',
  );
  const filter = fc.constantFrom(
    ...['downcase', 'slice: 0', 'slice: -9, 99', 'default: "x"', 'append: title', 'split: ""', 'join', 'first', 'size'],
    ...[
      'plus: 1',
      'divided_by: 0',
      'times: "x"',
      'truncate: 2',
      'ascii',
      'replace: "a", givenName',
      'nonsense',
      'map: "x"',
    ],
    ...['constructor', 'valueOf', 'uniq', 'compact', 'reverse', 'round', 'last', 'where: "x"', 'date: "%s"'],
  );
  const output = fc
    .tuple(name, fc.array(filter, { maxLength: 4 }))
    .map(([what, filters]) => `{{ ${[what, ...filters].join(' | ')} }}`);
  const tag = fc.constantFrom(
    '{% if title %}',
    '{% else %}',
    '{% endif %}',
    '{% unless level > 3 %}',
    '{% endunless %}',
  );
  const piece = fc.oneof(output, tag, fc.string({ maxLength: 5 }), fc.constantFrom('{{', '}}', '{%', '%}', '|', '.'));
  const template = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  const single = fc.oneof(fc.string({ maxLength: 6 }), fc.integer(), fc.boolean());
  const attributes = fc.dictionary(
    fc.oneof(name, fc.string({ maxLength: 4 })),
    fc.oneof(single, fc.array(single, { maxLength: 3 })),
    { maxKeys: 5 },
  );

  it(
    'rendering never throws, gives plain values alone, and the same again',
    () => {
      fc.assert(
        fc.property(template, attributes, (text, found) => {
          const first = render(text, found);
          expect(render(text, structuredClone(found))).toEqual(first);
          for (const value of first.values) expect(['string', 'number', 'boolean']).toContain(typeof value);
          if (first.missing !== null || first.failed !== null) expect(first.values).toEqual([]);
          liquidProblem(text);
        }),
        runs,
      );
    },
    patience,
  );

  it(
    'nothing inherited is ever read',
    () => {
      const inherited = fc.constantFrom('constructor', 'toString', 'valueOf', 'hasOwnProperty', 'secret', '__proto__');
      const bare = fc.tuple(inherited, fc.array(filter, { maxLength: 3 }));
      fc.assert(
        fc.property(bare, ([what, filters]) => {
          const poisoned: Attributes = Object.create({ secret: 'leaked' });
          const { values } = render(`{{ ${[what, ...filters].join(' | ')} }}`, poisoned);
          // Only what the template itself says may come out: the text of a `default`, or a count of nothing.
          for (const value of values) expect(String(value)).not.toMatch(/leaked|native|function|object/);
        }),
        runs,
      );
    },
    patience,
  );
});
