import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connector as csv } from '../../connectors/csv/index.ts';
import { connector as scim } from '../../connectors/scim/index.ts';
import { App } from '../../src/core/app-schema.ts';
import { Config, Directory } from '../../src/core/config.ts';
import type { Filled } from '../../src/core/connection-form.ts';
import { defineTarget } from '../../src/core/connector.ts';
import { changed, type Draft, endedDraft, newDraft, stepNames, withStep } from '../../src/core/draft.ts';
import { configOf, draftEdit, draftProblems } from '../../src/core/draft-config.ts';
import { connectionDigest, connectionOf, connectionProblems, fieldTitle } from '../../src/core/draft-connection.ts';
import { type DraftWorld, nextStep, type Step, stepsOf } from '../../src/core/draft-steps.ts';
import { parameterText, provisioningText } from '../../src/core/draft-words.ts';
import { runs } from './arbitraries.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const { shapeOf: _, ...bare } = scim;
const plain = defineTarget({
  ...bare,
  ...{ name: 'plain', title: 'Plain app', capabilities: {}, config: z.strictObject({ team: z.string().min(1) }) },
  connect: () => {
    throw new Error('never connected here');
  },
});
const connectors = {
  targets: new Map([scim, plain].map((one) => [one.name, one as never])),
  directories: new Map([['csv', csv as never]]),
};
const settings = { admins: ['ada@acme.test'] };
const config = Config.parse({ version: 1, settings, roles: [{ name: 'Sales' }] });
const world = (set: readonly string[] = [], more: Partial<DraftWorld> = {}): DraftWorld => ({
  ...{ config, connectors, isSet: (name) => set.includes(name), edition: (name) => (set.includes(name) ? 1 : 0) },
  ...more,
});

const begun = (more: Partial<Draft> = {}): Draft => ({
  ...newDraft({ id: 'd-1', kind: 'app', renews: false, connector: 'scim', name: 'crm', title: 'CRM', by: ada }, 1),
  ...more,
});
const address = { baseUrl: 'https://crm.acme.test/scim/v2', auth: { type: 'bearer' } };
const free = () => false;
const connected = (more: Partial<Draft> = {}): Draft =>
  withStep(begun(), 'connection', { ...connectionOf(scim, begun(), address, free), ...more }, ada, 2);
const reached = (more: Partial<Draft> = {}): Draft => {
  const draft = connected(more);
  const of = connectionDigest(draft, () => 1);
  return changed(draft, { tested: { of, ok: true, text: 'CRM answers', at: 3 } }, ada, 3, null);
};
const states = (steps: readonly Step[]) => steps.map(({ name, state }) => `${name} ${state}`);

describe('the connection of a draft', () => {
  it('names each secret after app and field, never types one, and leaves another kind’s fields behind', () => {
    const { connection, names } = connectionOf(
      scim,
      begun(),
      { ...address, auth: { type: 'bearer', username: 'x' } },
      free,
    );
    expect(connection).toEqual({ ...address, auth: { type: 'bearer', token: '${CRM_TOKEN}' } });
    expect(names).toEqual({ 'auth.token': 'CRM_TOKEN' });
    const basic = connectionOf(
      scim,
      { name: 'crm', names },
      { ...address, auth: { type: 'basic', username: 'root' } },
      free,
    );
    expect(basic.connection.auth).toEqual({ type: 'basic', username: 'root', password: '${CRM_PASSWORD}' });
    expect(Object.keys(basic.names)).toEqual(['auth.token', 'auth.password']);
  });

  it('keeps the names it has, and takes none that is taken', () => {
    const taken = connectionOf(scim, begun(), address, (name) => name === 'CRM_TOKEN');
    expect(taken.names).toEqual({ 'auth.token': 'CRM_TOKEN_2' });
    expect(connectionOf(scim, { name: 'crm', names: taken.names }, address, () => true).names).toEqual(taken.names);
  });

  it('is judged at its fields, without the secret that is still to come', () => {
    expect(connectionProblems(scim, connectionOf(scim, begun(), address, free).connection).size).toBe(0);
    const wrong = connectionOf(scim, begun(), { baseUrl: 'ftp://crm', options: { pageSize: 5_000 } }, free).connection;
    expect([...connectionProblems(scim, wrong).keys()].sort()).toEqual(['baseUrl', 'options.pageSize']);
  });

  it('names no variable of the environment, nor anybody’s secret', () => {
    const aimed = { ...address, baseUrl: 'https://evil.test/${AWS_SECRET_ACCESS_KEY}' };
    expect(connectionProblems(scim, connectionOf(scim, begun(), aimed, free).connection).get('baseUrl')).toMatch(
      /cannot be named here/,
    );
  });

  it('calls fields as people would', () => {
    expect(['auth.token', 'baseUrl', 'clientSecret', 'team'].map((path) => fieldTitle({ path }))).toEqual([
      'Token',
      'Base url',
      'Client secret',
      'Team',
    ]);
  });
});

describe('the steps of a draft', () => {
  it('of an app begin with its connection; what follows from it waits', () => {
    const steps = stepsOf(begun(), world());
    expect(states(steps)).toEqual([
      'connection todo',
      'secrets blocked',
      'test blocked',
      'provisioning todo',
      'owners todo',
      'approvals done',
      'timing done',
      'entitlements todo',
      'parameters done',
      'password done',
      'rules done',
      'roles todo',
      'discovery blocked',
      'review blocked',
    ]);
    expect(nextStep(steps)).toBe('connection');
  });

  it('go on to the secrets, the test and the review', () => {
    expect(nextStep(stepsOf(connected(), world()))).toBe('secrets');
    expect(nextStep(stepsOf(connected(), world(['CRM_TOKEN'])))).toBe('test');
    const steps = stepsOf(reached(), world(['CRM_TOKEN']));
    expect(states(steps)).toContain('review todo');
    expect(states(steps)).toContain('discovery todo');
  });

  it('go back to the test when the address or a secret is another', () => {
    const { tested } = reached();
    const set = world(['CRM_TOKEN'], { edition: () => 2 });
    expect(stepsOf(reached(), set).find(({ name }) => name === 'test')).toMatchObject({ state: 'todo' });
    const elsewhere = connectionOf(scim, begun(), { ...address, baseUrl: 'https://other.test/scim' }, free);
    expect(states(stepsOf({ ...reached(), ...elsewhere, tested }, world(['CRM_TOKEN'])))).toContain('review blocked');
  });

  it('say what failed, and hold the review up for it', () => {
    const draft = reached();
    const tested = { of: draft.tested?.of ?? '', ok: false, text: 'Invalid authentication', at: 3 };
    const steps = stepsOf({ ...draft, tested }, world(['CRM_TOKEN']));
    expect(steps.find(({ name }) => name === 'test')).toEqual({
      name: 'test',
      state: 'wrong',
      text: 'Invalid authentication',
    });
    expect(states(steps)).toContain('review blocked');
  });

  it('say so where a connector has no entitlements and no secrets', () => {
    const steps = stepsOf(begun({ connector: 'plain' }), world());
    expect(states(steps)).toContain('entitlements none');
    expect(steps.some(({ name }) => name === 'secrets')).toBe(false);
  });

  it('are those of the app the connection chooses', () => {
    const steps = (profile: string) => {
      const { connection } = connectionOf(scim, begun(), { ...address, profile }, free);
      return stepsOf(reached({ connection, provisioning: { enabled: true } }), world(['CRM_TOKEN']));
    };
    const said = (profile: string, step: string) => steps(profile).find(({ name }) => name === step)?.text;
    expect(states(steps('generic'))).toContain('entitlements todo');
    expect(states(steps('docker-hub'))).toEqual(expect.arrayContaining(['entitlements none', 'password none']));
    expect(said('docker-hub', 'entitlements')).toContain('Docker Hub has none');
    expect(said('docker-hub', 'parameters')).toBe('the safe defaults (3)');
    expect(states(steps('github-organization'))).toContain('provisioning wrong');
    expect(said('github-organization', 'provisioning')).toContain('is removed from the organization');
    expect(states(steps('salesforce'))).toContain('parameters wrong');
  });

  it('show what the whole configuration says against one of them', () => {
    const steps: Partial<Draft>[] = [
      { provisioning: { enabled: true, grace: { remind: '9 days', delete: '3 days' } } },
      { provisioning: { enabled: true, privileged: { nothing: ['Admins'] } } },
      { provisioning: { approval: { create: { steps: [{ who: ['nobody'] }] } } } },
      { about: { owners: ['nobody'] } },
      { parameters: [{ target: 'password', password: 'sso' }] },
    ];
    const names = ['timing', 'approvals', 'approvals', 'owners', 'password'];
    for (const [index, change] of steps.entries())
      expect(states(stepsOf(reached(change), world(['CRM_TOKEN'])))).toContain(`${names[index]} wrong`);
    const wrong = {
      parameters: [{ target: 'tittle', from: 'title' }],
      rules: [{ name: 'R', match: 'all' as const, conditions: [], actions: [{ target: 'title', add: ['x'] }] }],
      roles: ['Nobody knows'],
    };
    for (const [step, change] of Object.entries(wrong))
      expect(states(stepsOf(reached({ [step]: change }), world(['CRM_TOKEN'])))).toContain(`${step} wrong`);
    const twice = { ...config, apps: [App.parse({ name: 'CRM', connector: 'scim' })] };
    expect(states(stepsOf(reached(), world(['CRM_TOKEN'], { config: twice })))).toContain('review wrong');
  });

  it('of a directory ask how it is read; of a renewal only for the credentials', () => {
    const directory = newDraft(
      { id: 'd', kind: 'directory', renews: false, connector: 'csv', name: 'hr', title: null, by: ada },
      1,
    );
    expect(states(stepsOf(directory, world()))).toEqual([
      'connection todo',
      'test blocked',
      'reading todo',
      'review blocked',
    ]);
    const renewal = newDraft(
      {
        ...begun(),
        renews: true,
        connection: { ...address, auth: { type: 'bearer', token: '${CRM_TOKEN}' } },
        names: { 'auth.token': 'CRM_TOKEN' },
      },
      1,
    );
    expect(states(stepsOf(renewal, world()))).toEqual(['connection done', 'secrets todo', 'test blocked']);
  });

  it('cannot go on without their connector', () => {
    expect(() => stepsOf(begun({ connector: 'gone' }), world())).toThrow('there is no connector gone any more');
  });
});

describe('what a draft comes to', () => {
  it('is the app with its defaults, in the roles that were chosen', () => {
    const draft = reached({ roles: ['Sales'], provisioning: { enabled: true, onDelete: 'delete' } });
    const made = configOf(draft);
    if ('wrong' in made) throw new Error('wrong');
    const next = draftEdit(draft, made)(config);
    expect(next.apps).toEqual([
      App.parse({
        ...{ name: 'crm', title: 'CRM', connector: 'scim', provisioning: { enabled: true, onDelete: 'delete' } },
        connection: { ...address, auth: { type: 'bearer', token: '${CRM_TOKEN}' } },
      }),
    ]);
    expect(next.roles[0]?.apps).toEqual(['crm']);
    expect(draftProblems(draft, config, connectors)).toEqual([]);
  });

  it('of a renewal changes what its secrets are called, and nothing else', () => {
    const connection = { ...address, allowHosts: ['10.0.0.0/8'], auth: { type: 'bearer', token: '${ACME_TOKEN}' } };
    const before = Config.parse({ version: 1, apps: [{ name: 'crm', connector: 'scim', connection }] });
    const draft = begun({ renews: true, names: { 'auth.token': 'CRM_TOKEN' }, connection: {} });
    const after = draftEdit(draft, { app: App.parse({ name: 'crm', connector: 'scim' }) })(before);
    expect(after.apps[0]?.connection).toEqual({ ...connection, auth: { type: 'bearer', token: '${CRM_TOKEN}' } });
    expect({ ...after, apps: [] }).toEqual({ ...before, apps: [] });
  });

  const anything = fc.dictionary(
    fc.constantFrom(
      'enabled',
      'onDelete',
      'approval',
      'verify',
      'grace',
      'schedule',
      'join',
      'authoritative',
      'baseUrl',
      'auth',
      'x',
      '__proto__',
    ),
    fc.oneof(fc.constantFrom<unknown>(true, 'delete', '3 days', 'nothing', ['email']), fc.jsonValue({ maxDepth: 2 })),
    { maxKeys: 5 },
  ) as fc.Arbitrary<Filled>;
  const some = <T>(right: T) =>
    fc.array(fc.oneof(fc.constant(right), fc.jsonValue({ maxDepth: 2 })), { maxLength: 2 }) as fc.Arbitrary<never[]>;

  it('passes the schema, or names the step that is wrong, whatever was filled in', () => {
    const filled = fc.record({
      kind: fc.constantFrom('app' as const, 'directory' as const),
      connection: anything,
      provisioning: anything,
      reading: anything,
      parameters: some({ target: 'title', from: 'title' }),
      rules: some({ name: 'R', actions: [{ target: 'groups', add: ['x'] }] }),
    });
    fc.assert(
      fc.property(filled, (change) => {
        const draft = begun(change);
        const made = configOf(draft);
        if ('wrong' in made) {
          expect(made.wrong.length).toBeGreaterThan(0);
          for (const { step } of made.wrong) expect(stepNames).toContain(step);
        } else if ('app' in made) expect(App.parse(made.app)).toEqual(made.app);
        else expect(Directory.parse(made.directory)).toEqual(made.directory);
      }),
      runs,
    );
  });

  it('has a list of steps, whatever was filled in', () => {
    const filled = fc.record({
      kind: fc.constantFrom('app' as const, 'directory' as const),
      ...{ connection: anything, provisioning: anything, reading: anything },
      saved: fc.subarray([...stepNames]),
    });
    fc.assert(
      fc.property(filled, ({ kind, ...change }) => {
        const draft = begun({ ...change, kind, connector: kind === 'app' ? 'scim' : 'csv' });
        const steps = stepsOf(draft, world(['CRM_TOKEN']));
        expect(steps.every(({ text }) => text !== '')).toBe(true);
        expect(steps.at(-1)?.name).toBe('review');
      }),
      runs,
    );
  });
});

describe('what a draft tells', () => {
  it('is an event for each act, about the app', () => {
    const draft = endedDraft(withStep(begun(), 'roles', { roles: ['Sales'] }, ada, 2), 'dropped', 'not needed', ada, 3);
    expect(draft.outbox.map(({ type, app, message }) => [type, app, message])).toEqual([
      ['draft.begun', 'crm', 'began to connect the app CRM (scim)'],
      ['draft.changed', 'crm', 'the app CRM (scim) on its way: roles filled in'],
      ['draft.dropped', 'crm', 'dropped the app CRM (scim): not needed'],
    ]);
    expect(new Set(draft.outbox.map(({ id }) => id)).size).toBe(3);
  });

  it('is in words what was filled in', () => {
    expect(provisioningText({ provisioning: { enabled: true, approval: { create: false, update: true } } }, scim)).toBe(
      'on; asks before update, reactivate, delete; who is suspended is suspended there, who left suspended, who lost the role suspended',
    );
    expect(parameterText({ target: 'groups', from: 'department', translate: { Sales: 'S' }, default: 'Staff' })).toBe(
      'groups ← department, translated, else Staff',
    );
    expect(parameterText({ target: 'title', value: 'Staff' })).toBe('title ← Staff');
  });
});
