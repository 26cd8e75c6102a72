import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/engine/ports.ts';
import { company, configOf } from './company.ts';

type Line = { level: keyof Log; message: string } & Record<string, unknown>;

/** A log whose lines are kept as they are given. */
function linesOf(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) => void lines.push({ ...fields, level, message });
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

const row = (id: string) => ({
  externalId: id,
  status: 'active' as const,
  attributes: { email: `${id}@acme.test`, displayName: `Zoë of ${id}`, department: 'Sales' },
});
const everybody = ['ada', 'bea', 'zoe'].map(row);

describe('the trail of a change', () => {
  it('is followed by its request, from what is asked to the last call', async () => {
    const { log, lines } = linesOf();
    const acme = await company(everybody, configOf({ approval: { create: true } }), { log });
    await acme.sync();
    const zoe = await acme.personOf('zoe');
    const card = (await acme.openCards()).find(({ person }) => person === zoe.id);
    if (card === undefined) throw new Error('no card about Zoë');
    await acme.decide(card, 'ada');
    const trail = lines.filter(({ approval }) => approval === card.id).map(({ message }) => message);
    // In the order things were published in; each is there once.
    expect([...trail].sort()).toEqual(
      [
        ...['approval.opened', 'operation.ask', 'approval.approved', 'operation.approve', 'operation.start'],
        ...['an app was called', 'operation.succeed'],
      ].sort(),
    );
    const operations = new Set(
      lines.filter(({ approval }) => approval === card.id).flatMap((line) => line.operation ?? []),
    );
    expect(operations.size).toBe(1);
    await acme.stop();
  });

  it('is followed by its operation where nobody is asked, and by its person from the read on', async () => {
    const { log, lines } = linesOf();
    const acme = await company(everybody, configOf(), { log });
    await acme.sync();
    const login = await acme.loginOf('zoe');
    const of = (name: string, id: unknown) => lines.filter((line) => line[name] === id).map(({ message }) => message);
    expect(of('operation', login?.operation?.id).sort()).toEqual(
      ['an app was called', 'operation.start', 'operation.succeed', 'operation.waive'].sort(),
    );
    expect(of('person', login?.person)).toEqual(expect.arrayContaining(['person.joined', 'operation.succeed']));
    expect(of('directory', 'hr')).toEqual(['a directory was read']);
    await acme.stop();
  });

  it('tells what matters without being asked, and the rest to whoever looks closely', async () => {
    const { log, lines } = linesOf();
    const acme = await company(everybody, configOf(), { log });
    await acme.sync();
    const told = new Set(lines.filter(({ level }) => level !== 'debug').map(({ message }) => message));
    expect(told).toEqual(new Set(['operation.succeed', 'a directory was read']));
    await acme.stop();
  });

  it('names nobody', async () => {
    const { log, lines } = linesOf();
    const acme = await company(everybody, configOf({ approval: { create: true } }), { log });
    await acme.sync();
    for (const card of await acme.openCards()) await acme.decide(card, 'bea', 'reject', 'Zoë is not to have it');
    expect(lines.length).toBeGreaterThan(10);
    expect(JSON.stringify(lines)).not.toMatch(/acme\.test|Zoë/);
    await acme.stop();
  });
});
