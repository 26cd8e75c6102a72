import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/core/errors.ts';
import { system } from '../../src/core/event.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Company = Awaited<ReturnType<typeof company>>;
const actor = { kind: 'operator', name: 'ada', via: 'cli' } as const;

/** The values of the app, in pages; a page may be an error instead. */
function pages(acme: Company, ...given: (readonly string[] | ConnectorError)[]): void {
  acme.app.target.entitlements = async function* () {
    for (const page of given) {
      if (page instanceof ConnectorError) throw page;
      yield page.map((value) => ({ target: 'groups', value, remoteId: `id-${value}` }));
    }
  };
}

const started = () => company([row('ada')], configOf());

async function refresh(acme: Company, progress?: (done: number, total: number | null) => void) {
  const answer = acme.engine.useCases.refresh('crm', actor, progress);
  answer.catch(() => undefined);
  await acme.time.advance(60_000);
  return answer;
}

const names = async (acme: Company) => (await acme.store.accounts.entitlements('crm')).map(({ value }) => value);

describe('refresh', () => {
  it('imports the app’s values page by page, tells how far it is, and what is new and gone', async () => {
    const acme = await started();
    pages(acme, ['Sales and Marketing', 'Old']);
    await refresh(acme);
    pages(acme, ['Sales and Marketing'], ['Managers', 'Ops'], ['Chess']);
    const seen: [number, number | null][] = [];
    const report = await refresh(acme, (done, total) => void seen.push([done, total]));
    expect(seen).toEqual([
      [0, 2],
      [1, 2],
      [3, null],
      [4, null],
    ]);
    expect(report).toEqual({
      ...{ app: 'crm', found: 4, added: 3, gone: 1 },
      text: 'CRM has 4 entitlement values: 3 new (Chess, Managers, Ops), 1 gone (Old).',
    });
    expect(await names(acme)).toEqual(['Sales and Marketing', 'Managers', 'Ops', 'Chess']);
    const [event] = (await acme.store.events.list({ app: 'crm' }, null, 10)).filter(
      ({ type }) => type === 'app.refreshed',
    );
    expect(event).toMatchObject({ actor, message: report.text });
    await acme.stop();
  });

  it('warns of values that are gone and still named in the configuration', async () => {
    const acme = await started();
    pages(acme, ['Sales and Marketing']);
    await refresh(acme);
    pages(acme, ['Marketing']);
    expect((await refresh(acme)).text).toBe(
      'CRM has 1 entitlement value: 1 new (Marketing), 1 gone (Sales and Marketing). The configuration still names what the app does not have: groups: Sales and Marketing (parameter groups). Correct it, or add it in the app.',
    );
    await acme.stop();
  });

  it('leaves the old values when it does not come to its end, and works the next time', async () => {
    const acme = await started();
    pages(acme, ['Sales and Marketing']);
    await refresh(acme);
    pages(acme, ['A'], new ConnectorError('unavailable', 'none', 'away'));
    await expect(refresh(acme)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await names(acme)).toEqual(['Sales and Marketing']);
    pages(acme, ['A'], ['Sales and Marketing']);
    expect(await refresh(acme)).toMatchObject({ found: 2, added: 1, gone: 0 });
    await acme.stop();
  });

  it('is gone on with after a crash, in the name of whoever asked', async () => {
    const acme = await started();
    pages(acme, ['Sales and Marketing']);
    await refresh(acme);
    await acme.store.accounts.wantRefresh('crm', { by: actor, at: 1 });
    await acme.store.accounts.putEntitlements('crm', 'lost', 0, [{ target: 'groups', value: 'Half', remoteId: 'h' }]);
    pages(acme, ['Sales and Marketing', 'New']);
    for (const _ of [1, 2]) {
      const verifying = acme.engine.alarms.verify('crm');
      await acme.time.advance(60_000);
      await verifying;
    }
    expect(await names(acme)).toEqual(['Sales and Marketing', 'New']);
    const events = (await acme.store.events.list({ app: 'crm' }, null, 10)).filter(
      ({ type }) => type === 'app.refreshed',
    );
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ actor, message: expect.stringContaining('1 new (New)') });
    await acme.stop();
  });

  it('runs once at a time, and for as long as minutes', async () => {
    const acme = await started();
    let running = 0;
    let most = 0;
    acme.app.target.entitlements = async function* () {
      running += 1;
      most = Math.max(most, running);
      for (const value of ['a', 'b', 'c']) {
        await acme.time.clock.sleep(300_000);
        yield [{ target: 'groups', value, remoteId: value }];
      }
      running -= 1;
    };
    const both = Promise.all([1, 2].map(() => acme.engine.useCases.refresh('crm', actor)));
    await acme.time.advance(2_000_000);
    expect((await both).map(({ added }) => added)).toEqual([3, 0]);
    expect(most).toBe(1);
    await acme.stop();
  });

  it('says why when the app is unknown or has no entitlements', async () => {
    const acme = await started();
    const { refresh: ask } = acme.engine.useCases;
    await expect(ask('erp', system('test'))).rejects.toMatchObject({ code: 'unknown-app' });
    Object.assign(acme.app.connector.capabilities, { entitlements: false });
    await expect(ask('crm', system('test'))).rejects.toMatchObject({ code: 'no-entitlements' });
    await acme.stop();
  });
});
