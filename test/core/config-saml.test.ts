import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { samlRemarks } from '../../src/core/config-saml.ts';
import { isInNetwork } from '../../src/core/network.ts';
import { good, problemsWith, tellsEach } from './config-sample.ts';

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
/** What the core looks at of a certificate is its outer form. */
const certificate = pem(`MIIB${'A'.repeat(60)}\nBBBBBBBB`);
const url = 'https://crm.acme.test/saml/acs';
const saml = (change: object = {}) => ({ 'apps[0].saml': { entityId: 'crm', acs: [{ url }], ...change } });
const place = 'apps[0].saml';

/** An app whose accounts are made by sign-on alone, in the place of the good one. */
const bySignOn = (change: object = {}) => ({
  'apps[0]': {
    ...{ name: 'crm', owners: ['ada@acme.test'], connector: 'saml' },
    ...{ saml: { entityId: 'crm', acs: [{ url }] }, ...change },
  },
});

describe('signing on by SAML', () => {
  it('goes beside provisioning, and without', () => {
    const whole = {
      acs: [
        { url, index: 0 },
        { url: 'https://crm.acme.test/saml/other', index: 1 },
      ],
      attributes: { 'urn:oid:2.5.4.42': 'email', mail: 'email', roles: 'groups' },
      ...{ nameId: { format: 'persistent', target: 'userName' }, requestsSigned: true, certificates: [certificate] },
    };
    expect(problemsWith(saml(whole))).toEqual([]);
    expect(problemsWith(bySignOn())).toEqual([]);
  });

  tellsEach([
    [
      'an app by sign-on that is provisioned',
      bySignOn({ provisioning: { enabled: true } }),
      'apps[0].provisioning.enabled',
      'write false, or use another connector for crm',
    ],
    [
      'an app by sign-on nobody can sign on to',
      { 'apps[0]': { name: 'crm', connector: 'saml' } },
      place,
      'add `saml`, or take it from the app’s metadata: `rollcall saml import crm FILE`',
    ],
    [
      'an address in clear',
      saml({ acs: [{ url }, { url: 'http://crm.acme.test/acs' }] }),
      `${place}.acs[1].url`,
      'write https, or name the host if it is your own: allowHosts: [crm.acme.test] in the connection',
    ],
    [
      'an address with a credential',
      saml({ acs: [{ url: 'https://me:secret@crm.acme.test/acs' }] }),
      `${place}.acs[0].url`,
      'write it without',
    ],
    ['an address with a fragment', saml({ acs: [{ url: `${url}#here` }] }), `${place}.acs[0].url`, 'write it without'],
    [
      'an address twice',
      saml({ acs: [{ url }, { url: 'https://CRM.acme.test:443/saml/acs' }] }),
      `${place}.acs[1].url`,
      'keep one of them',
    ],
    [
      'an index twice',
      saml({
        acs: [
          { url, index: 3 },
          { url: `${url}2`, index: 3 },
        ],
      }),
      `${place}.acs[1].index`,
      'number them differently',
    ],
    [
      'a named address twice',
      saml({ acs: [{ url: '${CRM_URL}/a' }, { url: '${CRM_URL}/a' }] }),
      `${place}.acs[1].url`,
      'keep one of them',
    ],
    [
      'what Rollcall runs on',
      saml({ acs: [{ url: '${SLACK_URL}/acs' }] }),
      `${place}.acs[0].url`,
      'use a variable of another name',
    ],
    [
      'a name nobody is known by',
      saml({ nameId: { target: 'emial' } }),
      `${place}.nameId.target`,
      'did you mean email?',
    ],
    [
      'a name nothing fills',
      saml({ nameId: { target: 'email' } }),
      `${place}.nameId.target`,
      'add a parameter with target email, or name another attribute',
    ],
    [
      'many names for one person',
      saml({ nameId: { target: 'groups' } }),
      `${place}.nameId.target`,
      'name a value, such as email',
    ],
    [
      'an app that is told what it has not',
      saml({ attributes: { mail: 'email', cn: 'userNmae' } }),
      `${place}.attributes.cn`,
      'did you mean userName?',
    ],
    [
      'a certificate that is half there',
      saml({ certificates: [certificate, certificate.slice(0, 80)] }),
      `${place}.certificates[1]`,
      'copy all of one, from its BEGIN line to its END line',
    ],
    [
      'a certificate that is none',
      saml({ certificates: [pem('bm9uc2Vuc2U=')] }),
      `${place}.certificates[0]`,
      'copy all of one, from its BEGIN line to its END line',
    ],
    [
      'two certificates in one',
      saml({ certificates: [certificate + certificate] }),
      `${place}.certificates[0]`,
      'copy all of one, from its BEGIN line to its END line',
    ],
    [
      'signatures nobody can check',
      saml({ requestsSigned: true }),
      `${place}.requestsSigned`,
      'add the app’s certificate to `certificates`, or write false',
    ],
    [
      'two apps under one entity id',
      {
        ...saml(),
        'apps[1]': {
          name: 'wiki',
          connector: 'scim',
          connection: { baseUrl: 'https://wiki.acme.test', auth: { type: 'none' } },
          saml: { entityId: 'crm', acs: [{ url: 'https://wiki.acme.test/acs' }] },
        },
      },
      'apps[1].saml.entityId',
      'write what the app calls itself in its own metadata, or take one of the two out',
    ],
  ]);

  it('asks for no attribute where names are made up', () => {
    for (const format of ['persistent', 'transient'])
      expect(problemsWith(saml({ nameId: { format, target: 'email' } })), format).toEqual([]);
    expect(problemsWith(saml({ nameId: { format: 'unspecified', target: 'email' } }))).toHaveLength(1);
  });

  it('may have its addresses named, whose hosts are known only where they are used', () => {
    const addresses = ['${CRM_URL}/acs', '${WIKI_URL}/acs', 'http://${HOST}/acs', 'https://crm.acme.test:${PORT}/acs'];
    expect(problemsWith(saml({ entityId: '${CRM_URL}', acs: addresses.map((one) => ({ url: one })) }))).toEqual([]);
    expect(problemsWith(saml({ acs: [{ url: 'http://crm.acme.test:${PORT}/acs' }] }))).toMatchObject([
      { path: `${place}.acs[0].url`, message: 'who signs on would be told over http, in clear' },
    ]);
  });

  it.each([
    ['loopback, whatever is named', ['http://localhost:8080/acs', 'http://127.0.0.9/acs', 'http://[::1]/acs'], []],
    [
      'hosts that are named',
      ['http://wiki.intern/acs', 'http://10.1.2.3/acs', 'http://[fd00::1]/acs'],
      ['WIKI.intern', '10.1.0.0/16', 'fd00::1'],
    ],
  ])('takes http to %s', (_, urls, allowHosts) => {
    const acs = urls.map((one) => ({ url: one }));
    expect(problemsWith(bySignOn({ connection: { allowHosts }, saml: { entityId: 'crm', acs } }))).toEqual([]);
  });

  it.each(['http://10.2.0.1/acs', 'http://wiki.intern.evil.test/acs', 'http://localhost.evil.test/acs'])(
    'refuses http to %s where others are named',
    (one) => {
      const allowHosts = ['wiki.intern', '10.1.0.0/16'];
      const found = problemsWith(
        bySignOn({ connection: { allowHosts }, saml: { entityId: 'crm', acs: [{ url: one }] } }),
      );
      expect(found).toMatchObject([{ path: `${place}.acs[0].url` }]);
    },
  );

  it('is remarked on where accounts are provisioned as well', () => {
    const config = Config.parse(good());
    const [crm] = config.apps;
    if (crm === undefined) throw new Error('no app');
    const setup = Config.parse({ version: 1, apps: [{ name: 'x', connector: 'saml', saml: saml()[place] }] }).apps[0]
      ?.saml;
    if (setup === undefined) throw new Error('no setup');
    const both = { ...config, apps: [{ ...crm, saml: setup }] };
    expect(samlRemarks(config)).toEqual([]);
    expect(samlRemarks(both)).toMatchObject([{ path: place }]);
    expect(samlRemarks(both)[0]?.message).toContain('provisioning first, then SAML');
    const alone = { ...crm, saml: setup, provisioning: { ...crm.provisioning, enabled: false } };
    expect(samlRemarks({ ...config, apps: [alone] })).toEqual([]);
  });
});

describe('a network', () => {
  const address = fc.ipV4();

  it('holds the addresses that Node says it does', () => {
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), fc.boolean(), (host, other, bits, near) => {
        const start = near ? host : other;
        const list = new BlockList();
        list.addSubnet(start, bits, 'ipv4');
        expect(isInNetwork(host, `${start}/${bits}`)).toBe(list.check(host));
      }),
    );
  });

  it('is never one that is nonsense, and holds no name', () => {
    for (const network of ['10.0.0.0/33', '10.0.0/8', '10.0.0.256/8', '10.0.0.0', '/8', 'fd00::/8', '10.0.0.0/'])
      expect(isInNetwork('10.0.0.1', network), network).toBe(false);
    fc.assert(fc.property(fc.domain(), address, (host, start) => !isInNetwork(host, `${start}/0`)));
  });
});
