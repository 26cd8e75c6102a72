import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { importFile } from '../../src/cli/config.ts';
import { proposalLines } from '../../src/cli/proposals.ts';
import type { Session } from '../../src/cli/session.ts';
import { toYaml } from '../../src/cli/yaml.ts';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { company, configOf } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';

const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
const file = join(folder, 'rollcall.yml');
const started: Awaited<ReturnType<typeof company>>[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
  rmSync(file, { force: true });
  process.exitCode = 0;
});

const twoAdmins = { admins: ['ada@acme.test', 'bea@acme.test'] };

/** Imports the present configuration with other settings, and gives back what was printed. */
async function importing(settings: object, config = configOf({}, twoAdmins)) {
  const acme = await company([row('ada'), row('bea')], config);
  started.push(acme);
  await acme.sync();
  writeFileSync(file, toYaml(Config.parse({ ...config, settings: { ...config.settings, ...settings } })));
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const { app, directory, store } = acme;
  const connectors = {
    targets: new Map([[app.connector.name, app.connector]]),
    directories: new Map([[directory.connector.name, directory.connector]]),
  };
  const opened = { store, connectors } as unknown as Session['opened'];
  await importFile({ opened, engine: acme.engine, actor: ops }, file, true).finally(() => log.mockRestore());
  return { acme, text: printed.join('\n'), quorum: (await acme.store.config.read())?.config.settings.quorum };
}

describe('config import', () => {
  it('of a change of power says who must agree, changes nothing, and has not failed', async () => {
    const { text, quorum, acme } = await importing({ quorum: 2 });
    expect(text).toContain('  quorum: 1 → 2');
    expect(text).toContain('It changes who decides');
    expect(text).toMatch(/Proposed as c-\d+\. .* Person ada or Person bea has to agree; nothing is changed yet\./);
    expect(text).toContain('rollcall --as EMAIL config agree ID');
    expect(quorum).toBe(1);
    expect(process.exitCode ?? 0).toBe(0);
    expect(await acme.engine.useCases.proposals()).toHaveLength(1);
  });

  it('of anything else, or with nobody else to agree, applies', async () => {
    expect((await importing({ channel: '#else' })).text).toContain('is the configuration now');
    const alone = await importing({ quorum: 2 }, configOf({}, { admins: ['ada@acme.test'] }));
    expect(alone.text).toContain('there was no other active admin to agree');
    expect(alone.quorum).toBe(2);
  });
});

describe('a proposal in the terminal', () => {
  it('says who proposed it, what it changes with what touches power marked, and who may decide', async () => {
    const { acme } = await importing({ quorum: 2, channel: '#else' });
    const [view] = await acme.engine.useCases.proposals();
    if (view === undefined) throw new Error('none');
    const [head, ...rest] = proposalLines(view);
    expect(head).toMatch(/^c-\d+ {2}proposed by ops, \d{4}-.* UTC, open$/);
    expect(rest).toEqual([
      '    channel: #access → #else',
      '  ! quorum: 1 → 2',
      '  It would come to: no account changes',
      '  May decide: Person ada, Person bea',
    ]);
    const many = { ...view, lines: Array.from({ length: 50 }, (_, index) => `line ${index}`), deciders: [] };
    expect(proposalLines(many)).toContain('    and 10 more');
    expect(proposalLines(many).at(-1)).toContain('nobody: no other admin is active');
  });
});
