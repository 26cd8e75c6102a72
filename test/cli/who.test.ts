import { describe, expect, it } from 'vitest';
import { until } from '../../src/cli/when.ts';
import { appNamed, personOf } from '../../src/cli/who.ts';
import { isWrongUse } from '../../src/cli/wrong-use.ts';
import { system } from '../../src/core/event.ts';
import { company, configOf } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';

/** A company that the commands see as an open session. */
async function opened() {
  const acme = await company(
    [
      row('ann', { displayName: 'Ann Lee' }),
      row('joann', { displayName: 'Joann Leeman' }),
      row('max', { displayName: 'Ann Lee-Smith' }),
    ],
    configOf({}, { timezone: 'Europe/Berlin' }),
  );
  await acme.sync();
  return {
    acme,
    session: { engine: acme.engine, opened: { store: acme.store } } as unknown as Parameters<typeof appNamed>[0] &
      Parameters<typeof personOf>[0],
  };
}

describe('a person named in a command', () => {
  it('is found by a whole address, a whole name or a part, and never guessed', async () => {
    const { acme, session } = await opened();
    const ann = await acme.personOf('ann');
    expect((await personOf(session, ' ANN@acme.test ')).id).toBe(ann.id);
    expect((await personOf(session, 'ann lee')).id).toBe(ann.id);
    expect((await personOf(session, ann.id)).id).toBe(ann.id);
    expect((await personOf(session, 'leeman')).id).toBe((await acme.personOf('joann')).id);
    await expect(personOf(session, 'zoe')).rejects.toMatchObject({ code: 'unknown-person' });
    const several = await personOf(session, 'lee').catch((error: unknown) => error);
    expect(isWrongUse(several)).toBe(true);
    const within = await personOf(session, 'oann@acme.test').catch((error: unknown) => error);
    expect(isWrongUse(within)).toBe(true);
    expect(within).toMatchObject({ message: expect.stringContaining('oann@acme.test could be Joann Leeman') });
    expect(several).toMatchObject({ message: expect.stringContaining(`Ann Lee (${ann.id})`) });
    await acme.stop();
  });
});

describe('an app named in a command', () => {
  it('is found by its name or title in any case, else the one probably meant is told', async () => {
    const { acme, session } = await opened();
    expect(await appNamed(session, 'CRM')).toBe('crm');
    await expect(appNamed(session, 'crn')).rejects.toMatchObject({ code: 'unknown-app', remedy: 'Did you mean crm?' });
    await expect(appNamed(session, 'payroll')).rejects.toMatchObject({ remedy: 'The apps are crm.' });
    await acme.engine.configure({ ...configOf(), apps: [], roles: [], mappings: [] }, system('test'));
    await expect(appNamed(session, 'payroll')).rejects.toMatchObject({ remedy: 'The apps are none yet.' });
    await acme.stop();
  });
});

describe('a moment named in a command', () => {
  it('is the end of a day where the company is, a time of day, or a span from now', async () => {
    const { acme, session } = await opened();
    expect(await until(session, '2026-07-31')).toBe(Date.UTC(2026, 6, 31, 22));
    expect(await until(session, '2026-07-31T12:00')).toBe(Date.UTC(2026, 6, 31, 10));
    expect(await until(session, '3 days', 0)).toBe(3 * 86_400_000);
    expect(isWrongUse(await until(session, '2026-02-30').catch((error: unknown) => error))).toBe(true);
    await acme.stop();
  });
});
