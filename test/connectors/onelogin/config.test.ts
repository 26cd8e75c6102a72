import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OneLoginConfig } from '../../../connectors/onelogin/config.ts';
import { connector } from '../../../connectors/onelogin/index.ts';
import { fromYaml } from '../../../src/cli/yaml.ts';
import { checkConfig } from '../../../src/core/config-check.ts';
import { fieldsOf, meaningOf, problemsOf, withFilled } from '../../../src/core/connection-form.ts';
import type { DirectoryConnector } from '../../../src/core/connector.ts';

const connectors = { targets: new Map(), directories: new Map([['onelogin', connector as DirectoryConnector]]) };
const least = { url: 'https://acme.onelogin.com', clientId: 'id', clientSecret: '${ONELOGIN_CLIENT_SECRET}' };

describe('the config of OneLogin', () => {
  it('is in its page as it is taken, and shows what holds without it', () => {
    const page = readFileSync(new URL('../../../docs/onelogin.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const checked = checkConfig({ version: 1, ...(fromYaml(example, 'the page') as object) }, connectors);
    if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
    const {
      attributes: _attributes,
      hookHeader: _header,
      hookSecret: _secret,
      ...shown
    } = checked.config.directories[0]?.config ?? {};
    const { attributes, allowHosts, hookHeader, hookSecret, ...defaults } = OneLoginConfig.parse({
      ...least,
      ...shown,
    });
    expect(shown).toEqual(defaults);
    const plain = OneLoginConfig.parse(least);
    expect({ ...plain, ...least }).toEqual({ ...defaults, ...least, attributes, allowHosts, hookHeader, hookSecret });
  });

  it('can be entered in a form, each field as the form writes it', () => {
    const filled = fieldsOf(OneLoginConfig, least).reduce(
      (all, field) => (field.fallback === null ? all : withFilled(all, field.path, meaningOf(field, field.fallback))),
      least as Readonly<Record<string, unknown>>,
    );
    expect([...problemsOf(OneLoginConfig, filled)]).toEqual([]);
    expect(OneLoginConfig.parse(filled)).toEqual(OneLoginConfig.parse(least));
    const required = fieldsOf(OneLoginConfig, least).filter((field) => field.required);
    expect(required.map(({ path }) => path)).toEqual(['url', 'clientId', 'clientSecret']);
  });
});
