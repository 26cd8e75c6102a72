import { deflateRawSync } from 'node:zlib';
import { Config } from '../../src/core/config.ts';

/* What the tests of signing on in all rooms begin with: who may, and what an app asks with. */

/** Addresses of an app, as its metadata would say. */
export const sp = (app: string) => ({
  entityId: `https://${app}.acme.test/saml`,
  acs: [{ url: `https://${app}.acme.test/saml/acs` }],
});

type Apps = {
  apps: readonly { name: string; [setting: string]: unknown }[];
  department: string;
  settings?: object;
  roles?: readonly object[];
};

/** A company in which one department, and the role that is called like it, has the apps. */
export const signOnConfig = ({ apps, department, settings, roles = [] }: Apps): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'], ...settings },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: department, apps: apps.map(({ name }) => name) }, ...roles],
    mappings: [
      {
        ...{ name: department, roles: [department] },
        conditions: [{ attribute: 'department', operator: '=', value: department }],
      },
    ],
    apps,
  });

/** What an app asks with: unsigned, answered at its usual address. `inside`: more attributes. */
export const requestOf = (issuer: string, now: number, inside = '', id = '_r1') =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}" ${inside}><saml:Issuer>${issuer}</saml:Issuer></samlp:AuthnRequest>`;

/** The same in an address. */
export const redirected = (xml: string, more: Record<string, string> = {}): string =>
  new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64'), ...more }).toString();
