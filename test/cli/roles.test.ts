import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { rollcall } from '../../src/cli/program.ts';
import { audienceOf, type For, meantForWhom, whyNot } from '../../src/cli/right.ts';
import { type Audience, audiences } from '../../src/core/audience.ts';
import { Config } from '../../src/core/config.ts';
import type { Person } from '../../src/core/model.ts';

/*
 * Every command, and whom it is for under `--as`: one that is new is red until the table says so. Commands of admins that only look are
 * for auditors as well, so given: `pause`, `role`, `directory token --list`. `machine`: on nobody’s behalf.
 */
const table: Readonly<Record<For, string>> = {
  machine: 'start; config check; config from-onelogin; connector new; store export; store import',
  everyone: 'delegate; request',
  approvers: 'closed',
  readers: 'explain; app; person; who-had; review; digest; grace; report; delegates; password; events',
  auditors:
    'plan; doctor; discover; twins; config export; config proposals; audit verify; audit anchor; audit export; saml addresses; saml metadata; saml keys',
  admins:
    'sync; undo; disassociate; rematch; refresh; triage; pause; resume; retry; disable; release; keep; role; same; erase; keys rotate; directory token; config import; config agree; config reject; config withdraw; saml rotate; saml import',
};

const commands = leavesOf(
  rollcall(async () => {}),
  [],
);
function leavesOf(command: Command, path: readonly string[]): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path: path.join(' '), command }];
  return command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
}

describe('whom a command is for', () => {
  it('is written in one table, with every command in it once', () => {
    const written = Object.entries(table).flatMap(([audience, names]) =>
      names.split('; ').flatMap((name) => (name === '' ? [] : [`${name}: ${audience}`])),
    );
    expect(commands.map(({ path, command }) => `${path}: ${meantForWhom(command)}`).sort()).toEqual(written.sort());
  });

  it('is said by each: one that does not cannot be run', () => {
    const silent = rollcall(async () => {}).command('new-one');
    expect(() => audienceOf(silent)).toThrow('nobody said whom `rollcall new-one` is for');
  });
});

const config = Config.parse({
  version: 1,
  settings: { admins: ['ada@acme.test'], approvers: ['bob@acme.test'], auditors: ['olga@acme.test'] },
});
const person = (name: string, status: Person['status'] = 'active') =>
  ({
    id: name,
    status,
    attributes: { displayName: name, email: `${name}@acme.test` },
    slack: null,
    twins: [],
  }) as unknown as Person;

/** What is open to each; the operating-system user, who is nobody of the company, may all there is. */
const opened: Readonly<Record<string, readonly Audience[]>> = {
  zoe: ['everyone', 'approvers'],
  bob: ['everyone', 'approvers', 'readers'],
  olga: ['everyone', 'approvers', 'readers', 'auditors'],
  ada: audiences,
};

describe('who acts by --as', () => {
  it.each(
    Object.entries(opened).flatMap(([name, open]) =>
      audiences.map((audience) => [name, audience, open.includes(audience)] as const),
    ),
  )('%s, what is for %s: %s', (name, audience, allowed) => {
    const refusal = whyNot(audience, person(name), config);
    expect(refusal?.code ?? null).toBe(allowed ? null : 'not-allowed');
    if (refusal !== null)
      expect(`${refusal.message}. ${refusal.remedy}`).toContain(`this is not ${name}’s to do. Only`);
  });

  it.each(['ada', 'olga', 'zoe'])('is nobody who does not work here any more: %s', (name) => {
    for (const status of ['left', 'suspended'] as const)
      for (const audience of audiences) expect(whyNot(audience, person(name, status), config)?.code).toBe('not-active');
  });

  it('is anybody while no admin is named: it is being set up', () => {
    const { settings } = config;
    expect(whyNot('admins', person('zoe'), { ...config, settings: { ...settings, admins: [] } })).toBeNull();
    expect(whyNot('admins', person('zoe'), null)).toBeNull();
  });
});
