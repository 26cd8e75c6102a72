import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Audience,
  audiences,
  noPowers,
  type Powers,
  powersOf,
  readsAll,
  readsOthers,
  refusalFor,
} from '../../src/core/audience.ts';
import { Config } from '../../src/core/config.ts';

const config = Config.parse({
  version: 1,
  settings: {
    ...{ admins: ['ada@acme.test'], approvers: ['bob@acme.test', 'manager'] },
    auditors: ['Olga@acme.test', 'U0EVE00001'],
  },
  apps: [{ name: 'crm', connector: 'x', owners: ['cem@acme.test', 'eve@acme.test'] }],
});
const person = (email: string, user = 'U0SOMEBODY', status: 'active' | 'suspended' | 'left' = 'active') => ({
  ...{ status, attributes: { email }, twins: [] as readonly string[] },
  slack: { team: 'T1', user },
});
const words = (powers: Powers) => Object.entries(powers).flatMap(([name, has]) => (has ? [name] : []));

describe('the powers of somebody', () => {
  it.each([
    ['nobody named', person('zoe@acme.test'), []],
    ['an admin, who approves as well', person('ada@acme.test'), ['admin', 'approver']],
    ['an approver of the company', person('bob@acme.test'), ['approver']],
    ['an owner of an app', person('cem@acme.test'), ['approver']],
    ['an auditor, in any case', person('olga@ACME.test'), ['auditor']],
    [
      'an auditor by Slack user id, who owns an app too',
      person('eve@acme.test', 'U0EVE00001'),
      ['approver', 'auditor'],
    ],
    ['an auditor who is suspended', person('olga@acme.test', 'U1', 'suspended'), []],
    ['an auditor who has left', person('olga@acme.test', 'U1', 'left'), []],
    ['an admin who has left', person('ada@acme.test', 'U1', 'left'), []],
    ['an admin’s namesake, who may be somebody else', { ...person('ada@acme.test'), twins: ['p-1'] }, []],
    ['nobody by an attribute that is a word for others', person('owners'), []],
  ])('are those of %s', (_, who, expected) => {
    expect(words(powersOf(who, config))).toEqual(expected);
  });

  it('are none of an auditor in a configuration that was stored before there were any', () => {
    const { auditors: _, ...settings } = config.settings;
    expect(powersOf(person('olga@acme.test'), { ...config, settings: settings as Config['settings'] })).toEqual(
      noPowers,
    );
  });
});

/** What each power opens. Whoever has several, may what each of them may. */
const opened: Readonly<Record<keyof Powers | 'nobody', readonly Audience[]>> = {
  nobody: ['everyone', 'approvers'],
  approver: ['everyone', 'approvers', 'readers'],
  auditor: ['everyone', 'approvers', 'readers', 'auditors'],
  admin: ['everyone', 'approvers', 'readers', 'auditors', 'admins'],
};

describe('who may what', () => {
  it.each(
    (Object.keys(opened) as (keyof typeof opened)[]).flatMap((role) =>
      audiences.map((audience) => [role, audience, opened[role].includes(audience)] as const),
    ),
  )('a %s, what is for %s: %s', (role, audience, allowed) => {
    const refusal = refusalFor(audience, { ...noPowers, ...(role === 'nobody' ? {} : { [role]: true }) });
    expect(refusal === null).toBe(allowed);
    if (refusal !== null) expect(refusal).toMatch(/^Only .+\.$/);
  });

  const powers = fc.record({ admin: fc.boolean(), approver: fc.boolean(), auditor: fc.boolean() });
  it('is the sum of what somebody is, and an auditor only reads more', () => {
    fc.assert(
      fc.property(powers, fc.constantFrom(...audiences), (has, audience) => {
        const each = (Object.keys(has) as (keyof Powers)[]).filter((name) => has[name]);
        const alone = each.some((name) => refusalFor(audience, { ...noPowers, [name]: true }) === null);
        expect(refusalFor(audience, has) === null).toBe(alone || refusalFor(audience, noPowers) === null);
        const audited = { ...has, auditor: true };
        expect(refusalFor('admins', audited) === null).toBe(refusalFor('admins', has) === null);
        expect(readsOthers(audited) && readsAll(audited)).toBe(true);
      }),
    );
  });

  it('tells an auditor why', () => {
    expect(refusalFor('admins', { ...noPowers, auditor: true })).toContain('auditors read, and change nothing');
  });
});
