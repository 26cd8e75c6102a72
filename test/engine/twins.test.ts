import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const zoe = (id: string) => row(id, { email: 'zoe@acme.test', displayName: 'Zoe', title: id });
const staff = [row('ada'), row('bea')];

async function said<T>(acme: Acme, doing: Promise<T>): Promise<T> {
  const settled = doing.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await acme.time.advance(60_000);
  const outcome = await settled;
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

/** Zoe is known as z1; the directory now shows her under z2. `both`: the old record as well. */
async function reissued(both = true) {
  const acme = await company([...staff, zoe('z1')]);
  await acme.sync();
  acme.app.calls.length = 0;
  acme.directory.state.rows = [...staff, ...(both ? [zoe('z1')] : []), zoe('z2')];
  const report = await acme.sync();
  return { acme, report, old: await acme.personOf('z1'), newcomer: await acme.personOf('z2') };
}

describe('the same human under a new id', () => {
  it('is found and asked about, and gets no account meanwhile', async () => {
    const { acme, report, old, newcomer } = await reissued();
    expect(newcomer.id).not.toBe(old.id);
    expect(newcomer).toMatchObject({ twins: [old.id], dirty: false });
    expect(report.problems).toMatchObject([{ place: 'z2', message: expect.stringContaining('under another id') }]);
    expect(await acme.engine.useCases.twins(10)).toEqual([
      {
        ...{ newcomer: newcomer.id, newcomerName: 'Zoe', records: ['z2 in hr'] },
        people: [{ person: old.id, personName: 'Zoe' }],
      },
    ]);
    const notices = (await acme.store.outbox.due(acme.time.clock.now(), 10)).filter(({ kind }) => kind === 'notice');
    expect(notices.map(({ to }) => to)).toEqual([(await acme.personOf('ada')).id]);
    expect(notices[0]?.body).toContain(`Zoe (${newcomer.id}) may be Zoe (${old.id})`);
    const types = (await acme.store.events.list({ person: newcomer.id }, null, 9)).map(({ type }) => type);
    expect(types.sort()).toEqual(['person.ambiguous', 'person.joined']);
    expect(acme.app.calls).toEqual([]);
    await acme.sync();
    expect(await acme.engine.useCases.twins(10)).toHaveLength(1);
    expect((await acme.engine.useCases.preview({}, 10)).operations).toEqual([]);
    await acme.stop();
  });

  it('is one person once an admin says so, with the account there was', async () => {
    const { acme, old, newcomer } = await reissued();
    await said(acme, acme.engine.useCases.sameAs(newcomer.id, old.id, ops));
    const joined = await acme.personOf('z2');
    expect(joined.id).toBe(old.id);
    expect(joined.records.map(({ externalId }) => externalId)).toEqual(['z1', 'z2']);
    expect(await acme.engine.useCases.twins(10)).toEqual([]);
    acme.directory.state.rows = [...staff, zoe('z2')];
    await acme.sync();
    expect((await acme.personOf('z1')).status).toBe('active');
    expect(acme.app.calls.map(({ kind }) => kind)).toEqual(['update']);
    expect(acme.app.accounts.size).toBe(3);
    await acme.stop();
  });

  it('gets the account back when the old id was gone before anybody answered', async () => {
    const { acme, old, newcomer } = await reissued(false);
    expect(old.status).toBe('left');
    expect(await acme.word('z1')).toBe('suspended');
    await said(acme, acme.engine.useCases.sameAs(newcomer.id, old.id, ops));
    for (const card of await acme.openCards()) await acme.decide(card, 'ada');
    expect(await acme.word('z1')).toBe('provisioned');
    expect(acme.app.accounts.size).toBe(3);
    await acme.stop();
  });

  it('takes nobody’s account where a whole directory came under other ids, until it is said who they are', async () => {
    const names = ['ada', 'bea', 'zoe'];
    const under = (prefix: string) => names.map((name) => row(`${prefix}${name}`, { email: `${name}@acme.test` }));
    const acme = await company(under(''));
    await acme.sync();
    acme.directory.state.rows = under('new-');
    for (let reads = 0; reads < 2; reads += 1) {
      const { result, text } = await acme.sync();
      expect(result).toBe('refused');
      expect(text).toContain('Nobody was taken as gone: 3 of 3 people came under other ids than before');
      expect(await Promise.all(names.map((name) => acme.word(name)))).toEqual(names.map(() => 'provisioned'));
    }
    acme.directory.state.rows = under('');
    expect(await acme.sync()).toMatchObject({ result: 'read', left: 3 });
    expect(await Promise.all(names.map((name) => acme.word(name)))).toEqual(names.map(() => 'provisioned'));
    acme.directory.state.rows = [...under('').slice(1)];
    await acme.sync();
    expect(await acme.word('ada')).toBe('suspended');
    await acme.stop();
  });

  it('is planned like everybody when an admin says that it is somebody else', async () => {
    const { acme, newcomer } = await reissued();
    await said(acme, acme.engine.useCases.sameAs(newcomer.id, null, ops));
    expect(await acme.loginOf('z2')).not.toBeNull();
    await acme.sync();
    expect(await acme.engine.useCases.twins(10)).toEqual([]);
    await acme.stop();
  });

  it('is said of newcomers in doubt only, and only with whom they may be', async () => {
    const { acme, old, newcomer } = await reissued();
    const [ada, { sameAs }] = [await acme.personOf('ada'), acme.engine.useCases];
    await expect(said(acme, sameAs(newcomer.id, ada.id, ops))).rejects.toMatchObject({ code: 'not-a-twin' });
    await expect(said(acme, sameAs(old.id, newcomer.id, ops))).rejects.toMatchObject({ code: 'not-ambiguous' });
    await expect(said(acme, sameAs('p-none', null, ops))).rejects.toMatchObject({ code: 'unknown-person' });
    const saying = Promise.all([sameAs(newcomer.id, old.id, ops), sameAs(newcomer.id, null, ops)]);
    const texts = (await said(acme, saying)).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('said already'))).toHaveLength(1);
    const isOne = (await acme.personOf('z1')).id === (await acme.personOf('z2')).id;
    expect(texts.some((text) => text.includes('are one'))).toBe(isOne);
    expect(await acme.engine.useCases.twins(10)).toEqual([]);
    await acme.stop();
  });

  it('is asked again if the process dies while the records are joined', async () => {
    const { acme, old, newcomer } = await reissued();
    const { swap } = acme.store.people;
    let swaps = 0;
    acme.store.people.swap = async (pairs) => {
      const joining = pairs.some(({ before, after }) => before.id === old.id && after.records.length > 1);
      if (joining) swaps += 1;
      if (joining && swaps === 1) throw new Error('killed');
      return swap(pairs);
    };
    await expect(said(acme, acme.engine.useCases.sameAs(newcomer.id, old.id, ops))).rejects.toThrow('killed');
    await acme.sync();
    expect(await acme.engine.useCases.twins(10)).toMatchObject([{ people: [{ person: old.id }] }]);
    await acme.stop();
  });
});

describe('a newcomer', () => {
  const two = () => {
    const config = configOf();
    return Config.parse({ ...config, directories: [...config.directories, { ...config.directories[0], name: 'ad' }] });
  };

  it('has no power of the admin whose address it carries', async () => {
    const acme = await company(staff);
    await acme.sync();
    acme.directory.state.rows = [...staff, row('eve', { email: 'ada@acme.test' })];
    await acme.sync();
    const [ada, eve] = [await acme.personOf('ada'), await acme.personOf('eve')];
    expect(eve.twins).toEqual([ada.id]);
    const profile = {
      ...{ email: 'ada@acme.test', name: 'Ada', guest: false, bot: false, deleted: false, stranger: false },
    };
    const caller = await acme.engine.useCases.identify({ team: 'T1', user: 'U1' }, profile);
    expect(caller).toMatchObject({ known: true, person: { id: ada.id }, powers: { admin: true } });
    await acme.stop();
  });

  it('of another directory joins the one person who shares a key, and is asked about where two do', async () => {
    const acme = await company([...staff, zoe('z1')], two());
    await acme.sync();
    expect(await acme.engine.useCases.twins(10)).toEqual([]);
    expect(await acme.store.people.count()).toBe(3);
    expect((await acme.personOf('z1')).records).toHaveLength(2);
    await acme.stop();
  });

  it('is joined by an address only where a directory says so, and found by it all the same', async () => {
    const config = two();
    const [hr, ad] = config.directories;
    if (hr === undefined || ad === undefined) throw new Error('no directories');
    const acme = await company([...staff, zoe('z1')], {
      ...config,
      directories: [{ ...hr, join: ['employeeId'] }, ad],
    });
    await acme.sync();
    expect(await acme.store.people.count()).toBe(6);
    expect((await acme.store.people.byKeys(['email=zoe@acme.test'])).length).toBe(2);
    await acme.stop();
  });

  it('whose key many people carry is in doubt with nobody', async () => {
    const shared = Array.from({ length: 9 }, (_, index) => row(`s${index}`, { email: 'office@acme.test' }));
    const acme = await company([...staff, ...shared]);
    await acme.sync();
    const inDoubt = await acme.engine.useCases.twins(20);
    expect(inDoubt.map(({ people }) => people.length)).toEqual([1, 2, 3, 4, 5]);
    await acme.stop();
  });

  it('with the address of somebody long gone is nobody’s twin', async () => {
    const acme = await company([...staff, zoe('z1'), row('max')]);
    await acme.sync();
    acme.directory.state.rows = [...staff, row('max')];
    await acme.sync();
    acme.directory.state.rows = [...staff, row('max'), zoe('z2')];
    await acme.sync();
    expect((await acme.personOf('z2')).twins).toEqual([]);
    await acme.stop();
  });
});
