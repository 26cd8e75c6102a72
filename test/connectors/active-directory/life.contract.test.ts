import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { target as connector } from '../../../connectors/active-directory/index.ts';
import { Config } from '../../../src/core/config.ts';
import { company } from '../../engine/company.ts';
import { type LdapAsked, type LdapDomain, startLdapDomain } from '../../fakes/ldap-domain.ts';
import { row } from '../../fakes/memory-directory.ts';

/** What becomes of a creation that breaks off, by the whole of Rollcall. */

let domain: LdapDomain;
let acme: Awaited<ReturnType<typeof company>>;
beforeEach(async () => {
  domain = await startLdapDomain({ pageSize: 100 });
  domain.group('Staff', domain.groups);
});
afterEach(async () => {
  await acme.stop();
  await domain.stop();
});

const configOf = () =>
  Config.parse({
    version: 1,
    settings: {
      ...{ admins: ['ada@acme.test'], approvers: ['ada@acme.test'] },
      // Time passes faster than the server answers.
      timings: { lease: '20 minutes', deadline: '5 minutes', settle: '1 second', retry: '1 second' },
    },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    ...{ roles: [{ name: 'Staff', apps: ['crm'] }], mappings: [{ name: 'Everybody', roles: ['Staff'] }] },
    apps: [
      {
        ...{ name: 'crm', connector: 'active-directory', connection: domain.connection },
        // Whoever is brought back is asked about, and a creation that goes on is none of those.
        provisioning: { enabled: true, entitlements: true, approval: { create: false, reactivate: true } },
        parameters: [
          { target: 'groups', value: 'Staff' },
          { target: 'password', password: 'generated' },
        ],
      },
    ],
  });

const account = () => `CN=Person zoe,${domain.people}`;
const state = () => {
  if (!domain.has(account())) return null;
  const id = domain.idOf(account());
  return {
    active: domain.valuesOf(id, 'userAccountControl')[0] === '512',
    inGroup: domain.membersOf(`CN=Staff,${domain.groups}`).includes(id),
    marks: domain.valuesOf(id, 'adminDisplayName'),
  };
};

async function joins(...plans: Parameters<LdapDomain['begin']>): Promise<void> {
  acme = await company([row('zoe')], configOf(), { also: connector as never });
  domain.begin(...plans);
  await acme.engine.useCases.sync('hr', { kind: 'system', name: 'test' });
  const become = async () => {
    await acme.time.advance(1_000);
    return { word: await acme.word('zoe'), ...state() };
  };
  await expect
    .poll(become, { timeout: 60_000, interval: 20 })
    .toEqual({ word: 'provisioned', active: true, inGroup: true, marks: [] });
}

const steps: Record<string, (asked: LdapAsked) => boolean> = {
  'it is made': ({ kind }) => kind === 'add',
  'its password is set': ({ about }) => about.includes('unicodePwd'),
  'it comes into its group': ({ kind, about }) => kind === 'modify' && about.includes('"member"'),
  'it is enabled': ({ kind, about }) => kind === 'modify' && about.includes('userAccountControl'),
};

describe('a creation that breaks off', () => {
  for (const [what, at] of Object.entries(steps))
    for (const effect of [true, undefined])
      it(`goes on by itself, unasked and with the same password: when ${what}, ${effect ? 'after' : 'before'} the effect`, async () => {
        await joins({ at, fault: { drop: true, ...(effect && { effect }) } });
        expect(await acme.openCards()).toEqual([]);
        expect(domain.passed().filter(({ kind }) => kind === 'add').length).toBe(
          at({ kind: 'add', about: '' }) && !effect ? 2 : 1,
        );
        const password = domain.passwordOf(domain.idOf(account()));
        const sent = domain.passed().filter(({ about }) => about.includes('unicodePwd'));
        expect(new Set(sent.map(({ about }) => about)).size, 'each try sends the same').toBe(1);
        expect(password, 'one that is handed over, and not one that nobody knows').not.toMatch(/^Aa1-/);
      });

  it('is taken back where the domain refuses a part of it, and tried again when somebody says so', async () => {
    acme = await company([row('zoe')], configOf(), { also: connector as never });
    const at = steps['it comes into its group'];
    if (at === undefined) throw new Error('no such step');
    domain.begin({ at, fault: { code: 50, detail: 'no rights' } });
    await acme.engine.useCases.sync('hr', { kind: 'system', name: 'test' });
    const word = async () => {
      await acme.time.advance(1_000);
      return acme.word('zoe');
    };
    await expect.poll(word, { timeout: 60_000, interval: 20 }).toBe('failed');
    expect(domain.has(account())).toBe(false);
    expect((await acme.loginOf('zoe'))?.operation?.trouble?.message).toContain('Staff');
  });
});
