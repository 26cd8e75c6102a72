import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/core/app-schema.ts';
import { Config } from '../../src/core/config.ts';
import { effectiveParameters } from '../../src/core/parameter.ts';
import { generatePassword } from '../../src/core/password-generated.ts';
import { passwordChanges, passwordNote, passwordOf } from '../../src/core/password-parameter.ts';
import { weakness } from '../../src/core/password-strength.ts';
import { patience, runs } from './arbitraries.ts';

/** Fresh bytes at each call, the same for the same seed. */
function bytesFrom(seed: number): (count: number) => Uint8Array {
  let call = 0;
  return (count) => createHash('sha512').update(`${seed}:${call++}`).digest().subarray(0, count);
}

describe('a generated password', () => {
  const seeds = fc.integer({ min: 0 });

  it('has 20 characters nobody mistakes, of each class, and suits no name', { timeout: patience }, () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const password = generatePassword(bytesFrom(seed));
        expect(password).toMatch(/^[A-HJ-NP-Za-hjkmnp-z2-9!#%*+\-=?@]{20}$/);
        for (const one of [/[A-Z]/, /[a-z]/, /[2-9]/, /[!#%*+\-=?@]/]) expect(password).toMatch(one);
      }),
      runs,
    );
  });

  it('is another one each time', () => {
    const bytes = bytesFrom(1);
    const made = Array.from({ length: 2_000 }, () => generatePassword(bytes));
    expect(new Set(made).size).toBe(2_000);
  });

  it('uses the whole alphabet alike', () => {
    const bytes = bytesFrom(2);
    const counts = new Map<string, number>();
    for (let made = 0; made < 2_000; made += 1)
      for (const character of generatePassword(bytes)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(64);
    // 40,000 characters, 625 of each; the draws put back favour the smaller classes a little.
    for (const count of counts.values()) expect(count).toBeGreaterThan(450);
  });

  it('is never made of bytes that are not random', () => {
    expect(() => generatePassword((count) => new Uint8Array(count))).toThrow('repeats itself');
  });
});

describe('the password somebody chooses', () => {
  const zoe = {
    ...{ givenName: 'Zoë', familyName: 'Ångström-Miles', displayName: 'Zoë Ångström', userName: 'zangstrom77' },
    ...{ email: 'zoe.angstrom@acme.test', company: 'Northwind Traders' },
  };
  const will = (password: string) => weakness(password, zoe);

  it.each([['vivid-otter-plays-banjo'], ['mF7#kQ2-pLx9!vTz'], ['четыре коня и арбуз'], ['green teapots sing quietly']])(
    '%s will do',
    (password) => expect(will(password)).toBeNull(),
  );

  it.each([
    ['shorter', 'kQ2-pLx9!vTzm', /shorter than 14/],
    ['longer', 'kQ2-pLx9!vTz'.repeat(6), /longer than 64/],
    ['longer than bcrypt reads', 'четыре коня и арбуз и ещё раз арбуз и конь', /longer than/],
    ['ending in a space', 'vivid-otter-plays-banjo ', /space/],
    ['with a line break', 'vivid-otter\nplays-banjo', /typed/],
    ['with the given name', 'otter-Zoe-plays-banjo', /your name/],
    ['with the given name in disguise', 'otter-z0é-plays-banjo', /your name/],
    ['with a part of the family name', 'otter-MILES-plays-banjo', /your name/],
    ['with the user name', 'otter-zangstrom77-banjo', /your name/],
    ['with what stands before the @', 'zoe.angstrom#kQ2pLx9vT', /your name/],
    ['with the company', 'otter-northwind-banjo', /company/],
    ['with the company of the address', 'acme-otter-plays-banjo', /company/],
    ['a common word with a year', 'Password123456789!', /tried first/],
    ['a common word in disguise', 'P@ssw0rd2026!!!!', /tried first/],
    ['a famous example', 'correcthorsebatterystaple', /tried first/],
    ['a row of keys', 'qwertyuiopasdfghjkl', /tried first/],
    ['a row of digits', '12345678901234567', /tried first/],
    ['much of the same', 'aaaaaaaaaaaaaaaaaaa1!', /tried first/],
  ])('%s will not', (_, password, why) => expect(will(password)).toMatch(why));

  it('never holds a part of the name, whatever stands around it', { timeout: patience }, () => {
    const around = fc.string({ minLength: 12, maxLength: 20 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(will(`${before}angstrom${after}`)).not.toBeNull();
      }),
      runs,
    );
  });

  it('a generated one will always do for somebody unnamed', { timeout: patience }, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        expect(weakness(generatePassword(bytesFrom(seed)), {})).toBeNull();
      }),
      runs,
    );
  });
});

describe('the Password parameter', () => {
  const app = (...parameters: object[]) => App.parse({ name: 'crm', title: 'CRM', connector: 'scim', parameters });
  const config = (...apps: unknown[]) => Config.parse({ version: 1, apps });

  it('is nothing without one', () => {
    expect(passwordOf(app())).toBe('none');
    expect(passwordOf(app({ target: 'title', from: 'title' }))).toBe('none');
    expect(passwordOf(app({ target: 'password', password: 'sso' }))).toBe('sso');
  });

  it('is never among the parameters a plan is made from', () => {
    const own = app({ target: 'title', from: 'title' }, { target: 'password', password: 'generated' });
    const parameters = effectiveParameters(own, { parameters: [{ target: 'userName', from: 'email' }] });
    expect(parameters.map(({ target }) => target)).toEqual(['userName', 'title']);
  });

  it('says what an operation means for the password', () => {
    expect(passwordNote('sso', 'create', 'CRM')).toBe(
      'the password is set by Rollcall; they no longer change it in CRM',
    );
    expect(passwordNote('sso', 'adopt', 'CRM')).toBe(passwordNote('sso', 'create', 'CRM'));
    expect(passwordNote('generated', 'create', 'CRM')).toBe('they get a generated password, shown to them once');
    expect(passwordNote('generated', 'adopt', 'CRM')).toBeNull();
    expect(passwordNote('none', 'create', 'CRM')).toBeNull();
    expect(passwordNote('sso', 'suspend', 'CRM')).toBeNull();
  });

  it('says what a new configuration means for passwords, app by app', () => {
    const [none, sso] = [app(), app({ target: 'password', password: 'sso' })];
    expect(passwordChanges(config(none), config(sso))).toEqual([
      expect.stringContaining('they no longer change it in CRM'),
    ]);
    expect(passwordChanges(config(sso), config(none))).toEqual([expect.stringContaining('no longer set by Rollcall')]);
    expect(passwordChanges(config(sso), config(sso))).toEqual([]);
    expect(passwordChanges(null, config(none))).toEqual([]);
  });
});
