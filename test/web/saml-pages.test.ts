import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../src/web/html.ts';
import { badRequest, notSignedOn, toTheApp } from '../../src/web/saml-pages.ts';

const bodyOf = (text: string) => sourceOf(notSignedOn('Wiki', text).body);

describe('the pages of signing on', () => {
  it('set what is to be typed apart, as Slack does', () => {
    expect(bodyOf('You may ask for it: `/provision request wiki`.')).toContain(
      '<p>You may ask for it: <code>/provision request wiki</code>.</p>',
    );
    const page = sourceOf(badRequest({ message: 'no', remedy: '`<b>` and `&` or `' }).body);
    expect(page).toContain('<p>Nobody was signed on. <code>&lt;b&gt;</code> and <code>&amp;</code> or `</p>');
  });

  it('say what is wrong in whole sentences', () => {
    for (const message of ['The request is too long', 'The request is too long.'])
      expect(sourceOf(badRequest({ message, remedy: 'Begin again.' }).body)).toContain(
        '<p>The request is too long.</p>\n<p>Nobody was signed on. Begin again.</p>',
      );
  });

  it('let no text open a tag, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'`<>"\'&ab/') }), (text) => {
        const inner = bodyOf(text)
          .replace(/^.*<\/h1><p>/s, '')
          .replace(/<\/p>$/, '');
        expect(inner.replace(/<\/?code>/g, '')).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('name the host a browser is sent to, and leave out a RelayState where there is none', () => {
    const posting = { acs: 'https://wiki.acme.test:8443/a?b="c"&d', response: 'PHg+', relayState: null };
    const page = sourceOf(toTheApp('Wiki', posting).body);
    expect(page).toContain('at <strong>wiki.acme.test:8443</strong>');
    expect(page).toContain('action="https://wiki.acme.test:8443/a?b=&quot;c&quot;&amp;d"');
    expect(page).not.toContain('RelayState');
    expect(sourceOf(toTheApp('Wiki', { ...posting, relayState: '' }).body)).toContain('name="RelayState" value=""');
  });
});
