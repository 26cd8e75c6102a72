import { SAML, type SamlConfig } from '@node-saml/node-saml';
import { describe, expect, it } from 'vitest';
import { nameIdFormatNames, nameIdFormats, signings } from '../../src/core/saml.ts';
import { app, assertion, awkward, entityId, keyOf, now, saml } from './kit.ts';

/** What the service provider of npm takes and refuses. */

async function provider(more: Partial<SamlConfig> = {}): Promise<SAML> {
  const { certificate } = await keyOf('ours');
  return new SAML({
    ...{ issuer: app.entityId, callbackUrl: app.acs, audience: app.entityId, entryPoint: entityId },
    ...{ idpCert: certificate, wantAssertionsSigned: false, wantAuthnResponseSigned: false, ...more },
  });
}

const posted = (xml: string) => ({ SAMLResponse: Buffer.from(xml).toString('base64') });
const profileOf = async (xml: string, sp: SAML) => (await sp.validatePostResponseAsync(posted(xml))).profile;

describe('node-saml takes our responses', () => {
  it.each(signings)('signed by %s, answering and unsolicited', async (sign) => {
    const key = await keyOf('ours');
    const wants = { wantAssertionsSigned: sign !== 'response', wantAuthnResponseSigned: sign !== 'assertion' };
    for (const inResponseTo of [null, '_asked']) {
      const profile = await profileOf(saml.respond(assertion({ sign, inResponseTo }), key), await provider(wants));
      expect(profile).toMatchObject({
        ...{ issuer: entityId, nameID: 'zoe@acme.test', sessionIndex: '_session-1', displayName: 'Zoë O’Neil' },
        groups: ['Sales', 'R & D'],
      });
      expect(profile?.inResponseTo).toBe(inResponseTo ?? undefined);
    }
  });

  it.each(nameIdFormatNames)('with a name that is %s', async (format) => {
    const xml = saml.respond(assertion({ nameId: { format, value: 'zoe' } }), await keyOf('ours'));
    const profile = await profileOf(xml, await provider());
    expect(profile).toMatchObject({ nameID: 'zoe', nameIDFormat: nameIdFormats[format] });
    expect(profile?.spNameQualifier).toBe(format === 'persistent' ? app.entityId : undefined);
  });

  it('with values of every kind', async () => {
    const attributes = [
      ...awkward.map((value, place) => ({ name: `text ${place}`, values: [value] })),
      ...[
        { name: 'urn:oid:2.5.4.12', values: [42] },
        { name: 'yes', values: [true] },
        { name: 'none', values: [] },
      ],
    ];
    const xml = saml.respond(assertion({ attributes, sign: 'assertion' }), await keyOf('ours'));
    const told = (await profileOf(xml, await provider()))?.attributes as Record<string, unknown>;
    // Its parser takes the two rarer line ends for line feeds, and the one after it a carriage return.
    const seen = (text: string) => text.replace(/\r\n|[\r\u0085\u2028]/g, '\n');
    expect(awkward.map((_, place) => seen(String(told[`text ${place}`])))).toEqual(awkward.map(seen));
    expect(told).toMatchObject({ 'urn:oid:2.5.4.12': '42', yes: 'true' });
    expect(told).not.toHaveProperty('none');
  });

  it('and understands a no', async () => {
    const denial = { ...{ issuer: entityId, acs: app.acs, inResponseTo: '_asked', at: now, id: '_no-1' } };
    const key = await keyOf('ours');
    const no = saml.deny({ ...denial, subcode: 'RequestDenied', message: 'Zoë has no role that gives Wiki.' }, key);
    await expect(profileOf(no, await provider())).rejects.toThrow('Responder error: Zoë has no role that gives Wiki.');
    const passive = saml.deny({ ...denial, subcode: 'NoPassive', message: 'Zoë has to be asked.' }, key);
    expect(await profileOf(passive, await provider())).toBeNull();
    const policy = saml.deny({ ...denial, subcode: 'InvalidNameIDPolicy', message: 'Not that.' }, key);
    await expect(profileOf(policy, await provider())).rejects.toThrow('Requester error');
  });
});

describe('node-saml refuses', () => {
  const responded = async (more: Parameters<typeof assertion>[0] = {}, by: 'ours' | 'other' = 'ours') =>
    saml.respond(assertion(more), await keyOf(by));

  it('what was tampered with, wherever it was', async () => {
    const strict = await provider({ wantAssertionsSigned: true, wantAuthnResponseSigned: true });
    for (const sign of signings) {
      const xml = await responded({ sign });
      const changed = xml.replace('>zoe@acme.test<', '>ada@acme.test<');
      expect(changed).not.toBe(xml);
      await expect(profileOf(changed, await provider())).rejects.toThrow('nvalid signature');
      await expect(profileOf(changed, strict)).rejects.toThrow('nvalid');
    }
    const status = (await responded()).replace('status:Success', 'status:Requester');
    await expect(profileOf(status, strict)).rejects.toThrow('Invalid document signature');
  });

  it('what a foreign key signed, and what none did', async () => {
    await expect(profileOf(await responded({}, 'other'), await provider())).rejects.toThrow('nvalid signature');
    const unsigned = (await responded()).replace(/<ds:Signature .*?<\/ds:Signature>/gs, '');
    expect(unsigned).not.toContain('Signature');
    await expect(profileOf(unsigned, await provider())).rejects.toThrow('Invalid signature');
  });

  it('what is for another app, and what is no longer or not yet valid', async () => {
    await expect(profileOf(await responded({ audience: 'https://other.test' }), await provider())).rejects.toThrow(
      'audience',
    );
    const hour = 60 * 60_000;
    const late = await responded({ at: now - hour, until: now - hour + 5 * 60_000 });
    await expect(profileOf(late, await provider())).rejects.toThrow('expired');
    const early = await responded({ at: now + hour, until: now + hour + 5 * 60_000 });
    await expect(profileOf(early, await provider())).rejects.toThrow('not yet valid');
  });

  it('but looks at no destination, recipient or issuer: that is left to whoever uses it', async () => {
    const elsewhere = await responded({ acs: 'https://other.test/acs', issuer: 'https://other.test' });
    const sp = await provider({ idpIssuer: entityId });
    expect(await profileOf(elsewhere, sp)).toMatchObject({ issuer: 'https://other.test' });
  });
});

describe('metadata that node-saml makes', () => {
  it('is read', async () => {
    const { certificate, privateKey } = await keyOf('other');
    const signing = { privateKey, publicCert: certificate, signMetadata: true, signatureAlgorithm: 'sha256' as const };
    const xml = (await provider({ ...signing, wantAssertionsSigned: true })).generateServiceProviderMetadata(
      null,
      certificate,
    );
    expect(xml).toContain('<Signature');
    expect(saml.readMetadata(xml)).toEqual({
      ...{ entityId: app.entityId, acs: [{ url: app.acs, index: 1 }], nameIdFormats: ['emailAddress'] },
      ...{
        requestsSigned: true,
        wantsAssertionsSigned: true,
        certificates: [certificate.trim().concat('\n')],
        asked: [],
      },
    });
  });
});

describe('requests that node-saml makes are read', () => {
  const asking = async (more: Partial<SamlConfig> = {}) => {
    const key = await keyOf('other');
    const own = { privateKey: key.privateKey, publicCert: key.certificate, signatureAlgorithm: 'sha256' as const };
    const digestAlgorithm = 'sha256';
    return provider({ ...own, digestAlgorithm, identifierFormat: nameIdFormats.persistent, ...more });
  };
  const certificates = async () => [(await keyOf('third')).certificate, (await keyOf('other')).certificate];

  it.each(['sha256', 'sha512'] as const)('by an address, with %s', async (signatureAlgorithm) => {
    // Blanks it signs as it does not send them.
    const back = 'https://wiki.acme.test/page?7&8';
    const url = await (await asking({ signatureAlgorithm })).getAuthorizeUrlAsync(back, undefined, {});
    const known = await certificates();
    const query = new URL(url).search;
    const read = saml.readRequest({ binding: 'redirect', query }, () => known);
    expect(read).toMatchObject({
      ...{ issuer: app.entityId, consumer: { url: app.acs }, nameIdFormat: nameIdFormats.persistent },
      ...{ destination: entityId, passive: false, relayState: back, signed: true },
    });
    expect(Math.abs(read.at - Date.now())).toBeLessThan(60_000);
  });

  it('by a form, signed as a message', async () => {
    const sp = await asking({ passive: true, authnRequestBinding: 'HTTP-POST', skipRequestCompression: true });
    const sha1 = await asking({
      digestAlgorithm: 'sha1',
      authnRequestBinding: 'HTTP-POST',
      skipRequestCompression: true,
    });
    const { SAMLRequest: weak } = await sha1.getAuthorizeMessageAsync('', undefined, {});
    const { SAMLRequest } = await sp.getAuthorizeMessageAsync('', undefined, {});
    const known = await certificates();
    const sent = { binding: 'post' as const, samlRequest: String(SAMLRequest), relayState: 'r' };
    expect(saml.readRequest(sent, () => known)).toMatchObject({
      ...{ issuer: app.entityId, consumer: { url: app.acs }, passive: true, relayState: 'r', signed: true },
    });
    expect(saml.readRequest(sent, () => []).signed).toBe(false);
    expect(() => saml.readRequest({ ...sent, samlRequest: String(weak) }, () => known)).toThrow('SHA-256');
    const foreign = [(await keyOf('third')).certificate];
    expect(() => saml.readRequest(sent, () => foreign)).toThrow('Its signature is wrong');
  });
});
