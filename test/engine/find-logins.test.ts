import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { system } from '../../src/core/event.ts';
import { newHealth } from '../../src/core/quarantine.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { findLogins, type LoginSearch } from '../../src/engine/tell/find-logins.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { aLogin, anOperation, named } from '../contracts/store/builders.ts';

const failed = { kind: 'rejected', message: 'no', remedy: 'Mend it.', at: 1 };
const padded = (n: number) => String(n).padStart(4, '0');

/** `count` people in the CRM, every tenth failed there, and Person 0007 in two other apps as well. */
async function company(count: number) {
  const store = memoryStore();
  const numbers = Array.from({ length: count }, (_, n) => n);
  await store.people.insert(
    numbers.map((n) => named(`p-${padded(n)}`, { displayName: `Person ${padded(n)}`, email: `p${n}@acme.test` })),
  );
  const stateOf = (n: number) =>
    n % 10 === 3
      ? { operation: anOperation(`p-${padded(n)}`, 'crm', { state: 'failed', trouble: failed }) }
      : { account: 'active' as const, provenance: 'created' as const };
  await store.logins.insert(numbers.map((n) => aLogin(`p-${padded(n)}`, 'crm', stateOf(n))));
  const others = ['wiki', 'erp'].map((app) =>
    aLogin('p-0007', app, { account: 'active', disassociated: app === 'erp' }),
  );
  await store.logins.insert(others);
  const apps = [
    { name: 'crm', title: 'Customer Base', connector: 'x' },
    { name: 'wiki', title: 'A Wiki', connector: 'x' },
    { name: 'erp', title: 'Planning', connector: 'x' },
  ];
  const config = Config.parse({ version: 1, apps });
  await store.config.replace(null, { config, digest: 'd', edition: 1, at: 1, by: system('test') });
  const deps = { store, clock: systemClock };
  /** All pages, each as the names on it. */
  async function pages(search: LoginSearch, limit: number): Promise<string[][]> {
    const found: string[][] = [];
    let after: string | null = null;
    do {
      const page = await findLogins(deps, search, after, limit);
      found.push(page.logins.map((view) => ('person' in search ? view.appTitle : view.personName)));
      after = page.next;
    } while (after !== null);
    return found;
  }
  return { store, deps, pages };
}

describe('the people of an app', () => {
  it('come page by page, each once, whatever the size of the page', async () => {
    const { pages } = await company(450);
    for (const limit of [7, 15, 200, 450, 1_000]) {
      const found = await pages({ app: 'crm' }, limit);
      expect(found.every((page) => page.length <= limit)).toBe(true);
      expect(found.flat()).toHaveLength(450);
      expect(new Set(found.flat()).size).toBe(450);
      expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }
  });

  it('come by status, and none twice', async () => {
    const { pages } = await company(450);
    const found = await pages({ app: 'crm', word: 'failed' }, 15);
    expect(found.map((page) => page.length)).toEqual([15, 15, 15]);
    expect(new Set(found.flat()).size).toBe(45);
    expect((await pages({ app: 'crm', word: 'provisioned' }, 200)).flat()).toHaveLength(405);
    expect(await pages({ app: 'crm', word: 'needs match' }, 15)).toEqual([[]]);
  });

  it('are searched by name and address, with a status as well, page by page', async () => {
    const { pages } = await company(450);
    expect(await pages({ app: 'crm', text: ' person 0007 ' }, 15)).toEqual([['Person 0007']]);
    expect(await pages({ app: 'crm', text: 'p12@acme' }, 15)).toEqual([['Person 0012']]);
    const many = await pages({ app: 'crm', text: 'person' }, 100);
    expect(many.map((page) => page.length)).toEqual([100, 100, 100, 100, 50]);
    expect(new Set(many.flat()).size).toBe(450);
    expect((await pages({ app: 'crm', text: 'person', word: 'failed' }, 20)).flat()).toHaveLength(45);
    expect(await pages({ app: 'wiki', text: 'person' }, 20)).toEqual([['Person 0007']]);
    expect(await pages({ app: 'crm', text: 'nobody' }, 20)).toEqual([[]]);
  });

  it('are failed while they wait for an app in quarantine', async () => {
    const { store, pages } = await company(20);
    const quarantine = { since: 1, kind: 'auth' as const, reason: 'Invalid authentication', nextTry: 9, tries: 0 };
    await store.health.insert([{ ...newHealth('crm'), quarantine }]);
    const [before] = await store.logins.many(['p-0001:crm']);
    const waiting = anOperation('p-0001', 'crm', { state: 'approved', kind: 'update' });
    if (before !== undefined)
      await store.logins.swap([{ before, after: { ...before, version: 1, operation: waiting } }]);
    expect((await pages({ app: 'crm', word: 'failed' }, 15)).flat()).toEqual([
      'Person 0001',
      'Person 0003',
      'Person 0013',
    ]);
  });

  it('go on where a long look found little: no page hangs on a word that nobody has', async () => {
    const { deps } = await company(200);
    const all = await deps.store.logins.list({ app: 'crm' }, null, 200);
    const endless = { ...deps.store, logins: { ...deps.store.logins, list: async () => all } };
    const page = await findLogins({ ...deps, store: endless }, { app: 'crm', word: 'needs match' }, null, 15);
    expect(page.logins).toEqual([]);
    expect(page.next).not.toBeNull();
  });
});

describe('the apps of a person', () => {
  it('are those that something came of: an account that was only ever asked for is none', async () => {
    const { deps, pages } = await company(20);
    const { store } = deps;
    const asked = aLogin('p-0007', 'forms', { account: 'none', wish: null, operation: null });
    await store.logins.insert([asked, aLogin('p-0008', 'forms', { account: 'deleted', wish: null, operation: null })]);
    expect((await pages({ person: 'p-0007' }, 9)).flat()).toEqual(['A Wiki', 'Customer Base', 'Planning']);
    expect((await pages({ app: 'forms' }, 9)).flat()).toEqual(['Person 0008']);
    expect((await pages({ app: 'forms', text: 'Person' }, 9)).flat()).toEqual(['Person 0008']);
    expect((await pages({ app: 'forms', word: 'deleted' }, 9)).flat()).toEqual(['Person 0008']);
  });

  it('come by title, searched, by status, and page by page', async () => {
    const { pages } = await company(20);
    expect(await pages({ person: 'p-0007' }, 2)).toEqual([['A Wiki', 'Customer Base'], ['Planning']]);
    expect(await pages({ person: 'p-0007', text: 'crm' }, 9)).toEqual([['Customer Base']]);
    expect(await pages({ person: 'p-0007', word: 'disassociated' }, 9)).toEqual([['Planning']]);
    expect(await pages({ person: 'p-nobody' }, 9)).toEqual([[]]);
  });
});
