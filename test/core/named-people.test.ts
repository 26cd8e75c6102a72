import { expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { pathText } from '../../src/core/config-problem.ts';
import { peopleNamedIn } from '../../src/core/named-people.ts';

it('finds everybody who is named, with the place, and none of the words that stand for others', () => {
  const config = Config.parse({
    version: 1,
    settings: {
      admins: ['ada@acme.test'],
      approvers: ['manager', 'U024BE7LH', 'owners'],
      protected: ['no@acme.test'],
      auditors: ['olga@acme.test'],
    },
    apps: [
      {
        ...{ name: 'crm', connector: 'x', owners: ['bob@acme.test'] },
        provisioning: {
          approval: {
            delete: { steps: [{ who: ['approvers', 'cyd@acme.test'], fallback: ['ada@acme.test'] }] },
            privileged: { risk: 'high' },
          },
        },
      },
    ],
  });
  expect(peopleNamedIn(config).map(({ word, place }) => `${word} ${pathText(place)}`)).toEqual([
    'ada@acme.test settings.admins[0]',
    'U024BE7LH settings.approvers[1]',
    'olga@acme.test settings.auditors[0]',
    'bob@acme.test apps[0].owners[0]',
    'cyd@acme.test apps[0].provisioning.approval.delete.steps[0].who[1]',
    'ada@acme.test apps[0].provisioning.approval.delete.steps[0].fallback[0]',
  ]);
});
