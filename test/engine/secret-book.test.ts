import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/core/config.ts';
import { defineTarget } from '../../src/core/connector.ts';
import { aboutName, setNamed } from '../../src/core/named-secret.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { examineNames } from '../../src/engine/examine/examine-names.ts';
import { createSecretBook } from '../../src/engine/secret/secret-book.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { createScrubber } from '../../src/log.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys } from '../../src/store/sealing-keys.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { testSealing } from '../fakes/sealing.ts';
import { silent } from './company.ts';
import { keptLog } from './recording-store.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const holder = { kind: 'app', name: 'crm' } as const;
const { sealer } = testSealing();
let store: Store;
let environment: Record<string, string>;
beforeEach(() => {
  store = memoryStore();
  environment = {};
});

async function set(name: string, value: string, at = 1): Promise<void> {
  const before = await store.namedSecrets.get(name);
  const after = setNamed(before, name, sealer.seal(value, aboutName(name)), { holder, by: ada, at });
  if (before === null) await store.namedSecrets.insert([after]);
  else await store.namedSecrets.swap([{ before, after }]);
}
const bookOf = (more: Partial<Parameters<typeof createSecretBook>[0]> = {}) =>
  createSecretBook({ store, sealer, log: silent, environment: (name) => environment[name], ...more });

describe('the book of secrets', () => {
  it('gives what the environment says first, else what was set, else nothing', async () => {
    await set('CRM_TOKEN', 'stored one');
    environment = { WIKI_TOKEN: 'wiki', EMPTY: '' };
    const book = bookOf();
    await book.follow();
    expect([book.secret('CRM_TOKEN'), book.secret('WIKI_TOKEN'), book.secret('EMPTY'), book.secret('NONE')]).toEqual([
      'stored one',
      'wiki',
      undefined,
      undefined,
    ]);
    environment = { CRM_TOKEN: 'from outside' };
    expect(book.secret('CRM_TOKEN')).toBe('from outside');
    expect(book.edition('CRM_TOKEN')).toBe(0);
  });

  it('learns of another value when it follows, and tells the log every value before anybody uses it', async () => {
    await set('CRM_TOKEN', 'first one');
    const learnt: string[] = [];
    const book = bookOf({ learn: (value) => void learnt.push(value) });
    await book.follow();
    await set('CRM_TOKEN', 'second one');
    expect([book.secret('CRM_TOKEN'), book.edition('CRM_TOKEN')]).toEqual(['first one', 1]);
    await book.follow();
    expect([book.secret('CRM_TOKEN'), book.edition('CRM_TOKEN')]).toEqual(['second one', 2]);
    expect(learnt).toEqual(['first one', 'second one']);
  });

  it('leaves out what is sealed under a key that is not here, says so once, and opens it once the key is there', async () => {
    await set('CRM_TOKEN', 'sealed under sevens');
    const lines: string[] = [];
    let present = createSealer(environmentKeys([new Uint8Array(32).fill(9)]));
    const late = {
      get key() {
        return present.key;
      },
      seal: sealer.seal,
      mark: sealer.mark,
      isMark: sealer.isMark,
      open: (...given: Parameters<typeof sealer.open>) => present.open(...given),
    };
    const book = bookOf({ sealer: late, log: keptLog(lines) });
    await book.follow();
    await book.follow();
    expect([book.secret('CRM_TOKEN'), book.isLocked('CRM_TOKEN'), lines.length]).toEqual([undefined, true, 1]);
    present = sealer as typeof present;
    await book.follow();
    expect([book.secret('CRM_TOKEN'), book.isLocked('CRM_TOKEN')]).toEqual(['sealed under sevens', false]);
  });

  it('opens nothing that was moved from another name', async () => {
    await set('CRM_TOKEN', 'of the CRM');
    const moved = await store.namedSecrets.get('CRM_TOKEN');
    if (moved !== null) await store.namedSecrets.insert([{ ...moved, id: 'EVIL_TOKEN' }]);
    const book = bookOf();
    await book.follow();
    expect([book.secret('CRM_TOKEN'), book.secret('EVIL_TOKEN')]).toEqual(['of the CRM', undefined]);
  });
});

describe('connections', () => {
  it('have their secrets kept out of the log, whatever the variable is called', () => {
    const connector = defineTarget({
      ...memoryApp().connector,
      config: z.object({ url: z.string(), auth: z.object({ pass: z.string().meta({ secret: true }) }) }),
      connect: () => memoryApp().target,
    });
    const environment: Record<string, string> = { CRM_PASS: 'open-sesame-4711', CRM_URL: 'https://crm.acme.test' };
    const { learn, text } = createScrubber();
    const connections = createConnections(
      { targets: new Map([['memory', connector as never]]), directories: new Map() },
      (name) => environment[name],
      () => 1,
      () => 0,
      () => null,
      null,
      undefined,
      learn,
    );
    const connection = { url: '${CRM_URL}', auth: { pass: '${CRM_PASS}' } };
    connections.use(Config.parse({ version: 1, apps: [{ name: 'crm', connector: 'memory', connection }] }));
    connections.target('crm');
    expect(text('open-sesame-4711 was refused by https://crm.acme.test')).toBe(
      '[secret] was refused by https://crm.acme.test',
    );
  });

  it('are made anew when a secret they name is another, and only then', async () => {
    const seen: unknown[] = [];
    const closed: number[] = [];
    const connector = defineTarget({
      ...memoryApp().connector,
      config: z.object({ token: z.string().meta({ secret: true }) }),
      connect(connection) {
        seen.push(connection);
        return { ...memoryApp().target, close: () => void closed.push(1) };
      },
    });
    await set('CRM_TOKEN', 'first one');
    const book = bookOf();
    await book.follow();
    const targets = new Map([['memory', connector as never]]);
    const connections = createConnections({ targets, directories: new Map() }, book.secret, () => 1, book.edition);
    const apps = [{ name: 'crm', connector: 'memory', connection: { token: '${CRM_TOKEN}' } }];
    connections.use(Config.parse({ version: 1, apps }));
    connections.target('crm');
    await set('OTHER_TOKEN', 'of somebody else');
    await book.follow();
    connections.target('crm');
    expect([seen, closed]).toEqual([[{ token: 'first one' }], []]);
    await set('CRM_TOKEN', 'second one');
    await book.follow();
    connections.target('crm');
    expect([seen, closed]).toEqual([[{ token: 'first one' }, { token: 'second one' }], [1]]);
  });
});

describe('doctor', () => {
  const config = Config.parse({
    version: 1,
    directories: [{ name: 'hr', connector: 'csv', config: { file: '${DATA}/people.csv', key: '${CRM_TOKEN}' } }],
    apps: [{ name: 'crm', connector: 'scim', connection: { auth: { type: 'bearer', token: '${CRM_TOKEN}' } } }],
  });

  it('says which secrets are set nowhere, and who names them', async () => {
    environment = { DATA: '/data' };
    const book = bookOf();
    expect(await examineNames({ store, book }, config)).toMatchObject([
      { state: 'wrong', what: 'CRM_TOKEN of app crm and directory hr is not set' },
    ]);
    await set('CRM_TOKEN', 'now it is');
    expect(await examineNames({ store, book }, config)).toMatchObject([{ state: 'right' }]);
    await set('OLD_TOKEN', 'left behind');
    expect(await examineNames({ store, book }, config)).toMatchObject([
      { state: 'right' },
      { state: 'note', what: 'nothing names OLD_TOKEN, which is kept in the store' },
    ]);
  });
});
