import { describe, expect, it } from 'vitest';
import { importLines, keyLines, rotationWarning } from '../../src/cli/saml-words.ts';
import type { SamlImport } from '../../src/core/saml-import.ts';
import { SamlSetup } from '../../src/core/saml-schema.ts';
import type { SigningKeyView } from '../../src/engine/sign-on/sign-ons.ts';

const acs = [{ url: 'https://wiki.acme.test/acs', index: 1 }, { url: 'https://wiki.acme.test/other' }];
const found = (setup: object = {}, claims: SamlImport['claims'] = []): SamlImport => ({
  setup: SamlSetup.parse({ entityId: 'https://wiki.acme.test/sp', acs, ...setup }),
  claims,
});
const day = 86_400_000;
const noon = Date.UTC(2026, 2, 15, 12);

describe('an import in the terminal', () => {
  it('says what the metadata comes to', () => {
    expect(importLines(found())).toEqual([
      'entity id            https://wiki.acme.test/sp',
      'answers go to        https://wiki.acme.test/acs (index 1)',
      '                     https://wiki.acme.test/other',
      'people are named by  their e-mail address (emailAddress), from email, else userName',
      'signed               the response and the assertion in it',
      'requests             taken without a signature',
      'sessions             8 hours',
      '',
      'It does not say what it would like to be told: it is told every attribute that has a value, by its own name.',
    ]);
  });

  it('says how requests are checked, and how people are named', () => {
    const certificates = ['-----BEGIN CERTIFICATE-----'];
    const row = (setup: object, name: string) =>
      importLines(found(setup))
        .find((line) => line.startsWith(name))
        ?.slice(21);
    expect(row({ certificates, requestsSigned: true }, 'requests')).toBe(
      'refused unless signed; 1 certificate to check them with',
    );
    expect(row({ certificates: [...certificates, ...certificates] }, 'requests')).toBe(
      'may be unsigned; 2 certificates to check those that are',
    );
    expect(row({ nameId: { format: 'unspecified', target: 'userName' } }, 'people')).toBe(
      'a name of no said form (unspecified), from userName',
    );
    expect(row({ nameId: { format: 'persistent', target: 'userName' } }, 'people')).not.toContain('userName');
    expect(row({ sign: 'assertion' }, 'signed')).toBe('the assertion alone');
  });

  it('says what it would be told by what, and what is open', () => {
    const claims = [
      { name: 'mail', required: true, target: 'email', filled: true },
      { name: 'title', required: false, target: 'title', filled: false },
      { name: 'shoeSize', required: false, target: null, filled: false },
    ];
    expect(importLines(found({ attributes: { mail: 'email', title: 'title' } }, claims)).slice(7)).toEqual([
      '',
      'it would be told            from',
      'mail              required  email',
      'title             optional  title  no parameter and no rule fills it yet',
      'shoeSize          optional  -      nothing was found for it',
      'What fills it was found by its name: look at it, and correct `saml.attributes` where it is something else.',
    ]);
    expect(importLines(found({}, claims.slice(2))).at(-1)).toContain('told every attribute that has a value');
    expect(importLines(found({ attributes: { mail: 'email' } })).at(-1)).toContain('stays as it is');
  });
});

describe('signing keys in the terminal', () => {
  const key = (change: Partial<SigningKeyView>): SigningKeyView => ({
    ...{ id: 'a1', state: 'signing', madeAt: noon, signsFrom: noon, publishedUntil: null, endsAt: noon + 1_000 * day },
    ...{ certificate: 'PEM', ...change },
  });

  it('are a table of their lives', () => {
    expect(
      keyLines([
        key({ publishedUntil: noon + 28 * day }),
        key({ id: 'b2', state: 'waiting', signsFrom: noon + 14 * day }),
      ]),
    ).toEqual([
      'key  state    signs from            in the metadata until    certificate ends',
      'a1   signing  2026-03-15 12:00 UTC  2026-04-12 12:00 UTC     2028-12-09 12:00 UTC',
      'b2   waiting  2026-03-29 12:00 UTC  until another one signs  2028-12-09 12:00 UTC',
    ]);
    expect(keyLines([])).toEqual([
      'There is no signing key yet: the first is made when the metadata is first asked for.',
    ]);
  });

  it('are replaced with a warning of what breaks', () => {
    const calm = rotationWarning(['wiki', 'hub'], 14 * day, noon);
    expect(calm[0]).toBe(
      'The new key stands in the metadata at once and signs from 2026-03-29 12:00 UTC; the one before stands there until 2026-04-12 12:00 UTC.',
    );
    expect(calm.at(-1)).toBe('Apps that are signed on to: wiki, hub.');
    const now = rotationWarning([], 0, noon);
    expect(now.join(' ')).toContain('refuses every sign-on');
    expect(now.at(-1)).toBe('No app is signed on to yet.');
  });
});
