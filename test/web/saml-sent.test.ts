import { parse } from 'node:querystring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/core/errors.ts';
import { sentByForm, sentByRedirect } from '../../src/web/saml-sent.ts';

/** As express reads a form: a field that stands twice is a list. */
const sentByBody = (body: string) => sentByForm(parse(body));

/** What is wrong with it, in words; null where it is taken. */
function problem(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'saml-request') return error.message;
    throw error;
  }
}

describe('a request of an app', () => {
  it('is handed on by redirect as its characters stood in the address', () => {
    const query = 'SAMLRequest=fZ%2b%2B+x%3d&RelayState=a+b%20c&SigAlg=http%3A%2F%2Fx&Signature=q%3D';
    expect(sentByRedirect(query)).toEqual({ binding: 'redirect', query });
  });

  it('is handed on by form as its fields say', () => {
    expect(sentByBody('SAMLRequest=PHg%2B&RelayState=%2Fwiki%3Fa%3D1')).toEqual({
      ...{ binding: 'post', samlRequest: 'PHg+', relayState: '/wiki?a=1' },
    });
    expect(sentByBody('SAMLRequest=PHg%2B')).toMatchObject({ relayState: null });
    expect(sentByBody('SAMLRequest=PHg%2B&RelayState=')).toMatchObject({ relayState: '' });
  });

  it.each(['', 'SAMLRequest=', 'RelayState=x', 'samlrequest=x', '&&=&'])('“%s” asks for nothing', (text) => {
    for (const read of [() => sentByRedirect(text), () => sentByBody(text)])
      expect(problem(read)).toBe('No app asked for anything here');
  });

  it.each([undefined, null, 'SAMLRequest=x', 7, [], ['SAMLRequest']])('a body of %j asks for nothing', (body) => {
    expect(problem(() => sentByForm(body))).toBe('No app asked for anything here');
  });

  it.each([
    ['SAMLRequest', 'SAMLRequest=x&SAMLRequest=x'],
    ['SAMLRequest', 'SAMLRequest=x&SAML%52equest=y'],
    ['RelayState', 'SAMLRequest=x&RelayState=a&RelayState=b'],
    ['SigAlg', 'SAMLRequest=x&SigAlg=a&SigAlg='],
    ['Signature', 'Signature=a&SAMLRequest=x&Signature=a'],
    ['SAMLEncoding', 'SAMLRequest=x&SAMLEncoding=a&SAMLEncoding=a'],
  ])('with %s twice is refused', (name, text) => {
    for (const read of [() => sentByRedirect(text), () => sentByBody(text)])
      expect(problem(read)).toBe(`The app’s request has ${name} more than once`);
  });

  it('has a RelayState of at most 2,048 bytes, whatever its characters', () => {
    for (const [state, taken] of [
      ['x'.repeat(81), true],
      ['x'.repeat(2_048), true],
      ['x'.repeat(2_049), false],
      ['é'.repeat(1_024), true],
      ['é'.repeat(1_025), false],
      ['🦉'.repeat(512), true],
      [`${'🦉'.repeat(512)}x`, false],
    ] as const) {
      const text = new URLSearchParams({ SAMLRequest: 'x', RelayState: state }).toString();
      const expected = taken ? null : 'The RelayState of the app’s request is longer than 2048 bytes';
      expect(problem(() => sentByRedirect(text))).toBe(expected);
      expect(problem(() => sentByBody(text))).toBe(expected);
    }
  });

  it('is either taken or refused in words, whatever stands in it', () => {
    const name = fc.constantFrom('SAMLRequest', 'RelayState', 'Signature', '__proto__', 'toString', '%');
    const pair = fc.tuple(name, fc.string()).map(([key, value]) => `${key}=${value}`);
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const text = pairs.join('&');
        for (const read of [() => sentByRedirect(text), () => sentByBody(text)])
          expect(problem(read) ?? 'taken').not.toBe('');
      }),
    );
  });
});
