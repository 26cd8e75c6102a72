import { describe, expect, it } from 'vitest';
import { resolvedSaml, SamlSetup } from '../../src/core/saml-schema.ts';
import { secretNames } from '../../src/core/secret.ts';
import { app } from './samples.ts';

const setup = (url: string, entityId = 'urn:hub') => SamlSetup.parse({ entityId, acs: [{ url, index: 1 }] });

describe('the addresses of a SAML setup', () => {
  it.each([
    'https://hub.acme.test/acs',
    'http://127.0.0.1:4003/acs',
    '${HUB_URL}/acs',
    '${HUB_URL}',
    'https://${HUB}/acs',
    'https://hub.acme.test:${PORT}/acs',
  ])('%s is one', (url) => {
    expect(setup(url).acs).toEqual([{ url, index: 1 }]);
  });

  it.each(['hub.acme.test', 'ftp://hub.acme.test/acs', '/acs', 'javascript:alert(1)', '${1A}/acs', '', '$HUB/acs'])(
    '%s is none',
    (url) => {
      expect(() => setup(url)).toThrow('write an address such as');
    },
  );

  it('are read with what their names stand for, and nothing else is', () => {
    const named = { ...setup('${HUB_URL}/acs', '${HUB_URL}/metadata'), attributes: { '${HUB_URL}': 'title' } };
    const env = (name: string) => (name === 'HUB_URL' ? 'http://127.0.0.1:4003' : undefined);
    expect(resolvedSaml(named, env)).toEqual({
      ...named,
      entityId: 'http://127.0.0.1:4003/metadata',
      acs: [{ url: 'http://127.0.0.1:4003/acs', index: 1 }],
    });
    expect(() => resolvedSaml(named, () => undefined)).toThrow('HUB_URL');
    expect(secretNames({ directories: [], apps: [{ ...app(), saml: named }] })).toEqual(['HUB_URL']);
  });
});
