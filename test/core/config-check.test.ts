import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/core/config-check.ts';
import * as any from './arbitraries.ts';
import { connectors, good, problemsOf, problemsWith, tellsEach } from './config-sample.ts';

it('a good configuration is read, with its defaults', () => {
  expect(checkConfig(good(), connectors)).toMatchObject({
    config: { settings: { quorum: 1 }, apps: [{ name: 'crm', provisioning: { onSuspend: 'suspend' } }] },
  });
});

describe('the shape', () => {
  const duration = 'write a number and a unit, such as "15 minutes" or "3 days"';
  tellsEach([
    ['a misspelt key', { mapings: [] }, 'mapings', 'did you mean mappings?'],
    ['a key of another place', { members: [] }, 'members', 'it does not belong here: take it out'],
    ['a key nobody knows', { zzzzzz: [] }, 'zzzzzz', 'take it out'],
    ['no version', { version: undefined }, 'version', 'write one of: 1'],
    ['a wrong type', { 'settings.quorum': 'two' }, 'settings.quorum', 'write a number'],
    ['nothing where a list belongs', { roles: null }, 'roles', 'write a list'],
    ['a bad duration', { 'settings.approvalExpiry': '3 dayz' }, 'settings.approvalExpiry', duration],
    [
      'a misspelt choice',
      { 'apps[0].provisioning.onDelete': 'suspnd' },
      'apps[0].provisioning.onDelete',
      'did you mean suspend?',
    ],
    [
      'a misspelt operator',
      { 'mappings[0].conditions[0].operator': 'start-with' },
      'mappings[0].conditions[0].operator',
      'did you mean starts-with?',
    ],
    [
      'a parameter without source',
      { 'apps[0].parameters[3]': { target: 'seats' } },
      'apps[0].parameters[3]',
      'say where the value comes from: `from`, `value`, `template` or `default`',
    ],
  ]);
});

it('all problems are told at once, and no value', () => {
  const told = problemsWith({
    'mappings[0].roles[1]': 'Legal',
    'apps[0].connection': { baseUrl: 'hunter2', auth: { type: 'bearer', token: 'hunter2 hunter2' } },
  });
  expect(told.map(({ path }) => path)).toEqual([
    'mappings[0].roles[1]',
    'apps[0].connection.auth.token',
    'apps[0].connection.baseUrl',
    'apps[0].connection.auth.token',
  ]);
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

describe('whatever is in the file', () => {
  it.each([null, undefined, [], 'text', 7, {}])('%j is answered with problems', (raw) => {
    expect(problemsOf(raw)).not.toEqual([]);
  });

  it('a group that cannot be told as text stands for no word', () => {
    expect(problemsOf({ ...good(), version: { toString: '' } })).toMatchObject([
      { path: 'version', message: 'the value is not one of those known' },
    ]);
  });

  it(
    'never throws, also where a good file has nonsense in one place',
    () => {
      const nonsense = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(`\${X}`));
      fc.assert(
        fc.property(fc.nat(), nonsense, (place, value) => {
          const raw = good();
          const places = placesIn(raw);
          const [owner, key] = places[place % places.length] ?? [raw, 'version'];
          Object.assign(owner, { [key]: value });
          return problemsOf(raw).every(({ path, message, remedy }) => path !== '' && message !== '' && remedy !== '');
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

const placesIn = (found: object): [object, string][] =>
  Object.entries(found).flatMap(([key, member]): [object, string][] => [
    [found, key],
    ...(typeof member === 'object' && member !== null ? placesIn(member) : []),
  ]);
