import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { App, Parameter, Rule } from '../../src/core/app-schema.ts';
import { Condition } from '../../src/core/condition-schema.ts';
import { Config } from '../../src/core/config.ts';
import { Settings } from '../../src/core/settings-schema.ts';
import { Duration, milliseconds } from '../../src/core/time-schema.ts';
import * as any from './arbitraries.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('durations', () => {
  it.each([
    ['1 second', 1_000],
    ['15 minutes', 900_000],
    ['24 hours', 86_400_000],
    ['3 days', 259_200_000],
    ['2 weeks', 1_209_600_000],
  ])('%s', (text, expected) => {
    expect(accepts(Duration, text)).toBe(true);
    expect(milliseconds(text)).toBe(expected);
  });

  it.each(['', '15', 'minutes', '15 min', '-1 hours', '1.5 hours', '15  minutes', '1234567 days'])(
    'refuses %j',
    (text) => {
      expect(accepts(Duration, text)).toBe(false);
    },
  );

  it('never overflow', () => {
    const unit = fc.constantFrom('second', 'minutes', 'hour', 'days', 'weeks');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), unit, (count, name) =>
        Number.isSafeInteger(milliseconds(`${count} ${name}`)),
      ),
      any.runs,
    );
  });
});

describe('defaults are the safe ones', () => {
  it('of an app: nothing is provisioned, and leaving suspends', () => {
    expect(App.parse({ name: 'crm', connector: 'scim' }).provisioning).toEqual({
      enabled: false,
      createDaysBefore: 0,
      drift: 're-assert',
      match: ['externalId', 'userName', 'email'],
      approval: { create: true, update: false, suspend: false, reactivate: true, delete: true },
      onSuspend: 'suspend',
      onDelete: 'suspend',
      onRoleLoss: 'suspend',
      entitlements: false,
      privileged: {},
      verify: '24 hours',
      shards: 1,
    });
  });

  it('of the settings: one approver, three days, a threshold', () => {
    expect(Settings.parse({})).toMatchObject({
      quorum: 1,
      approvalExpiry: '3 days',
      deletionThreshold: { count: 25, percent: 10, window: '24 hours', floor: 5 },
    });
  });

  it('of a directory: authoritative, joined by number and e-mail', () => {
    const [directory] = Config.parse({ version: 1, directories: [{ name: 'hr', connector: 'csv' }] }).directories;
    expect(directory).toMatchObject({ authoritative: true, join: ['employeeId', 'email'], schedule: '15 minutes' });
  });
});

describe('shapes', () => {
  it.each<[string, { safeParse(value: unknown): { success: boolean } }, unknown]>([
    ['a version from the future', Config, { version: 2 }],
    ['a misspelt key', Config, { version: 1, app: [] }],
    ['a parameter without a source', Parameter, { target: 'title' }],
    ['an action that adds and sets', Rule, { name: 'r', actions: [{ target: 'groups', add: ['A'], set: 'B' }] }],
    ['an action that does neither', Rule, { name: 'r', actions: [{ target: 'groups' }] }],
    ['an empty inner group', Condition, { match: 'all', conditions: [] }],
    ['a name of blanks', App, { name: '  ', connector: 'scim' }],
    ['a name with a line break', App, { name: 'a\nb', connector: 'scim' }],
    ['a digest at no time of day', Settings, { digest: { channel: '#x', at: '24:00' } }],
  ])('%s is refused', (_, schema, value) => {
    expect(accepts(schema, value)).toBe(false);
  });

  it(
    'take every condition the engine can decide',
    () => {
      fc.assert(
        fc.property(any.condition, (condition) => accepts(Condition, condition)),
        any.runs,
      );
    },
    any.patience,
  );
});
