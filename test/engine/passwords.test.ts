import { describe, expect, it, vi } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { system } from '../../src/core/event.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys, missingKeys } from '../../src/store/sealing-keys.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { row } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';
import { company } from './company.ts';
import { keptLog, recordingStore } from './recording-store.ts';

vi.setConfig({ testTimeout: 60_000 });

const hour = 3_600_000;
const down = new ConnectorError('unavailable', 'none', 'no answer');
const lost = new ConnectorError('unavailable', 'unknown', 'no answer in time');
const chosen = 'vivid-otter-plays-banjo';
const another = 'quiet-walrus-hums-cello';

type Source = 'none' | 'generated' | 'sso';
const appOf = (name: string, connector: string, password: Source, approval: Record<string, boolean>) => ({
  ...{ name, title: name.toUpperCase(), connector },
  provisioning: { enabled: true, approval: { create: false, reactivate: false, delete: false, ...approval } },
  parameters: [{ target: 'password', password }],
});
const configOf = (
  crm: Source,
  wiki: Source = 'none',
  approval: Record<string, boolean> = {},
  settings: object = {},
): Config =>
  Config.parse({
    version: 1,
    settings: {
      admins: ['ada@acme.test'],
      approvers: ['ada@acme.test', 'bea@acme.test'],
      passwordMapping: true,
      ...settings,
    },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Staff', apps: wiki === 'none' ? ['crm'] : ['crm', 'wiki'] }],
    mappings: [
      { name: 'Everybody', conditions: [{ attribute: 'title', operator: '!=', value: 'Admin' }], roles: ['Staff'] },
    ],
    apps: [
      appOf('crm', 'memory', crm, approval),
      ...(wiki === 'none' ? [] : [appOf('wiki', 'memory-wiki', wiki, approval)]),
    ],
  });

/** Ada and Bea decide and have no account; Zoe has. */
const rows = (...more: ReturnType<typeof row>[]) => [
  row('ada', { title: 'Admin' }),
  row('bea', { title: 'Admin' }),
  ...more,
];

/** A whole Rollcall with two apps, a Slack that finds whom it is told, and everything stored or logged written down. */
async function open(config: Config, sealing = testSealing()) {
  const written: string[] = [];
  const wiki = memoryApp();
  const also = { ...wiki.connector, name: 'memory-wiki' };
  const store = recordingStore(memoryStore(), written);
  const acme = await company(rows(), config, { store, also, sealing, log: keptLog(written) });
  const { useCases } = acme.engine;
  const links: string[] = [];
  const slack = { finds: true };

  /** What the Slack room does with the messages of one-time pages. */
  async function pump(): Promise<void> {
    for (const item of await store.outbox.due(acme.time.clock.now(), 100)) {
      const message = item.kind === 'once' ? await useCases.onceMessage(item.subject) : null;
      const sent = message !== null && message.link !== null && slack.finds;
      if (sent) links.push(message.link ?? '');
      await store.outbox.shown(item.id, item.wanted, { channel: 'D1', ts: sent ? '1.1' : '' });
      if (sent) await useCases.onceTold(item.subject);
    }
  }
  async function pass(milliseconds: number): Promise<void> {
    await acme.time.advance(milliseconds);
    await pump();
    await acme.time.advance(5_000);
  }
  /** Days as over a machine that sleeps: what was due happens late, once. */
  async function later(milliseconds: number): Promise<void> {
    acme.time.leap(milliseconds);
    await pass(20_000);
  }
  return {
    ...{ ...acme, store, wiki, links, slack, useCases, written, pass, later },
    token: (): string => links.at(-1)?.split('/once/')[1] ?? 'none',
    async join(...people: ReturnType<typeof row>[]) {
      acme.directory.state.rows = rows(...people);
      await acme.sync();
      await pass(5_000);
    },
    async secret(kind: 'generated' | 'sso', who = 'zoe') {
      const found = await store.secrets.ofPeople([(await acme.personOf(who)).id]);
      return found.filter((one) => one.kind === kind).at(-1) ?? null;
    },
    async told(type: string) {
      await acme.time.advance(10_000);
      return (await store.events.list({}, null, 500)).filter((event) => event.type === type);
    },
    /** Nothing of the password was ever stored or logged. */
    keptTo(...passwords: string[]) {
      expect(written.length).toBeGreaterThan(100);
      const all = written.join('\n');
      for (const password of passwords) {
        expect(password.length).toBeGreaterThan(13);
        expect(all).not.toContain(password);
      }
    },
  };
}

describe('a generated password', () => {
  it('goes with the create, and is shown to its person once', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    expect(await acme.word('zoe')).toBe('provisioned');
    const [password = ''] = [...acme.app.passwords.values()];
    expect(password).toHaveLength(20);
    expect(acme.links).toHaveLength(1);
    expect(acme.links[0]).toMatch(/^https:\/\/rollcall\.acme\.test\/once\/generated:o-\d+\.[\w-]{43}$/);
    expect(await acme.useCases.oncePage(acme.token())).toEqual({ purpose: 'show', apps: ['CRM'] });
    expect(await acme.useCases.showOnce(acme.token())).toEqual({ password, apps: ['CRM'] });
    expect(await acme.useCases.showOnce(acme.token())).toBeNull();
    expect(await acme.useCases.oncePage(acme.token())).toBeNull();
    expect(await acme.secret('generated')).toMatchObject({ sealed: null, page: null, nextAt: null });
    expect((await acme.told('password.shown')).map(({ app }) => app)).toEqual(['crm']);
    acme.keptTo(password);
    await acme.stop();
  });

  it('shows to one of two who press at once', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    const shown = await Promise.all(Array.from({ length: 5 }, () => acme.useCases.showOnce(acme.token())));
    expect(shown.filter((one) => one !== null)).toHaveLength(1);
    await acme.stop();
  });

  it('is the same at every try after an unknown outcome, a failure and a throttle', async () => {
    const acme = await open(configOf('generated'));
    acme.app.failNext(lost, down, new ConnectorError('throttled', 'none', 'slow down', { retryAfter: 1_000 }), lost);
    await acme.join(row('zoe'));
    await acme.pass(10 * 60_000);
    expect(await acme.word('zoe')).toBe('provisioned');
    const sent = acme.app.sent.filter(({ kind }) => kind === 'create').map(({ password }) => password);
    expect(sent).toHaveLength(5);
    expect(new Set(sent).size).toBe(1);
    expect((await acme.useCases.showOnce(acme.token()))?.password).toBe(sent[0]);
    acme.keptTo(sent[0] ?? '');
    await acme.stop();
  });

  it('is not repeated by an app that says it again', async () => {
    const acme = await open(configOf('generated'));
    const create = acme.app.target.create;
    acme.app.target.create = async (account) => {
      acme.app.sent.push({ kind: 'create', password: account.password ?? null });
      acme.app.target.create = create;
      throw new ConnectorError('rejected', 'none', `the password ${account.password} is too weak`, {
        remedy: `choose another than ${account.password}`,
        cause: new Error(String(account.password)),
      });
    };
    await acme.join(row('zoe'));
    expect(await acme.word('zoe')).toBe('failed');
    expect((await acme.loginOf('zoe'))?.operation?.trouble?.message).toBe('the password •••••• is too weak');
    acme.keptTo(acme.app.sent[0]?.password ?? '');
    await acme.stop();
  });

  it('is erased with a create that is not wanted any more', async () => {
    const acme = await open(configOf('generated'));
    acme.app.breakDown(new ConnectorError('rejected', 'none', 'no licence left'), (kind) => kind !== 'create');
    await acme.join(row('zoe'));
    expect(await acme.word('zoe')).toBe('failed');
    expect(await acme.secret('generated')).toMatchObject({ waiting: ['crm'], page: null });
    expect((await acme.secret('generated'))?.sealed).not.toBeNull();
    await acme.join(row('zoe', { title: 'Admin' }));
    expect(await acme.secret('generated')).toMatchObject({ sealed: null, waiting: [], nextAt: null });
    expect((await acme.told('password.erased'))[0]?.message).toContain('not wanted any more');
    await acme.stop();
  });

  it('waits for a person Slack does not find yet, and their time begins when it does', async () => {
    const acme = await open(configOf('generated'));
    acme.slack.finds = false;
    await acme.join(row('zoe'));
    for (let day = 0; day < 5; day += 1) await acme.later(24 * hour);
    expect(acme.links).toEqual([]);
    expect((await acme.secret('generated'))?.sealed).not.toBeNull();
    acme.slack.finds = true;
    await acme.later(6 * hour);
    expect(acme.links).toHaveLength(1);
    await acme.later(71 * hour);
    expect(await acme.useCases.showOnce(acme.token())).not.toBeNull();
    await acme.stop();
  });

  it('comes at once to a person who was not found for long, when they ask', async () => {
    const acme = await open(configOf('generated'));
    acme.slack.finds = false;
    await acme.join(row('zoe'));
    for (let day = 0; day < 3; day += 1) await acme.later(24 * hour);
    acme.slack.finds = true;
    await acme.useCases.sendPasswordLink((await acme.personOf('zoe')).id);
    await acme.pass(5_000);
    expect(acme.links).toHaveLength(1);
    expect(await acme.useCases.showOnce(acme.token())).not.toBeNull();
    await acme.stop();
  });

  it('is erased when nobody opened the page in time, with the remedy', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    await acme.later(72 * hour);
    expect(await acme.useCases.showOnce(acme.token())).toBeNull();
    expect(await acme.secret('generated')).toMatchObject({ sealed: null, page: null, nextAt: null });
    expect((await acme.told('password.expired'))[0]?.message).toMatch(/erased.*reset/);
    await acme.stop();
  });

  it('is erased when its person leaves before they saw it', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    await acme.join(row('zoe', {}, 'suspended'));
    expect(await acme.useCases.showOnce(acme.token())).toBeNull();
    expect(await acme.secret('generated')).toMatchObject({ sealed: null, page: null });
    await acme.stop();
  });

  it('comes in a fresh link when its person asks, and the one before leads nowhere', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    const first = acme.token();
    const zoe = await acme.personOf('zoe');
    expect((await acme.useCases.sendPasswordLink(zoe.id)).text).toContain('a moment ago');
    await acme.pass(2 * 60_000);
    expect((await acme.useCases.sendPasswordLink(zoe.id)).text).toContain('on its way');
    await acme.pass(5_000);
    expect(acme.links).toHaveLength(2);
    expect(await acme.useCases.oncePage(first)).toBeNull();
    expect(await acme.useCases.showOnce(acme.token())).not.toBeNull();
    expect((await acme.useCases.sendPasswordLink(zoe.id)).text).toContain('No password of yours waits');
    await acme.stop();
  });

  it('cannot be reached by a link that is not ours', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    const [id = '', mark = ''] = acme.token().split('.');
    const wrong = [
      `${id}.${'A'.repeat(43)}`,
      `${id}.`,
      id,
      `${id}.${mark}x`,
      `sso:p-000001.${mark}`,
      `${mark}.${id}`,
      '',
      '../x',
    ];
    for (const token of wrong) expect(await acme.useCases.oncePage(token), token).toBeNull();
    for (const token of wrong) expect(await acme.useCases.showOnce(token), token).toBeNull();
    // The database holds the nonce, and not the mark.
    expect(acme.written.join('\n')).not.toContain(mark);
    expect(await acme.useCases.showOnce(acme.token())).not.toBeNull();
    await acme.stop();
  });

  it('goes with no account that is adopted, and with no update', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    await acme.join(row('zoe', { title: 'Lead' }));
    expect(acme.app.sent.map(({ kind, password }) => [kind, password !== null])).toEqual([['create', true]]);
    await acme.stop();
  });

  it('is never made without a key to seal it: the account waits, and says for what', async () => {
    const keys = missingKeys();
    const acme = await open(configOf('generated'), { keys, sealer: createSealer(keys) } as ReturnType<
      typeof testSealing
    >);
    await acme.join(row('zoe'));
    expect(acme.app.sent).toEqual([]);
    const { operation, attempts } = (await acme.loginOf('zoe')) ?? {};
    expect(operation).toMatchObject({ state: 'approved', trouble: { kind: 'keys-missing' } });
    expect(operation?.trouble?.remedy).toContain('ROLLCALL_KEYS');
    expect(attempts).toBe(0);
    await acme.stop();
  });
});

describe('an SSO password', () => {
  const sso = () => open(configOf('sso', 'sso'));
  async function asked() {
    const acme = await sso();
    await acme.join(row('zoe'));
    return acme;
  }

  it('is asked for once, given once, and handed to every app', async () => {
    const acme = await asked();
    expect(acme.links).toHaveLength(1);
    expect(await acme.useCases.oncePage(acme.token())).toEqual({ purpose: 'set', apps: ['CRM', 'WIKI'] });
    expect(await acme.useCases.showOnce(acme.token())).toBeNull();
    expect(await acme.useCases.setOnce(acme.token(), chosen)).toEqual({ result: 'set', apps: ['CRM', 'WIKI'] });
    expect(await acme.useCases.setOnce(acme.token(), another)).toBeNull();
    await acme.pass(10_000);
    expect([...acme.app.passwords.values(), ...acme.wiki.passwords.values()]).toEqual([chosen, chosen]);
    expect(await acme.secret('sso')).toMatchObject({
      sealed: null,
      waiting: [],
      delivered: ['crm', 'wiki'],
      nextAt: null,
    });
    expect((await acme.told('password.delivered')).map(({ app }) => app).sort()).toEqual(['crm', 'wiki']);
    acme.keptTo(chosen, another);
    await acme.stop();
  });

  it('is refused while it is weak, without using the link up', async () => {
    const acme = await asked();
    expect(await acme.useCases.setOnce(acme.token(), 'short')).toMatchObject({ result: 'weak' });
    expect(await acme.useCases.setOnce(acme.token(), 'zoe-likes-long-walks')).toMatchObject({ result: 'weak' });
    expect(await acme.useCases.setOnce(acme.token(), chosen)).toMatchObject({ result: 'set' });
    await acme.stop();
  });

  it('is taken from one of two who press at once', async () => {
    const acme = await asked();
    const set = await Promise.all([chosen, another].map((one) => acme.useCases.setOnce(acme.token(), one)));
    expect(set.filter((one) => one !== null)).toHaveLength(1);
    await acme.pass(10_000);
    const got = new Set([...acme.app.passwords.values(), ...acme.wiki.passwords.values()]);
    expect([...got]).toEqual([set[0] === null ? another : chosen]);
    await acme.stop();
  });

  it('waits sealed for an app that fails for a while, and is tried less and less often', async () => {
    const acme = await asked();
    acme.wiki.breakDown(down, (kind) => kind !== 'update');
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(20_000);
    expect([...acme.app.passwords.values()]).toEqual([chosen]);
    expect(await acme.secret('sso')).toMatchObject({ waiting: ['wiki'], delivered: ['crm'] });
    await acme.pass(2 * hour);
    const tries = acme.wiki.sent.filter(({ kind }) => kind === 'update').length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(40);
    acme.wiki.breakDown(null);
    await acme.pass(hour);
    expect([...acme.wiki.passwords.values()]).toEqual([chosen]);
    expect(acme.app.sent.filter(({ kind }) => kind === 'update')).toHaveLength(1);
    expect(await acme.secret('sso')).toMatchObject({ sealed: null, waiting: [] });
    const failed = await acme.told('password.failed');
    expect(failed[0]).toMatchObject({ app: 'wiki', message: expect.stringContaining('no answer') });
    acme.keptTo(chosen);
    await acme.stop();
  });

  it('goes to no app that is paused', async () => {
    const acme = await asked();
    const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
    await acme.useCases.pause({ app: 'wiki' }, null, null, ops);
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(hour);
    expect([...acme.app.passwords.values()]).toEqual([chosen]);
    expect(acme.wiki.passwords.size).toBe(0);
    const resumed = acme.useCases.resume({ app: 'wiki' }, ops);
    await acme.pass(2 * hour);
    await resumed;
    expect([...acme.wiki.passwords.values()]).toEqual([chosen]);
    await acme.stop();
  });

  it('is asked for anew when no app that waits takes it', async () => {
    const acme = await asked();
    acme.wiki.failNext(new ConnectorError('rejected', 'none', `${chosen} was used before`));
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(20_000);
    expect(acme.links).toHaveLength(2);
    expect((await acme.told('password.failed'))[0]?.message).toContain('•••••• was used before');
    await acme.useCases.setOnce(acme.token(), another);
    await acme.pass(20_000);
    expect([...acme.app.passwords.values(), ...acme.wiki.passwords.values()]).toEqual([another, another]);
    acme.keptTo(chosen, another);
    await acme.stop();
  });

  it('goes with an account that is made meanwhile, and not there again', async () => {
    const acme = await open(configOf('sso', 'sso'));
    acme.wiki.breakDown(down, (kind) => kind !== 'create');
    await acme.join(row('zoe'));
    expect(await acme.useCases.oncePage(acme.token())).toMatchObject({ purpose: 'set' });
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(60_000);
    expect(await acme.secret('sso')).toMatchObject({ delivered: ['crm'], waiting: ['wiki'] });
    acme.wiki.breakDown(null);
    await acme.pass(hour);
    expect([...acme.wiki.passwords.values()]).toEqual([chosen]);
    expect(acme.wiki.sent.filter(({ kind }) => kind === 'update')).toEqual([]);
    expect(await acme.secret('sso')).toMatchObject({ sealed: null, waiting: [], delivered: ['crm', 'wiki'] });
    await acme.stop();
  });

  it('is set anew by the person’s own wish, in every app', async () => {
    const acme = await asked();
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(120_000);
    const zoe = await acme.personOf('zoe');
    expect((await acme.useCases.passwords(zoe.id)).map(({ state }) => state)).toEqual(['done']);
    await acme.useCases.sendPasswordLink(zoe.id);
    await acme.pass(5_000);
    await acme.useCases.setOnce(acme.token(), another);
    await acme.pass(20_000);
    expect([...acme.app.passwords.values(), ...acme.wiki.passwords.values()]).toEqual([another, another]);
    await acme.stop();
  });

  it('is erased when its person leaves, and asked for anew when they come back', async () => {
    const acme = await asked();
    acme.wiki.breakDown(down, (kind) => kind !== 'update');
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(20_000);
    expect((await acme.secret('sso'))?.sealed).not.toBeNull();
    await acme.join(row('zoe', {}, 'suspended'));
    expect(await acme.secret('sso')).toMatchObject({ sealed: null, waiting: [], page: null, nextAt: null });
    acme.wiki.breakDown(null);
    await acme.join(row('zoe'));
    await acme.pass(60_000);
    expect(acme.links).toHaveLength(2);
    expect(await acme.secret('sso')).toMatchObject({ waiting: ['wiki'], delivered: ['crm'] });
    await acme.stop();
  });

  it('is asked for anew when its key is lost', async () => {
    const [old, fresh] = [1, 2].map((byte) => environmentKeys([new Uint8Array(32).fill(byte)]));
    if (old === undefined || fresh === undefined) throw new Error('no keys');
    const sealer = { ...createSealer(old) };
    const acme = await open(configOf('sso', 'sso'), { keys: old, sealer });
    await acme.join(row('zoe'));
    acme.wiki.breakDown(down, (kind) => kind !== 'update');
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(20_000);
    Object.assign(sealer, createSealer(fresh));
    await acme.pass(hour);
    expect(await acme.secret('sso')).toMatchObject({ sealed: null, waiting: ['wiki'], told: true });
    expect((await acme.told('password.asked'))[0]?.message).toContain('cannot be opened');
    acme.wiki.breakDown(null);
    await acme.useCases.setOnce(acme.token(), another);
    await acme.pass(20_000);
    expect([...acme.app.passwords.values(), ...acme.wiki.passwords.values()]).toEqual([another, another]);
    await acme.stop();
  });

  it('drops an app whose account is unlinked by hand', async () => {
    const acme = await asked();
    acme.wiki.breakDown(down, (kind) => kind !== 'update');
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(20_000);
    const zoe = await acme.personOf('zoe');
    const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
    const unlinking = acme.useCases.disassociate(zoe.id, 'wiki', ops);
    await acme.pass(20_000);
    await unlinking;
    expect(await acme.secret('sso')).toMatchObject({ sealed: null, waiting: [], delivered: ['crm'] });
    await acme.stop();
  });

  it('lapses unset, and comes again when the person asks', async () => {
    const acme = await asked();
    await acme.later(24 * hour);
    expect(await acme.useCases.setOnce(acme.token(), chosen)).toBeNull();
    expect((await acme.told('password.expired'))[0]?.message).toContain('/provision password');
    const zoe = await acme.personOf('zoe');
    expect((await acme.useCases.passwords(zoe.id)).map(({ state }) => state)).toEqual(['unset']);
    await acme.useCases.sendPasswordLink(zoe.id);
    await acme.pass(5_000);
    expect(await acme.useCases.setOnce(acme.token(), chosen)).toMatchObject({ result: 'set' });
    await acme.stop();
  });

  it('is asked of everybody who has an account when the configuration turns to it, and dropped when it turns away', async () => {
    const acme = await open(configOf('none', 'none'));
    await acme.join(row('zoe'), row('max'));
    expect(acme.links).toEqual([]);
    await acme.engine.configure(configOf('sso', 'none'), system('test'));
    await acme.pass(30_000);
    expect(acme.links).toHaveLength(2);
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.engine.configure(configOf('none', 'none'), system('test'));
    await acme.pass(30_000);
    for (const who of ['zoe', 'max']) expect((await acme.secret('sso', who))?.sealed).toBeNull();
    await acme.stop();
  });

  it('waits for an account that is still to be approved without being asked for', async () => {
    const acme = await open(configOf('sso', 'none', { create: true }));
    await acme.join(row('zoe'));
    expect(acme.links).toEqual([]);
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada');
    await acme.pass(10_000);
    expect(acme.links).toHaveLength(1);
    await acme.stop();
  });
});

describe('what a Password parameter means', () => {
  it('is said in the plan, on the card and in the explanation', async () => {
    const acme = await open(configOf('sso', 'generated', { create: true }));
    await acme.join(row('zoe'));
    const zoe = await acme.personOf('zoe');
    const { operations } = await acme.useCases.preview({ person: zoe.id }, 10);
    const why = new Map(operations.map((one) => [one.app, one.why]));
    expect(why.get('crm')).toContain('the password is set by Rollcall; they no longer change it in CRM');
    expect(why.get('wiki')).toContain('they get a generated password, shown to them once');
    const [card] = await acme.openCards();
    const view = await acme.useCases.approval(card?.id ?? '', 8);
    const notes = new Map(view?.logins.map(({ login, passwordNote }) => [login.app, passwordNote]));
    expect(notes.get('crm')).toContain('no longer change it in CRM');
    expect(notes.get('wiki')).toContain('shown to them once');
    const explained = await acme.useCases.explain(zoe.id, 'crm');
    expect(explained.targets.find(({ target }) => target === 'password')).toEqual({
      ...{ target: 'password', value: 'SSO password' },
      chain: [expect.objectContaining({ kind: 'parameter', name: 'password' })],
    });
    await acme.stop();
  });

  it('is said of a configuration that is only proposed, also where no account changes', async () => {
    const acme = await open(configOf('none', 'none'));
    await acme.join(row('zoe'));
    const { passwords, counts } = await acme.useCases.configEffect(configOf('sso', 'none'), 10);
    expect(counts).toEqual([]);
    expect(passwords).toEqual([expect.stringContaining('CRM: everybody with an account is asked to set a password')]);
    expect((await acme.useCases.preview({}, 10)).passwords).toEqual([]);
    await acme.stop();
  });

  it('is in no wish, no operation and no event', async () => {
    const acme = await open(configOf('generated'));
    await acme.join(row('zoe'));
    const login = await acme.loginOf('zoe');
    expect(Object.keys(login?.wish?.attributes ?? {})).not.toContain('password');
    expect(JSON.stringify([login?.wish, login?.operation])).not.toContain('password');
    const told = (await acme.store.events.list({}, null, 500)).filter(({ type }) => type.startsWith('operation.'));
    expect(JSON.stringify(told)).not.toContain('password');
    await acme.stop();
  });

  it('is nothing to somebody else’s account, and not asked for there', async () => {
    const acme = await open(configOf('sso'));
    acme.app.accounts.set('r-old', {
      ...{ remoteId: 'r-old', active: true, externalId: null, userName: 'zoe@acme.test', emails: ['zoe@acme.test'] },
      ...{ attributes: { userName: 'zoe@acme.test', email: 'zoe@acme.test' }, entitlements: {} },
    });
    await acme.join(row('zoe'));
    expect(await acme.word('zoe')).toBe('needs match');
    expect(acme.links).toEqual([]);
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    const view = await acme.useCases.approval(card.id, 8);
    expect(view?.logins[0]?.passwordNote).toContain('no longer change it in CRM');
    await acme.decide(card, 'ada');
    await acme.pass(10_000);
    await acme.useCases.setOnce(acme.token(), chosen);
    await acme.pass(10_000);
    expect(acme.app.passwords).toEqual(new Map([['r-old', chosen]]));
    await acme.stop();
  });
});
