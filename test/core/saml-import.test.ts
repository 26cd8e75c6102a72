import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connector } from '../../connectors/saml.ts';
import { App, type AppConfig } from '../../src/core/app-schema.ts';
import { connectorFor, type TargetConnector } from '../../src/core/connector.ts';
import { RollcallError } from '../../src/core/errors.ts';
import { nameIdFormatNames, type ServiceProvider } from '../../src/core/saml.ts';
import { samlFrom } from '../../src/core/saml-import.ts';
import { SamlSetup } from '../../src/core/saml-schema.ts';

const pem = `-----BEGIN CERTIFICATE-----\nMIIB${'A'.repeat(60)}\n-----END CERTIFICATE-----\n`;
const provider = (change: Partial<ServiceProvider> = {}): ServiceProvider => ({
  ...{ entityId: 'https://wiki.acme.test/sp', acs: [{ url: 'https://wiki.acme.test/acs', index: 0 }] },
  ...{ nameIdFormats: [], requestsSigned: false, wantsAssertionsSigned: false, certificates: [], asked: [] },
  ...change,
});
const wiki = (change: object = {}): AppConfig => App.parse({ name: 'wiki', connector: 'saml', ...change });
const from = (given: ServiceProvider, app = wiki()) =>
  samlFrom(given, app, connectorFor(connector as TargetConnector, app.connection));
const refusal = (given: ServiceProvider): RollcallError => {
  try {
    from(given);
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error('it was taken over');
};

describe('an app out of its metadata', () => {
  it('is set up as that says, and by default in all else', () => {
    expect(from(provider())).toEqual({
      setup: SamlSetup.parse({
        entityId: 'https://wiki.acme.test/sp',
        acs: [{ url: 'https://wiki.acme.test/acs', index: 0 }],
      }),
      claims: [],
    });
    const strict = from(provider({ requestsSigned: true, certificates: [pem] })).setup;
    expect(strict).toMatchObject({ requestsSigned: true, certificates: [pem] });
  });

  it('is told what it asks for, as far as that can be guessed, and it is said what nobody has', () => {
    const asked = ['urn:oid:2.5.4.42', 'mail', 'title', 'shoeSize'].map((name) => ({
      name,
      required: name === 'mail',
    }));
    const { setup, claims } = from(provider({ asked }));
    expect(setup.attributes).toEqual({ 'urn:oid:2.5.4.42': 'givenName', mail: 'email', title: 'title' });
    expect(claims).toEqual([
      { name: 'urn:oid:2.5.4.42', required: false, target: 'givenName', filled: true },
      { name: 'mail', required: true, target: 'email', filled: true },
      { name: 'title', required: false, target: 'title', filled: false },
      { name: 'shoeSize', required: false, target: null, filled: false },
    ]);
    const parameters = [{ target: 'title', from: 'title' }];
    expect(from(provider({ asked }), wiki({ parameters })).claims[2]).toMatchObject({ filled: true });
  });

  it('is told everything by its own name where nothing it asks for is known', () => {
    const { setup } = from(provider({ asked: [{ name: 'shoeSize', required: true }] }));
    expect(setup).not.toHaveProperty('attributes');
  });

  it.each([
    [[], 'emailAddress'],
    [['transient', 'persistent'], 'persistent'],
    [['transient', 'emailAddress'], 'emailAddress'],
    [['transient'], 'transient'],
  ] as const)('that takes the names %j is given %s', (nameIdFormats, format) => {
    expect(from(provider({ nameIdFormats })).setup.nameId).toEqual({ format });
  });

  const before = SamlSetup.parse({
    ...{ entityId: 'old', acs: [{ url: 'https://old.acme.test/acs' }], session: '1 hour', sign: 'response' },
    ...{ nameId: { format: 'unspecified', target: 'employeeId' }, attributes: { mail: 'userName', own: 'phone' } },
    ...{ requestsSigned: true, certificates: [pem] },
  });

  it('keeps what was set up and its metadata does not say', () => {
    const app = wiki({ saml: before });
    const { setup, claims } = from(provider({ certificates: [pem], asked: [{ name: 'mail', required: false }] }), app);
    expect(setup).toMatchObject({ session: '1 hour', sign: 'response', requestsSigned: true, nameId: before.nameId });
    expect(setup.attributes).toEqual({ mail: 'userName', own: 'phone' });
    expect(claims).toMatchObject([{ target: 'userName', filled: true }]);
  });

  it('follows its metadata in what that says', () => {
    const app = wiki({ saml: before });
    const change = { nameIdFormats: ['persistent'], wantsAssertionsSigned: true } as const;
    const { setup } = from(provider(change), app);
    expect(setup).toMatchObject({ entityId: 'https://wiki.acme.test/sp', sign: 'both', requestsSigned: false });
    expect(setup.nameId).toEqual({ format: 'persistent', target: 'employeeId' });
  });

  it.each(['https://evil.test/acs?take=${CRM_TOKEN}', '${CRM_URL}/acs'])('sends nothing of ours to %s', (url) => {
    expect(refusal(provider({ acs: [{ url }] }))).toMatchObject({ code: 'saml-metadata', next: 'show' });
    expect(refusal(provider({ entityId: url }))).toMatchObject({ code: 'saml-metadata' });
  });

  it('is refused in words where it is more than a setup takes', () => {
    const acs = Array.from({ length: 51 }, (_, index) => ({ url: `https://wiki.acme.test/${index}` }));
    expect(refusal(provider({ acs })).message).toContain('its acs cannot be taken over');
  });

  it('is a setup or a refusal, and the same a second time', () => {
    const some = fc.record<ServiceProvider>({
      entityId: fc.string(),
      acs: fc.array(fc.record({ url: fc.oneof(fc.webUrl(), fc.string()), index: fc.nat(70_000) }), { maxLength: 3 }),
      nameIdFormats: fc.subarray([...nameIdFormatNames]),
      requestsSigned: fc.boolean(),
      wantsAssertionsSigned: fc.boolean(),
      certificates: fc.subarray([pem, 'none']),
      asked: fc.array(
        fc.record({ name: fc.oneof(fc.string(), fc.constantFrom('mail', 'sn')), required: fc.boolean() }),
      ),
    });
    fc.assert(
      fc.property(some, (given) => {
        try {
          const { setup } = from(given);
          expect(SamlSetup.parse(setup)).toEqual(setup);
          expect(from(given, wiki({ saml: setup })).setup).toEqual(setup);
        } catch (error) {
          if (!(error instanceof RollcallError)) throw error;
          expect(error.code).toBe('saml-metadata');
        }
      }),
    );
  });
});
