import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

/** Only Sales are in, and Managers get a group. */
function selling(): Config {
  const config = configOf();
  return {
    ...config,
    mappings: [
      {
        ...{ name: 'Sales people', match: 'all', roles: ['Staff'], set: [] },
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
      },
    ],
    apps: config.apps.map((app) => ({
      ...app,
      rules: [
        {
          ...{ name: 'Leaders', match: 'all' },
          conditions: [{ attribute: 'title', operator: 'contains', value: 'Manager' }],
          actions: [{ target: 'groups', add: ['Managers'] }],
        },
      ],
    })),
  };
}

describe('explain', () => {
  it('gives the chain person, mapping, role, rule, parameter for the account and each value in it', async () => {
    const acme = await company([row('zoe', { title: 'Sales Manager', department: 'Sales' })], selling());
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    const explanation = await acme.engine.useCases.explain(id, 'crm');
    expect(explanation).toMatchObject({
      person: id,
      app: 'crm',
      appTitle: 'CRM',
      word: 'provisioned',
      wished: 'active',
    });
    expect(explanation.chain.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'status hr',
      'mapping Sales people',
      'role Staff',
    ]);
    const groups = explanation.targets.filter(({ target }) => target === 'groups');
    expect(groups.map(({ value, chain }) => [value, chain.map(({ kind, name }) => `${kind} ${name}`)])).toEqual([
      ['Managers', ['rule Leaders']],
      ['Sales and Marketing', ['parameter groups']],
    ]);
    expect(explanation.near).toEqual([]);
    await acme.stop();
  });

  it('says why not, with what is there and what would have matched', async () => {
    const acme = await company([row('max', { department: 'Salse' })], selling());
    await acme.sync();
    const { id } = await acme.personOf('max');
    expect(await acme.engine.useCases.explain(id, 'crm')).toMatchObject({
      ...{ word: 'no account', wished: 'none' },
      near: [
        { role: 'Staff', mapping: 'Sales people', condition: 'department is Sales', has: 'Salse', wants: 'Sales' },
      ],
      text: expect.stringContaining('there is Salse instead of Sales'),
    });
    await acme.stop();
  });

  it('says who rejected, when and why', async () => {
    const acme = await company([row('ada'), row('zoe')], configOf({ approval: { create: true } }));
    await acme.sync();
    const person = await acme.personOf('zoe');
    const card = (await acme.openCards()).find((open) => open.person === person.id);
    if (card === undefined) throw new Error('no card');
    expect((await acme.engine.useCases.explain(person.id, 'crm')).text).toContain(
      'the create waits for approval since',
    );
    await acme.decide(card, 'ada', 'reject', 'not yet');
    const { word, text } = await acme.engine.useCases.explain(person.id, 'crm');
    expect(word).toBe('rejected');
    expect(text).toMatch(/ada.* rejected the create on \d{4}-\d\d-\d\d \(not yet\); it is not asked again/i);
    await acme.stop();
  });

  it('names a pause of the app, and not one of another person', async () => {
    const acme = await company([row('ada'), row('zoe')]);
    await acme.sync();
    const [ada, zoe] = [await acme.personOf('ada'), await acme.personOf('zoe')];
    const actor = { kind: 'person', person: ada.id, name: 'Ada', via: 'cli' } as const;
    const pausing = [
      acme.engine.useCases.pause({ app: 'crm' }, null, 'audit', actor),
      acme.engine.useCases.pause({ person: ada.id }, null, 'holiday', actor),
    ];
    await acme.time.advance(60_000);
    await Promise.all(pausing);
    const { text } = await acme.engine.useCases.explain(zoe.id, 'crm');
    expect(text).toContain('Ada paused changes other than leaving until somebody resumes them (audit)');
    expect(text).not.toContain('holiday');
    await acme.stop();
  });

  it('refuses people and apps nobody knows, naming the apps there are', async () => {
    const acme = await company([row('zoe')]);
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    await expect(acme.engine.useCases.explain('p-none', 'crm')).rejects.toMatchObject({ code: 'unknown-person' });
    await expect(acme.engine.useCases.explain(id, 'crn')).rejects.toMatchObject({
      code: 'unknown-app',
      remedy: 'The apps are crm.',
    });
    await acme.stop();
  });
});
