import fc from 'fast-check';

const bait = [
  '<!channel>',
  '<@UEVIL>',
  '<https://evil.test|Approve>',
  '&lt;!here&gt;',
  '```code``` `tick`',
  '*bold* _it_ ~st~',
  '\u202Egnp.exe\u202C \u2067abc\u2069',
  'a\u200B\u200D\uFEFFb',
  '> quote\n# head\n• list',
  ':white_check_mark: *Approved* by Ada',
  '',
  ' \u0000\u001B[31m ',
  '\uD800 alone',
  `family ${'👩‍👩‍👧‍👦'.repeat(50)}`,
  'x'.repeat(10_000),
  '&'.repeat(10_000),
  '<'.repeat(3_000),
  'ا'.repeat(4_000),
];

/** Text nobody should send to a channel, and ordinary text. */
export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...bait) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...bait), fc.constantFrom(...bait)).map(([a, b]) => a + b) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.constantFrom('Zoe Ångström', 'CRM', 'department is Sales') },
);

/** How long lists are: nothing, one, a page, the whole company. */
export const listLength = fc.constantFrom(0, 1, 2, 40, 10_000);

export const times = fc.constantFrom(0, Date.UTC(2025, 10, 20, 9), Number.NaN, 8.64e15);
