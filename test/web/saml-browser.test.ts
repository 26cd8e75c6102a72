import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { browserFrom } from '../../src/web/saml-browser.ts';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const mobile = 'Version/18.1 Mobile/15E148 Safari/604.1';

describe('where a browser is', () => {
  it.each([
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ['Chrome on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36`],
    ['Edge on Windows', `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0`],
    ['Opera on a Mac', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Chrome/139.0 Safari/537.36 OPR/1.0`],
    ['Safari on a Mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.1 Safari/605.1'],
    ['Safari on an iPhone', `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 ${mobile}`],
    ['Chrome on an iPad', 'Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605 CriOS/141.0 Safari/604.1'],
    ['Chrome on Android', `Mozilla/5.0 (Linux; Android 15) ${webkit} Chrome/141.0.0.0 Mobile Safari/537.36`],
    ['Samsung Internet on Android', `Mozilla/5.0 (Linux; Android 15) ${webkit} SamsungBrowser/28 Chrome/130 Safari/5`],
    ['Chrome on ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/141.0.0.0 Safari/537.36`],
    ['a browser on an unknown system', 'curl/8.5.0'],
    ['a browser on an unknown system', ''],
  ])('is said as %s', (said, userAgent) => {
    expect(browserFrom(userAgent, '203.0.113.7')).toBe(`${said}, at 203.0.113.7`);
  });

  it('has its address as people write it', () => {
    expect(browserFrom('', '::ffff:203.0.113.7')).toBe('a browser on an unknown system, at 203.0.113.7');
    expect(browserFrom('', '2001:db8::1')).toBe('a browser on an unknown system, at 2001:db8::1');
    expect(browserFrom('', '')).toBe('a browser on an unknown system');
  });

  it('says nothing that whoever sits there wrote', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(browserFrom(`Pick 47, says IT: ${text}`, '')).toMatch(/^[A-Z a-z]+ on [A-Za-z ]+$/);
        expect(browserFrom(`Pick 47, says IT: ${text}`, '')).not.toMatch(/Pick|says/);
      }),
    );
  });
});
