import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { rollcall } from '../bot.ts';

type Written = { apps: { name: string }[]; roles: { name: string; apps: string[] }[]; mappings: { name: string }[] };

/** Accounts people made in the CRM by hand, before anybody thought of Rollcall: two by the user name, one by the address, one of nobody. */
export const byHand = [
  { userName: 'nils@acme.test', displayName: 'Nils', email: 'nils@acme.test' },
  { userName: 'zoe@acme.test', displayName: 'Zoë', email: 'zoe@acme.test' },
  { userName: 'mira.haddad', displayName: 'Mira Haddad', email: 'mira@acme.test' },
  { userName: 'newsletter', displayName: 'Newsletter import', email: 'newsletter@agency.test' },
].map(({ email, ...user }, at) => ({
  ...{ id: `0000000${at}-0000-4000-8000-000000000000`, active: true, emails: [{ value: email, primary: true }] },
  ...user,
}));

/** The example company before anybody connected its CRM: no app, no mapping for it, and accounts there that were made by hand. */
export async function withoutCrm(dataDir: string, port: number): Promise<void> {
  const acme = join(dataDir, 'acme');
  mkdirSync(acme, { recursive: true, mode: 0o700 });
  writeFileSync(join(acme, 'crm.json'), JSON.stringify({ users: byHand, groups: [] }));
  const config = parse(readFileSync('examples/acme/rollcall.yml', 'utf8')) as Written;
  config.apps = config.apps.filter(({ name }) => name !== 'crm');
  config.mappings = config.mappings.filter(({ name }) => name !== 'Sales, marketing and support');
  for (const role of config.roles) role.apps = role.apps.filter((name) => name !== 'crm');
  const file = join(dataDir, 'without-crm.yml');
  writeFileSync(file, stringify(config));
  expect(await rollcall(dataDir, port, ['config', 'import', file, '--yes'])).toMatchObject({ code: 0 });
}

/** The token of the example CRM, as its own administrator would hand it out. */
export const crmToken = (dataDir: string): string =>
  JSON.parse(readFileSync(join(dataDir, 'acme', 'tokens.json'), 'utf8')).crm;
