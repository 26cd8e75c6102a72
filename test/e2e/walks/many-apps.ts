import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { type FaultServer, startFaultServer } from '../../fakes/fault-server.ts';
import { rollcall } from '../bot.ts';

type Written = { apps: { name: string }[]; roles: { name: string; apps: string[]; members?: string[] }[] };

/** What the desks take; the configuration names it `${DESKS_TOKEN}`. */
export const desksToken = 'canary-4be19f07c2d35a86';
const environment = { DESKS_TOKEN: desksToken };

const desk = (n: number, baseUrl: string) => ({
  ...{ name: `desk-${n}`, title: `Desk ${n}`, connector: 'scim' },
  connection: { baseUrl, auth: { type: 'bearer', token: '${DESKS_TOKEN}' }, allowHosts: ['127.0.0.1'] },
  provisioning: { enabled: true, approval: { create: false } },
});

/** Zoë looks after so many help desks, each an app of its own; the last has no seat left for her. Answers what ends their servers. */
export async function withDesks(count: number, dataDir: string, port: number): Promise<() => Promise<void>> {
  const servers: FaultServer[] = [];
  for (let n = 1; n <= count; n += 1) servers.push(await startFaultServer({ token: desksToken }));
  const refusal = { kind: 'status', status: 400, body: { detail: 'No seat is left' } } as const;
  servers.at(-1)?.fail(refusal, { method: 'POST', path: /Users/ });
  const config = parse(readFileSync('examples/acme/rollcall.yml', 'utf8')) as Written;
  const desks = servers.map(({ baseUrl }, index) => desk(index + 1, baseUrl));
  config.apps.push(...desks);
  config.roles.push({ name: 'Help desks', apps: desks.map(({ name }) => name), members: ['zoe@acme.test'] });
  const file = join(dataDir, 'desks.yml');
  writeFileSync(file, stringify(config));
  const imported = await rollcall(dataDir, port, ['config', 'import', file, '--yes'], environment);
  expect(imported).toMatchObject({ code: 0 });
  return async () => void (await Promise.all(servers.map(({ stop }) => stop())));
}
