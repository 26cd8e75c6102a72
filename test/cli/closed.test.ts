import { describe, expect, it } from 'vitest';
import { leaverLines, leaveVerbs } from '../../src/cli/leave.ts';
import type { Given, Options } from '../../src/cli/verb.ts';
import { system } from '../../src/core/event.ts';
import { config, crm, type HubCompany, hubCompany, leave } from '../engine/hub.ts';

/** What the command prepares, as whoever `--as` names. */
async function prepared(one: HubCompany, who: string, args: string[], options: Partial<Options> = {}) {
  const verb = leaveVerbs.find(({ usage }) => usage === 'closed <person> <app>');
  if (verb === undefined || !('prepare' in verb)) throw new Error('no verb');
  const actor = who === '' ? ({ kind: 'operator', name: 'root', via: 'cli' } as const) : await one.as(who);
  const session = { engine: one.engine, opened: { store: one.store }, actor } as unknown as Given['session'];
  const change = await verb.prepare({ session, args, options: { limit: 50, ...options } });
  if (change === null) throw new Error('nothing to do');
  return change;
}

describe('rollcall closed', () => {
  it('asks, says it under the name of whoever acts, and the report says how', async () => {
    const one = await hubCompany();
    await leave(one);
    const lines = async () => leaverLines(await one.useCases.leaver(one.id));
    expect(await lines()).toContain('  Once one that sign-on made is closed, say so: rollcall closed PERSON APP');
    const change = await prepared(one, 'bob', ['zoe@acme.test', 'image hub'], { note: 'ticket 4711' });
    expect(change.question).toBe(
      'Is the account of Zoë Abendroth in hub closed there? Rollcall cannot look: it is recorded as your word.',
    );
    expect(await one.events('account.closed')).toEqual([]);
    expect((await change.act()).text).toContain('marked as closed, on your word');
    expect((await change.act()).text).toMatch(/closed already: Person bob said on .* \(ticket 4711\)\.$/);
    expect((await one.events('account.closed')).map(({ actor }) => actor)).toEqual([await one.as('bob')]);
    expect((await lines()).join('\n')).toMatch(/Closed \(1\):.*Image Hub {2}deleted +Person bob said on/s);
    expect((await lines()).join('\n')).not.toContain('rollcall closed');
    await one.stop();
  });

  it('takes it back with --mistake, as the operating-system user too', async () => {
    const one = await hubCompany();
    await leave(one);
    await (await prepared(one, '', ['zoe@acme.test', 'hub'])).act();
    const change = await prepared(one, '', ['zoe@acme.test', 'hub'], { mistake: 'another Zoë' });
    expect(change.question).toBe('Is the account of Zoë Abendroth in hub not closed after all?');
    expect((await change.act()).text).toContain('counts as open again');
    expect((await one.events('account.reopened')).map(({ actor, message }) => [actor.name, message])).toEqual([
      ['root', 'took back that the account sign-on had made is closed: another Zoë'],
    ]);
    await one.stop();
  });

  it('is no way to say it of oneself, nor of an app there never was', async () => {
    const one = await hubCompany();
    const own = await prepared(one, 'zoe', ['zoe@acme.test', 'hub']);
    await expect(own.act()).rejects.toMatchObject({ code: 'own-login' });
    await expect(prepared(one, 'ada', ['zoe@acme.test', 'nowhere'])).rejects.toMatchObject({ code: 'unknown-app' });
    await one.stop();
  });

  it('finds an app that was taken out of the configuration', async () => {
    const one = await hubCompany();
    await leave(one);
    await one.engine.configure(config([crm]), system('test'));
    await one.time.advance(120_000);
    const change = await prepared(one, 'ada', ['zoe@acme.test', 'hub']);
    expect((await change.act()).text).toContain('in hub is marked as closed');
    await one.stop();
  });
});
