import { describe, expect, it } from 'vitest';
import { delegateLines, delegateVerbs } from '../../src/cli/delegate.ts';
import type { Given } from '../../src/cli/verb.ts';
import { company } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';

const verb = (name: string) => delegateVerbs.find(({ usage }) => usage.startsWith(name));

/** What a command is given, as whoever `--as` names. */
async function asAda(args: string[], until?: string) {
  const acme = await company([row('ada'), row('bob')]);
  await acme.sync();
  const { id } = await acme.personOf('ada');
  const actor = { kind: 'person', person: id, name: 'Ada', via: 'cli' } as const;
  const session = { engine: acme.engine, opened: { store: acme.store }, actor } as unknown as Given['session'];
  const given: Given = { session, args, options: { limit: 50, ...(until !== undefined && { until }) } };
  return { acme, given };
}

describe('delegates in the terminal', () => {
  it('are named for oneself until a day, and taken back', async () => {
    const { acme, given } = await asAda(['bob@acme.test'], '2099-12-24');
    const found = verb('delegate <person>');
    if (found === undefined || !('prepare' in found)) throw new Error('no verb');
    const change = await found.prepare(given);
    expect(change?.question).toBe('May Person bob decide in your place until 2099-12-25 00:00 UTC?');
    expect((await change?.act())?.text).toContain('Person bob may decide in your place');
    expect(delegateLines(await acme.engine.useCases.delegations())).toEqual([
      'decides     in the place of  until (UTC)',
      'Person bob  Person ada       2099-12-25 00:00',
    ]);
    const off = await found.prepare({ ...given, args: ['off'] });
    expect((await off?.act())?.text).toContain('no longer decides');
    expect(delegateLines(await acme.engine.useCases.delegations())).toEqual([
      'Nobody decides in the place of another.',
    ]);
    await acme.stop();
  });

  it('need a day', async () => {
    const { acme, given } = await asAda(['bob@acme.test']);
    const found = verb('delegate <person>');
    if (found === undefined || !('prepare' in found)) throw new Error('no verb');
    await expect(found.prepare(given)).rejects.toMatchObject({ code: 'wrong-use' });
    await acme.stop();
  });
});
