import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readEnv } from '../src/env.ts';

/** What can be seen of the image and the compose file without Docker: that they agree with the code, with each other, and give nothing away. */
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

const instructions = read('Dockerfile')
  .replaceAll(/^\s*#.*$/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .map((line) => {
    const [word = '', ...rest] = line.split(/\s+/);
    return { word, rest, line };
  });
const given = (word: string) => instructions.filter((one) => one.word === word);
const variables = Object.fromEntries(
  given('ENV').flatMap(({ rest }) => rest.map((pair): [string, string] => pair.split('=', 2) as [string, string])),
);

describe('the image', () => {
  it('stands on one exact Node 22, slim, that package.json allows', () => {
    const images = given('FROM').map(({ rest }) => rest[0]);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:22\.\d+\.\d+-\w+-slim$/);
  });

  it('copies only what is there, and all that the process reads', () => {
    const sources = given('COPY')
      .filter(({ rest }) => !rest[0]?.startsWith('--from'))
      .flatMap(({ rest }) => rest.slice(0, -1));
    for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true);
    expect(sources).toEqual(
      expect.arrayContaining(['src', 'connectors', 'blocks', 'bin', 'manifest.yml', 'package.json']),
    );
    const sent =
      read('.dockerignore')
        .match(/^!.+$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    expect(new Set(sent)).toEqual(new Set([...sources]));
    expect(read('.dockerignore')).toMatch(/^\*$/m);
  });

  it('needs nothing that is installed for development alone', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const files = ['src', 'connectors', 'blocks', 'bin'].flatMap(modulesIn);
    expect(files.length).toBeGreaterThan(300);
    const missing = files.flatMap((file) =>
      packagesIn(read(file))
        .filter((name) => !(name in dependencies))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(dependencies)).toContain('tsx');
  });

  it('runs as somebody who is not root, as npm start does, and is asked whether it is up where the code says so', () => {
    const [, last] = read('Dockerfile')
      .split(/^FROM .+$/m)
      .slice(1);
    expect(last).toMatch(/^USER node$/m);
    expect(last?.indexOf('USER node')).toBeLessThan(last?.indexOf('\nCMD') ?? 0);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
    const [command] = instructions.filter(({ word }) => word === 'CMD').slice(-1);
    expect(JSON.parse(command?.line.slice('CMD'.length) ?? '[]').join(' ')).toBe(scripts.start);
    expect(given('HEALTHCHECK')[0]?.line).toContain('/healthz');
    expect(read('src/web/health.ts')).toContain("'/healthz'");
    expect(given('EXPOSE')[0]?.rest).toEqual([variables.PORT]);
  });

  it('sets an environment that Rollcall takes, once it is told where Slack is', () => {
    const tokens = { SLACK_BOT_TOKEN: 'xoxb-0', SLACK_SIGNING_SECRET: 'signing' };
    const env = readEnv({ ...variables, ...tokens });
    expect(env).toMatchObject({ production: true, host: '0.0.0.0', port: 3000, dataDir: '/data' });
    expect(() => readEnv(variables)).toThrow(/SLACK_BOT_TOKEN/);
  });
});

const modulesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[tj]s$/.test(name) && !name.includes('page/client'))
    .map((name) => join(folder, name));

/** Packages a file loads when it runs; types are gone by then. */
function packagesIn(source: string): string[] {
  const imports = source.matchAll(
    /^(?:import|export)(?! type)[^;]*? from '([^'.][^']*)';|\bimport\('([^'.][^']*)'\)/gm,
  );
  const names = [...imports].map(([, fixed, late]) => fixed ?? late ?? '');
  return names.filter((name) => !name.startsWith('node:')).map(packageOf);
}

const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

const Service = z.looseObject({
  image: z.string(),
  restart: z.enum(['unless-stopped', 'on-failure']),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  env_file: z.string().optional(),
});
const Compose = z.strictObject({
  name: z.string(),
  'x-mongo': z.unknown(),
  'x-rollcall': z.unknown(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});
const compose = Compose.parse(parse(read('compose.yml'), { merge: true }));
const services = Object.entries(compose.services);
const bots = services.filter(([name]) => /^rollcall-\d$/.test(name));

describe('the compose file', () => {
  it('runs two bots and a replica set of three, every name it uses declared, every version exact', () => {
    expect(bots).toHaveLength(2);
    expect(services.filter(([name]) => /^mongo-\d$/.test(name))).toHaveLength(3);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    for (const [name, service] of services) {
      expect(service.image, name).toMatch(/^(mongo:\d+\.\d+\.\d+|rollcall:.+)$/);
      for (const secret of service.secrets) expect(compose.secrets, name).toHaveProperty(secret);
      for (const other of Object.keys(service.depends_on)) expect(compose.services, name).toHaveProperty(other);
      const named = service.volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((source) => !source.startsWith('.'));
      for (const volume of named) expect(compose.volumes, name).toHaveProperty([volume]);
    }
    for (const [, bot] of bots) expect(bot.image).toBe(`rollcall:${version}`);
  });

  it('gives each bot no right it does not need, time to end, and a port of its own on this machine alone', () => {
    for (const [name, bot] of bots)
      expect(bot, name).toMatchObject({
        ...{ read_only: true, init: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
        ...{ restart: 'unless-stopped', depends_on: { 'mongo-init': { condition: 'service_completed_successfully' } } },
      });
    const ports = bots.flatMap(([, { ports: own }]) => own);
    expect(new Set(ports).size).toBe(bots.length);
    for (const port of ports) expect(port).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+:${variables.PORT}$`));
    const [, patience] = /stopPatience = ([\d_]+)/.exec(read('src/main.ts')) ?? [];
    const [, grace] = /stop_grace_period: (\d+)s/.exec(read('compose.yml')) ?? [];
    expect(Number(grace) * 1_000).toBeGreaterThan(Number(patience?.replaceAll('_', '')));
  });

  it('makes the replica set of the members there are', () => {
    const script = JSON.stringify(compose.services['mongo-init']);
    expect(script).toContain("'rs0'");
    expect(script).toContain('[1, 2, 3]');
    for (const [name, service] of services.filter(([one]) => /^mongo-\d$/.test(one)))
      expect(service.command, name).toEqual(expect.arrayContaining(['--replSet', 'rs0', '--keyFile']));
  });

  it('keeps every secret in a file of its own that git and the image never see', () => {
    const ignored = read('.gitignore').split('\n');
    const files = [
      ...Object.values(compose.secrets).map(({ file }) => file),
      ...bots.map(([, bot]) => bot.env_file ?? ''),
    ];
    for (const file of files) {
      const [top = ''] = file.replace(/^\.\//, '').split('/');
      expect(ignored, file).toContain(statKind(top));
    }
    for (const name of ['Dockerfile', 'compose.yml'])
      expect(read(name), name).not.toMatch(/xox[bp]-|xapp-|ROLLCALL_KEYS\s*[:=]|_PASSWORD\s*[:=]|mongodb:\/\/\w+:\w/);
  });
});

/** How .gitignore writes it. */
const statKind = (top: string): string =>
  top === 'rollcall.env' || (existsSync(join(root, top)) && statSync(join(root, top)).isFile()) ? top : `${top}/`;
