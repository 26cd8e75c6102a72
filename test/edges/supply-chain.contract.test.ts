import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** Licences whose terms our own keeps by naming them; another one is looked at by somebody before it comes in. */
const allowed = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0']);

/** An SPDX expression of one level: one of several that may be chosen, or all that hold together. */
function isAllowed(expression: unknown): boolean {
  if (typeof expression !== 'string') return false;
  const terms = expression.replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(terms)) return false;
  if (terms.includes(' OR ')) return terms.split(' OR ').some((term) => allowed.has(term));
  return terms.split(' AND ').every((term) => allowed.has(term));
}

type Entry = { version: string; license?: unknown; dev?: boolean; optional?: boolean };
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const production = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);

const run = promisify(execFile);

/** The public registry, as npm itself knows it: whatever this machine is set up to ask instead. */
async function publicRegistry(): Promise<string> {
  const { npm_config_registry: _asked, NPM_CONFIG_REGISTRY: _also, ...env } = process.env;
  const unset = ['--userconfig=/nonexistent/user', '--globalconfig=/nonexistent/global'];
  const { stdout } = await run('npm', ['config', 'get', 'registry', ...unset], { env, cwd: tmpdir() });
  return stdout.trim();
}

/** As the package itself says; of one that is for other machines, as the registry said. */
function licenceOf(path: string, { license }: Entry): unknown {
  const manifest = `${path}/package.json`;
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).license : license;
}

describe('what Rollcall is made of', () => {
  it('reads licences strictly', () => {
    for (const good of ['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND BSD-3-Clause', 'Apache-2.0 OR GPL-2.0'])
      expect(isAllowed(good), good).toBe(true);
    for (const bad of [
      'GPL-3.0-only',
      'MIT AND GPL-2.0',
      'UNLICENSED',
      'SEE LICENSE IN X',
      '',
      undefined,
      { type: 'MIT' },
    ])
      expect(isAllowed(bad), String(bad)).toBe(false);
  });

  it('has no production dependency under another licence than these', () => {
    expect(production.length).toBeGreaterThan(100);
    const strange = production.flatMap(([path, entry]) => {
      const licence = licenceOf(path, entry);
      return isAllowed(licence) ? [] : [`${path}: ${JSON.stringify(licence)}`];
    });
    expect(strange).toEqual([]);
  });

  it('comes from the registry, each package by a digest', async () => {
    const registry = await publicRegistry();
    expect(registry).toMatch(/^https:\/\/[^/]+\/$/);
    const strays = production.filter(([, entry]) => {
      const { resolved = registry, integrity = '' } = entry as { resolved?: string; integrity?: string };
      return !resolved.startsWith(registry) || !integrity.startsWith('sha512-');
    });
    expect(strays.map(([path]) => path)).toEqual([]);
  });

  it('is told whole by the bill of materials, without a network', async () => {
    const env = { ...process.env, npm_config_offline: 'true' };
    const { stdout } = await run('npm', ['run', '-s', 'sbom'], { env, maxBuffer: 64 * 1024 * 1024 });
    const bill: { bomFormat: string; components: { name: string; version: string; group?: string }[] } =
      JSON.parse(stdout);
    expect(bill.bomFormat).toBe('CycloneDX');
    const told = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const needed = production.filter(([, { optional }]) => optional !== true);
    for (const [path, { version }] of needed) expect(told).toContain(`${nameOf(path)}@${version}`);
    for (const name of ['vitest', 'typescript', 'playwright-core'])
      expect(bill.components.some((component) => component.name === name)).toBe(false);
  });
});
