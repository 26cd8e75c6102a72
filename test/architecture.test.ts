import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const rooms = ['src', 'connectors', 'blocks'];

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesIn(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** Static, dynamic and re-exporting imports. */
function importsOf(path: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(path, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

/** The room of a file: `core`, `engine`, `connectors` …, or the file's own name at the top of `src`. */
function roomOf(path: string): string {
  const [top, second = ''] = relative(root, path).split('/');
  return top === 'src' ? second : (top ?? '');
}

/** design.md, *Rooms*: which rooms each room may import. Everything else of ours is out of bounds. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  engine: ['core'],
  saml: ['core'],
  store: ['engine', 'core'],
  jobs: ['engine', 'core'],
  slack: ['engine', 'core', 'blocks'],
  web: ['engine', 'core'],
  blocks: ['core'],
  connectors: ['core'],
  'embedded-mongo': [],
  'local-slack': [],
  'env.ts': ['core'],
  'log.ts': ['core', 'engine'],
  'connectors.ts': ['core', 'engine', 'connectors'],
  'cli.ts': ['cli', 'main.ts', 'core'],
  cli: ['main.ts', 'env.ts', 'engine', 'core'],
};
/** They wire and construct, so they may know every room. */
const composers = ['app.ts', 'main.ts', 'move.ts', 'open.ts', 'serve.ts'];

/** One home per vendor library, types apart; zod and node's own modules live wherever an edge is. */
const homes: Record<string, readonly string[]> = {
  mongoose: ['store'],
  mongodb: ['store'],
  agenda: ['jobs'],
  '@agendajs/mongo-backend': ['jobs'],
  '@slack/bolt': ['slack'],
  '@slack/web-api': ['slack'],
  '@slack/types': ['blocks', 'slack', 'local-slack'],
  axios: ['connectors/_http'],
  'csv-parse': ['connectors'],
  chokidar: ['connectors'],
  ldapts: ['connectors/active-directory'],
  pino: ['log'],
  'prom-client': ['web'],
  express: ['web', 'local-slack', 'slack', 'serve', 'app'],
  lmdb: ['embedded-mongo'],
  bson: ['embedded-mongo'],
  mingo: ['embedded-mongo'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  liquidjs: ['core/liquid'],
  jose: ['web'],
  'xml-crypto': ['saml'],
  '@xmldom/xmldom': ['saml'],
  selfsigned: ['saml'],
};

const sources = rooms.flatMap((room) => filesIn(join(root, room)));
const rule = 'design.md, Rooms (imports)';

describe('architecture', () => {
  it('keeps every room within its imports', () => {
    const strays: string[] = [];
    for (const path of sources) {
      const room = roomOf(path);
      if (composers.includes(room)) continue;
      for (const { specifier } of importsOf(path)) {
        if (!specifier.startsWith('.')) continue;
        const target = roomOf(resolve(dirname(path), specifier));
        if (target !== room && !(allowed[room] ?? []).includes(target))
          strays.push(`${relative(root, path)} imports ${specifier}`);
      }
    }
    expect(strays, `${rule}: a room imports only what its row allows`).toEqual([]);
  });

  it('lets connectors know the connector contract alone, and never each other', () => {
    const strays: string[] = [];
    for (const path of filesIn(join(root, 'connectors'))) {
      const own = relative(join(root, 'connectors'), path).split('/')[0] ?? '';
      for (const { specifier } of importsOf(path)) {
        if (!specifier.startsWith('.')) continue;
        const target = resolve(dirname(path), specifier);
        const inside = relative(join(root, 'connectors'), target);
        const isContract = target === join(root, 'src/core/connector.ts');
        const isOwn = inside.split('/')[0] === own || inside.startsWith('_');
        if (!isContract && !isOwn) strays.push(`${relative(root, path)} imports ${specifier}`);
      }
    }
    expect(strays, `${rule}: connectors → the connector contract and _http, never each other`).toEqual([]);
  });

  it('gives each vendor library one home', () => {
    const strays: string[] = [];
    for (const path of sources) {
      for (const { specifier, typeOnly } of importsOf(path)) {
        if (typeOnly) continue;
        const vendor = specifier.startsWith('@')
          ? specifier.split('/').slice(0, 2).join('/')
          : (specifier.split('/')[0] ?? '');
        const home = homes[vendor];
        const where = relative(root, path).replace(/^src\//, '');
        if (home !== undefined && !home.some((place) => where === `${place}.ts` || where.startsWith(`${place}/`))) {
          strays.push(`${relative(root, path)} imports ${specifier}`);
        }
      }
    }
    expect(strays, `${rule}: one home per vendor library`).toEqual([]);
  });

  it('keeps the core pure: zod, node:crypto in hash.ts, and liquidjs in liquid.ts', () => {
    const strays: string[] = [];
    for (const path of filesIn(join(root, 'src/core'))) {
      const text = readFileSync(path, 'utf8');
      for (const { specifier } of importsOf(path)) {
        const isHash = path.endsWith('hash.ts') && specifier === 'node:crypto';
        const isLiquid = path.endsWith('core/liquid.ts') && specifier === 'liquidjs';
        if (!specifier.startsWith('.') && specifier !== 'zod' && !isHash && !isLiquid)
          strays.push(`${relative(root, path)} imports ${specifier}`);
      }
      for (const word of ['Date.now(', 'new Date()', 'Math.random(', 'process.', 'setTimeout(']) {
        if (text.includes(word)) strays.push(`${relative(root, path)} uses ${word}`);
      }
    }
    expect(strays, `${rule}: core is pure, no I/O, clock or randomness`).toEqual([]);
  });

  it('reads process.env in env.ts alone', () => {
    const strays = sources
      .filter((path) => readFileSync(path, 'utf8').includes('process.env'))
      .map((path) => relative(root, path))
      .filter((path) => path !== 'src/env.ts');
    expect(strays, `${rule}: env.ts is the only reader of process.env`).toEqual([]);
  });

  it('lets nobody but the CLI import main', () => {
    const strays = sources.filter(
      (path) =>
        !['cli', 'cli.ts'].includes(roomOf(path)) &&
        importsOf(path).some(({ specifier }) => /(^|\/)main\.ts$/.test(specifier)),
    );
    expect(strays, `${rule}: app wires, main constructs, nobody else imports main`).toEqual([]);
  });

  it('has a test for every connector', () => {
    const names = readdirSync(join(root, 'connectors'))
      .filter((name) => !name.startsWith('_'))
      .map((name) => name.replace(/\.ts$/, ''));
    const tests = filesIn(join(root, 'test/connectors')).map((path) => relative(join(root, 'test/connectors'), path));
    const untested = names.filter(
      (name) =>
        !tests.some((test) => test === `${name}.test.ts` || test.startsWith(`${name}.`) || test.startsWith(`${name}/`)),
    );
    expect(untested, `${rule}: a connector is two files, it and its test`).toEqual([]);
  });

  it('has no drawers and no default exports', () => {
    const drawers = sources.filter((path) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/.test(relative(root, path)));
    const defaults = sources.filter((path) => /^export default /m.test(readFileSync(path, 'utf8')));
    expect([...drawers, ...defaults], 'how we write: no utils, no helpers, no default exports').toEqual([]);
  });
});
