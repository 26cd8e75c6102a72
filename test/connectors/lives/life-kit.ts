import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Bot, dataFolder, eventually, freePorts, quiet, rollcall, startBot } from '../../e2e/bot.ts';
import { type Colleague, type Source, sources } from './sources.ts';
import { type Seen, type Sink, sinks } from './targets.ts';

const colleague = (number: number, more: Partial<Colleague> = {}): Colleague => ({
  ...{ number, givenName: 'P', familyName: `No${number}`, email: `p${number}@acme.test`, title: 'Clerk' },
  ...more,
});
/** Enough that one of them is no mass departure. */
const staff = Array.from({ length: 12 }, (_, index) => colleague(index + 1));
const zoe = colleague(40, { givenName: 'Zoë', familyName: 'Ångström', title: 'Engineer' });
const moved = { ...zoe, title: 'Key Account Manager' };

/** Files that share the directories: each is a process, and they run side by side. */
const parts = 3;

/** A directory of this part beside every kind of app, in the real process: somebody joins, moves and leaves, and nobody else is touched. */
export function testLives(part: number): void {
  const own = Object.keys(sources).filter((_, index) => index % parts === part);
  describe.each(own)('with %s as the directory', testLife);
}

function testLife(name: string): void {
  const folder = dataFolder();
  const apps = new Map<string, Sink>();
  let source: Source;
  let bot: Bot;
  let port: number;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    source = await (sources[name] as () => Promise<Source>)();
    for (const [app, start] of Object.entries(sinks)) apps.set(app, await start());
    env = Object.assign({}, source.env, ...[...apps.values()].map((sink) => sink.env));
    port = await freePorts();
    await source.put(staff);
    const file = join(folder.dir, 'rollcall.yml');
    writeFileSync(file, stringify(configOf(source, apps)));
    const imported = await rollcall(folder.dir, port, ['config', 'import', file, '--yes'], env);
    expect(imported, imported.err).toMatchObject({ code: 0 });
    bot = await startBot(folder.dir, port, env);
    await source.ready?.(bot.url, async (...args) => (await rollcall(folder.dir, port, args, env)).out);
  });
  afterAll(async () => {
    await bot?.stop();
    for (const sink of apps.values()) await sink.stop();
    await source?.stop();
    await folder.remove();
  });

  const everywhere = async () =>
    Object.fromEntries(await Promise.all([...apps].map(async ([app, sink]) => [app, await sink.accounts()] as const)));
  /** The directory says so, and every app shows it; of nobody but these people anything changes. */
  async function becomes(people: readonly Colleague[], wanted: Readonly<Record<string, Seen>>): Promise<void> {
    const before = await everywhere();
    await source.put(people);
    const synced = await rollcall(folder.dir, port, ['sync', 'hr'], env);
    expect(synced, synced.err).toMatchObject({ code: 0 });
    const expected = Object.fromEntries(Object.entries(before).map(([app, all]) => [app, { ...all, ...wanted }]));
    await eventually(everywhere, (seen) => JSON.stringify(sorted(seen)) === JSON.stringify(sorted(expected)), 60_000);
    await quiet(folder.dir);
    expect(sorted(await everywhere())).toEqual(sorted(expected));
  }

  it('gives everybody their accounts', () =>
    becomes(staff, Object.fromEntries(staff.map(({ email, title }) => [email, { title, active: true }]))));

  it('somebody joins', () => becomes([...staff, zoe], { [zoe.email]: { title: zoe.title, active: true } }));

  it('they move', () => becomes([...staff, moved], { [zoe.email]: { title: moved.title, active: true } }));

  it('they leave', () => becomes(staff, { [zoe.email]: { title: moved.title, active: false } }));
}

type Everywhere = Readonly<Record<string, Readonly<Record<string, Seen>>>>;
const sorted = (all: Everywhere) =>
  Object.entries(all).map(([app, accounts]) => [app, Object.entries(accounts).sort(([a], [b]) => (a < b ? -1 : 1))]);

function configOf(source: Source, apps: ReadonlyMap<string, Sink>): object {
  const provisioning = { enabled: true, onDelete: 'suspend', approval: { create: false, suspend: false } };
  return {
    version: 1,
    settings: { admins: ['p1@acme.test'], approvers: ['p1@acme.test', 'p2@acme.test'], channel: '#access' },
    directories: [{ name: 'hr', ...source.directory }],
    roles: [{ name: 'Staff', apps: [...apps.keys()] }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps: [...apps].map(([name, sink]) => ({ name, ...sink.app, provisioning })),
  };
}
