import { describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { ConnectorError, refused } from '../../src/core/errors.ts';
import { unresolved } from '../../src/engine/approve/unresolved.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { examine } from '../../src/engine/examine/examine.ts';
import { type Finding, note, right } from '../../src/engine/examine/finding.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 30_000 });

type Acme = Awaited<ReturnType<typeof company>>;
const people = (...names: string[]) => names.map((name) => row(name));
const day = 24 * 3_600_000;

async function open(config: Config = configOf(), ...names: string[]): Promise<Acme> {
  const acme = await company(people('ada', 'bea', ...names), config);
  await acme.sync();
  return acme;
}
const look = (acme: Acme): Promise<Finding[]> => acme.engine.useCases.examine();
const of = (findings: readonly Finding[], state: Finding['state']) =>
  findings.filter((finding) => finding.state === state).map(({ what }) => what);

describe('doctor', () => {
  it('finds nothing wrong in a company that is well, and says what it looked at', async () => {
    const acme = await open();
    const findings = await look(acme);
    expect(of(findings, 'wrong')).toEqual([]);
    expect(of(findings, 'right')).toEqual(
      expect.arrayContaining([
        'the store answers',
        expect.stringMatching(/^the configuration is edition/),
        'everyone who decides is an active person',
        expect.stringMatching(/^directory hr was read at .*: 2 rows$/),
        'app crm answers and takes the credentials',
        'no message to Slack is behind',
      ]),
    );
    for (const { state, remedy } of findings) expect(remedy === '').toBe(state === 'right');
    await acme.stop();
  });

  it('names those who are to decide and cannot, with why', async () => {
    const config = configOf({}, { approvers: ['nobody@acme.test', 'zoe@acme.test', 'ada@acme.test'] });
    const acme = await open(config, 'zoe');
    acme.directory.state.rows = people('ada', 'bea').concat(row('zoe', {}, 'left'));
    await acme.sync();
    const findings = await look(acme);
    expect(of(findings, 'wrong')).toEqual([
      'nobody@acme.test is named in the configuration, but no person of the directories has this address',
      expect.stringMatching(/^zoe@acme.test is named in the configuration, but .* has left$/),
    ]);
    expect(of(findings, 'note')).toContain(
      'there is a single approver for changes in crm, who cannot decide about themselves',
    );
    await acme.stop();
  });

  it('says that nobody is left to decide, and that one alone is few', async () => {
    const acme = await open(configOf({}, { admins: ['gone@acme.test'], approvers: ['gone@acme.test'] }));
    expect(of(await look(acme), 'wrong')).toContain('nobody is left who can approve changes in crm');
    await acme.stop();
    const managers = await open(configOf({}, { approvers: ['manager'] }));
    expect(of(await look(managers), 'note').filter((what) => what.includes('single approver'))).toEqual([]);
    await managers.stop();
  });

  it('counts people, not the words they are named by; and looks at every step', async () => {
    const steps = [
      { who: ['bea@acme.test'] },
      { who: ['manager'] },
      { who: ['ada@acme.test'], fallback: ['bea@acme.test'] },
    ];
    const approval = { create: { steps }, delete: { steps: [{ who: ['gone@acme.test'] }] } };
    const config = configOf({ approval }, { approvers: ['ada@acme.test', 'ada@home.test'] });
    const acme = await company([row('ada', { email: ['ada@acme.test', 'ada@home.test'] }), row('bea')], config);
    await acme.sync();
    const findings = await look(acme);
    expect(of(findings, 'note').filter((what) => what.includes('single approver'))).toEqual([
      'there is a single approver for changes in crm, who cannot decide about themselves',
      'there is a single approver for step 1 of create in crm, who cannot decide about themselves',
    ]);
    expect(of(findings, 'wrong')).toContain('nobody is left who can approve step 1 of delete in crm');
    await acme.stop();
  });

  it('says that the store does not answer, and looks at what needs none', async () => {
    const acme = await open();
    const config = { ...acme.store.config, read: () => Promise.reject(new Error('connection refused')) };
    const deps = {
      ...{ store: { ...acme.store, config }, clock: acme.time.clock, connections: {} as never, keys: {} as never },
      checks: [{ name: 'the weather', run: async () => [right('it is sunny')] }],
    };
    expect(await examine(deps)).toMatchObject([
      { state: 'wrong', what: 'the store does not answer: connection refused.' },
      { state: 'right', what: 'it is sunny' },
    ]);
    await acme.stop();
  });

  it('names the secret that an app’s connection lacks, instead of blaming the connector', async () => {
    const acme = await open();
    acme.app.target.test = () => Promise.reject(refused('secret-missing', 'CRM_TOKEN is not set', 'Set it.'));
    expect((await look(acme)).filter(({ state }) => state === 'wrong')).toEqual([
      { state: 'wrong', what: 'app crm: CRM_TOKEN is not set.', remedy: 'Set it.' },
    ]);
    await acme.stop();
  });

  it('says that nobody is known before the first read, and blames no address for it', async () => {
    const acme = await company(people('ada'), configOf());
    const findings = await look(acme);
    expect(of(findings, 'wrong')).toEqual([]);
    expect(of(findings, 'note')).toEqual(
      expect.arrayContaining(['nobody is known yet, so nobody can decide', 'directory hr was never read']),
    );
    await acme.stop();
  });

  it('sees a directory that is not read any more, and one whose last read was not whole', async () => {
    const acme = await open();
    const state = await acme.store.directories.get('hr');
    if (state?.lastRead == null) throw new Error('not read');
    const { lastRead } = state;
    await acme.store.directories.put({ ...state, lastRead: { ...lastRead, at: acme.time.clock.now() - 3 * day } });
    expect(of(await look(acme), 'wrong')).toEqual([expect.stringMatching(/^directory hr was read at .* 3 days ago$/)]);
    const half = { ...lastRead, complete: false, reason: 'the file ended early' };
    await acme.store.directories.put({ ...state, lastRead: half });
    expect(of(await look(acme), 'wrong')).toEqual(['directory hr: the file ended early']);
    await acme.stop();
  });

  it('tests every app, tells of its quarantine, and of credentials that end', async () => {
    const acme = await open();
    acme.app.breakDown(new ConnectorError('auth', 'none', 'crm answered 401.'));
    acme.directory.state.rows = people('ada', 'bea', 'zoe');
    await acme.sync(30_000);
    acme.app.target.credentialsEnd = () => acme.time.clock.now() - 1;
    const findings = await look(acme);
    expect(of(findings, 'wrong')).toEqual([
      'app crm: crm answered 401.',
      expect.stringMatching(/^app crm is in quarantine since .*Invalid authentication/),
      expect.stringMatching(/^app crm: its credentials ended at /),
    ]);
    acme.app.target.credentialsEnd = () => acme.time.clock.now() + 3 * day;
    expect(of(await look(acme), 'note')).toEqual([expect.stringMatching(/^app crm: its credentials end at /)]);
    await acme.stop();
  });

  it('sees messages that do not reach Slack', async () => {
    const acme = await open();
    const item = { id: 'n', kind: 'notice' as const, subject: 's', to: '#access', body: 'Hello.' };
    await acme.store.outbox.want(item, acme.time.clock.now() - day);
    expect(of(await look(acme), 'note')).toEqual([expect.stringMatching(/^1 message to Slack wait/)]);
    await acme.stop();
  });

  it('looks at everything although one look fails', async () => {
    const acme = await open();
    const connectors = {
      targets: new Map([['memory', acme.app.connector]]),
      directories: new Map([['memory-directory', acme.directory.connector]]),
    };
    const connections = createConnections(connectors, () => undefined, acme.time.clock.now);
    const keys = { source: 'file' as const, place: 'the key file', ids: () => [], retired: () => [] };
    const checks = [
      { name: 'Slack', run: () => Promise.reject(new Error('socket hang up')) },
      { name: 'the disk', run: () => Promise.reject(refused('no-disk', 'there is no disk', 'Buy one.')) },
      { name: 'the weather', run: async () => [right('it is sunny'), note('it may rain', 'Take an umbrella.')] },
    ];
    const deps = {
      store: acme.store,
      clock: acme.time.clock,
      connections,
      keys: keys as never,
      checks,
    };
    const findings = await examine(deps);
    expect(of(findings, 'wrong')).toEqual([
      'Slack could not be looked at: socket hang up.',
      'the disk: there is no disk.',
    ]);
    expect(findings.at(-1)).toEqual({ state: 'note', what: 'it may rain', remedy: 'Take an umbrella.' });
    expect(of(findings, 'right')).toContain('it is sunny');
    await acme.stop();
  });
});

describe('those named who can decide nothing', () => {
  it('are told with every place they are named in', async () => {
    const acme = await open(configOf(), 'zoe');
    const config = configOf(
      {},
      { admins: ['Ada@ACME.test', 'gone@acme.test'], approvers: ['gone@acme.test', 'U0NOBODY'] },
    );
    expect((await unresolved(acme, config)).map(({ word, place }) => [word, place])).toEqual([
      ['gone@acme.test', ['settings', 'admins', 1]],
      ['gone@acme.test', ['settings', 'approvers', 0]],
    ]);
    await acme.stop();
  });
});
