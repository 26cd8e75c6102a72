import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bold,
  code,
  cutTo,
  enumerate,
  escaped,
  md,
  mention,
  moment,
  plain,
  rawOf,
  stack,
} from '../../blocks/markup.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('escaped', () => {
  it('turns the three signs into entities, each once', () => {
    expect(rawOf(escaped('<!channel> & &lt;'))).toBe('&lt;!channel&gt; &amp; &amp;lt;');
  });

  it('keeps one visible line: no breaks, bidi, zero-width or control characters', () => {
    expect(rawOf(escaped('a\n\u202Eb\u200Bc\u0007\tzo\u2028e\uFEFF'))).toBe('a bc zo e');
  });

  it('lets no name paint an emoji', () => {
    expect(rawOf(escaped(':white_check_mark: Approved'))).not.toContain(':white_check_mark:');
    expect(rawOf(escaped('urn:ietf:params:scim and 10:30:15'))).toBe('urn:ietf:params:scim and 10:30:15');
  });

  it('shows a dash for nothing', () => {
    expect(rawOf(escaped(' \u200B '))).toBe('–');
  });

  it('holds every text within its limit, whole entities and whole code points', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 8, max: 60 }), (text, limit) => {
        const raw = rawOf(escaped(text, limit));
        expect(raw.length).toBeLessThanOrEqual(limit);
        expect(raw.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>&\p{Cs}\p{Cc}]/u);
      }),
    );
  });

  it('changes nothing about an ordinary name', () => {
    for (const name of ['Zoe Ångström', '李小龍', 'محمد علي', 'O’Brien-Smith', '👩 Emoji']) {
      expect(rawOf(escaped(name))).toBe(name);
    }
  });
});

describe('md', () => {
  it('escapes strings and lets markup stand', () => {
    expect(rawOf(md`Hello ${'<@U1>'} and ${bold('a*b')} ${code('`x`')} ${3}`)).toBe(
      'Hello &lt;@U1&gt; and *a∗b* `ˋxˋ` 3',
    );
  });
});

describe('mention', () => {
  it('mentions Slack users only', () => {
    expect(rawOf(mention('U024BE7LH'))).toBe('<@U024BE7LH>');
    expect(rawOf(mention('!channel'))).toBe('!channel');
    expect(rawOf(mention('U1><!here'))).toBe('U1&gt;&lt;!here');
  });
});

describe('moment', () => {
  it('is local for readers, UTC for all others', () => {
    expect(rawOf(moment(Date.UTC(2025, 10, 20, 9)))).toBe(
      '<!date^1763629200^{date_short_pretty} {time}|2025-11-20 09:00 UTC>',
    );
  });
  it('survives a number that is no time', () => {
    expect(rawOf(moment(Number.NaN))).toBe('at an unknown time');
  });
});

describe('plain', () => {
  it('has no angle brackets and stays within its limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 80 }), (text, limit) => {
        const short = plain(text, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.length).toBeGreaterThan(0);
        expect(short).not.toMatch(/[<>\p{Cc}\p{Cs}]/u);
      }),
    );
  });
});

describe('cutTo and stack', () => {
  it('never cut inside an entity or a mention', () => {
    const text = md`a ${'&'} b ${mention('U024BE7LH')} ${moment(0)} ${'<'.repeat(20)}`;
    for (let limit = 2; limit < rawOf(text).length; limit += 1) {
      const rest = rawOf(cutTo(text, limit))
        .replace(/<[^<>]*>/g, '')
        .replace(/&(amp|lt|gt);/g, '');
      expect(rest).not.toMatch(/[<>&]/);
      expect(rawOf(cutTo(text, limit)).length).toBeLessThanOrEqual(limit);
    }
  });

  it('counts the lines it leaves out', () => {
    const lines = Array.from({ length: 100 }, (_, index) => md`line ${index}`);
    const raw = rawOf(stack(lines, 200));
    expect(raw.length).toBeLessThanOrEqual(200);
    const shown = raw.split('\n').length - 1;
    expect(raw).toContain(`…and ${100 - shown} more.`);
  });
});

describe('enumerate', () => {
  it('reads as a sentence', () => {
    const names = ['a', 'b', 'c'].map((name) => md`${name}`);
    expect(rawOf(enumerate([]))).toBe('');
    expect(rawOf(enumerate(names.slice(0, 1)))).toBe('a');
    expect(rawOf(enumerate(names.slice(0, 2)))).toBe('a and b');
    expect(rawOf(enumerate(names))).toBe('a, b and c');
  });
});
