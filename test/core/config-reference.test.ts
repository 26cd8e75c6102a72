import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

describe('names and references', () => {
  const rule = { name: 'managers', actions: [{ target: 'title', set: 'x' }] };
  tellsEach([
    ['a name twice', { 'roles[1]': { name: 'SALES' } }, 'roles[1].name', 'give one of them another name'],
    ['a rule twice', { 'apps[0].rules[1]': rule }, 'apps[0].rules[1].name', 'give one of them another name'],
    ['a role of no such app', { 'roles[0].apps[1]': 'cmr' }, 'roles[0].apps[1]', 'did you mean crm?'],
    [
      'a mapping to no such role',
      { 'mappings[0].roles[1]': 'Legal' },
      'mappings[0].roles[1]',
      'add the role, or take the name out',
    ],
    ['no such connector', { 'apps[0].connector': 'scmi' }, 'apps[0].connector', 'did you mean scim?'],
    [
      'a connector of the other sort',
      { 'directories[0].connector': 'plain' },
      'directories[0].connector',
      'use one of: csv',
    ],
  ]);
});

describe('connections', () => {
  const auth = 'apps[0].connection.auth';
  const baseUrl = 'apps[0].connection.baseUrl';
  const written = `write \${CRM_TOKEN} and set CRM_TOKEN in the environment`;
  const misspelt = { type: 'bearer', token: `\${T}`, tokn: 1 };
  tellsEach([
    [
      'what the connector does not take',
      { 'directories[0].config.path': 'x' },
      'directories[0].config.path',
      'take it out',
    ],
    ['a missing field', { 'directories[0].config': {} }, 'directories[0].config.file', 'add it: a text'],
    ['a tag nobody knows', { [auth]: { type: 'baerer' } }, `${auth}.type`, 'did you mean bearer?'],
    ['a misspelt key within', { [auth]: misspelt }, `${auth}.tokn`, 'did you mean token?'],
    ['a secret written out', { [`${auth}.token`]: 'hunter2' }, `${auth}.token`, written],
    [
      'a variable of Rollcall’s own',
      { [baseUrl]: `https://x.test/\${ROLLCALL_KEYS}` },
      baseUrl,
      'use a variable of another name',
    ],
  ]);

  it('name the variable after the app, whatever it is called', () => {
    const told = problemsWith({ 'apps[0].name': '3 Käse', 'roles[0].apps': [], [`${auth}.token`]: 'x' });
    expect(told[0]?.remedy).toContain('APP_3_K_SE_TOKEN');
  });

  it('may hold variables where a value is checked by its form: they are checked when known', () => {
    const variables = { [baseUrl]: `\${CRM_URL}`, 'apps[0].connection.pageSize': `\${SIZE}` };
    expect(problemsWith(variables)).toEqual([]);
  });
});
