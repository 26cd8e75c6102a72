import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const ada: Actor = { kind: 'operator', name: 'ada', via: 'cli' };
const hour = 3_600_000;
const started: Awaited<ReturnType<typeof company>>[] = [];

/** Sales people are in Staff by mapping; everybody else only by hand. */
const office = (settings: Record<string, unknown> = {}): Config => {
  const config = configOf({}, settings);
  const conditions = [{ attribute: 'department', operator: '=', value: 'Sales' }];
  return Config.parse({ ...config, mappings: [{ name: 'Sales people', conditions, roles: ['Staff'] }] });
};

async function open(config: Config = office()) {
  const rows = [row('ada'), row('bea'), row('zoe'), row('max', { department: 'Sales' })];
  const one = await company(rows, config);
  started.push(one);
  await one.sync();
  return one;
}

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

/** The day the virtual clock starts in, at 22:13 UTC. */
const until = '2023-11-14';

describe('roles', () => {
  it('are listed with their members, and with everybody who is in them by mapping or by hand', async () => {
    const { engine, time } = await open();
    await engine.useCases.setMember('Staff', 'zoe@acme.test', { until: null }, ada);
    await time.advance(1_000);
    expect(await engine.useCases.roles()).toEqual([
      { name: 'Staff', title: 'Staff', apps: ['crm'], members: [{ email: 'zoe@acme.test', until: null }], people: 2 },
    ]);
  });
});

describe('a member by hand', () => {
  it('gets the account, and loses it when taken out', async () => {
    const { engine, time, word, store } = await open();
    expect(await word('zoe')).toBeNull();
    const put = await engine.useCases.setMember('staff', ' zoe@acme.test', { until: null }, ada);
    expect(put.text).toBe('Person zoe is in Staff by hand.');
    await time.advance(60_000);
    expect(await word('zoe')).toBe('provisioned');
    const out = await engine.useCases.setMember('Staff', 'ZOE@acme.test', null, ada);
    expect(out.text).toBe('Person zoe is no longer a member of Staff by hand.');
    await time.advance(60_000);
    expect(await word('zoe')).toBe('suspended');
    const events = await store.events.list({}, null, 1_000);
    expect(events.filter(({ type }) => type === 'role.member').map(({ actor }) => actor)).toEqual([ada, ada]);
  });

  it('until a day is out by itself when the day is over where they live, and not before', async () => {
    const { engine, time, word, loginOf } = await open(office({ timezone: 'Atlantic/Azores' }));
    const { text } = await engine.useCases.setMember('Staff', 'zoe@acme.test', { until }, ada);
    expect(text).toBe(`Person zoe is in Staff by hand until the end of ${until}.`);
    await time.advance(60_000);
    expect(await word('zoe')).toBe('provisioned');
    time.leap(Date.UTC(2023, 10, 15, 0, 30) - time.clock.now());
    await engine.alarms.wake();
    await time.advance(60_000);
    expect(await word('zoe')).toBe('provisioned');
    time.leap(hour);
    await engine.alarms.wake();
    await time.advance(60_000);
    expect(await word('zoe')).toBe('suspended');
    expect((await loginOf('zoe'))?.wish?.reasons.at(-1)?.because).toBe(
      `not in Staff: no mapping to it holds and the membership by hand ended with ${until}`,
    );
  });

  it('who is in the role by mapping as well is said to stay', async () => {
    const { engine, word, time } = await open();
    await engine.useCases.setMember('Staff', 'max@acme.test', { until: null }, ada);
    const { text } = await engine.useCases.setMember('Staff', 'max@acme.test', null, ada);
    expect(text).toBe(
      'Person max is no longer a member of Staff by hand. They stay in Staff by the mapping Sales people.',
    );
    await time.advance(60_000);
    expect(await word('max')).toBe('provisioned');
  });

  it('whom no directory knows yet counts once they come', async () => {
    const { engine, directory, sync, word } = await open();
    const { text } = await engine.useCases.setMember('Staff', 'new@acme.test', { until: null }, ada);
    expect(text).toContain('Nobody in the directories has this address yet');
    directory.state.rows = [...directory.state.rows, row('new')];
    await sync();
    expect(await word('new')).toBe('provisioned');
  });

  it('the same again changes nothing', async () => {
    const { engine, store } = await open();
    await engine.useCases.setMember('Staff', 'zoe@acme.test', { until: null }, ada);
    const edition = (await store.config.read())?.edition;
    const again = await engine.useCases.setMember('Staff', 'Zoe@acme.test', { until: null }, ada);
    expect(again.text).toBe('Person zoe is in Staff by hand already: nothing to do.');
    const nobody = await engine.useCases.setMember('Staff', 'ada@acme.test', null, ada);
    expect(nobody.text).toBe('Person ada is not a member of Staff by hand: nothing to do.');
    expect((await store.config.read())?.edition).toBe(edition);
  });

  it.each<[string, string, string, { until: string | null }, string, string]>([
    ['a role there is not', 'Stuff', 'zoe@acme.test', { until: null }, 'unknown-role', 'Did you mean Staff?'],
    ['a role nothing is near to', 'Board', 'zoe@acme.test', { until: null }, 'unknown-role', 'The roles are: Staff.'],
    ['no address', 'Staff', 'Zoe', { until: null }, 'not-an-email', 'Write an e-mail address.'],
    ['no day', 'Staff', 'zoe@acme.test', { until: '2026-02-30' }, 'not-a-day', 'Write a date such as 2026-03-31.'],
    [
      'a day that is over',
      'Staff',
      'zoe@acme.test',
      { until: '2001-01-01' },
      'day-over',
      'Write a day still to come, or take the member out.',
    ],
  ])('%s is refused with what to do', async (_, role, email, member, code, remedy) => {
    const { engine, store } = await open();
    const edition = (await store.config.read())?.edition;
    await expect(engine.useCases.setMember(role, email, member, ada)).rejects.toMatchObject({ code, remedy });
    expect((await store.config.read())?.edition).toBe(edition);
  });
});
