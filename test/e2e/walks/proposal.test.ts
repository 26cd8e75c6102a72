import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { rollcall } from '../bot.ts';
import { useWalk } from './walk.ts';

type Written = { settings: { admins: string[]; quorum: number } };

/** Imports the configuration of the example company, changed. */
async function importChanged(dataDir: string, port: number, change: Partial<Written['settings']>, ...more: string[]) {
  const config = parse(readFileSync('examples/acme/rollcall.yml', 'utf8')) as Written;
  Object.assign(config.settings, { admins: ['ada@acme.test', 'grace@acme.test'], ...change });
  const file = join(dataDir, 'changed.yml');
  writeFileSync(file, stringify(config));
  return rollcall(dataDir, port, ['config', 'import', file, '--yes', ...more]);
}

/** The company has two admins; Ada proposes from her terminal that two have to agree, and Grace decides in App Home. */
const walk = useWalk({
  async before(dataDir, port) {
    expect(await importChanged(dataDir, port, {})).toMatchObject({ code: 0 });
  },
});
const { actAs, openChannel, press, opens, reads, confirm, shoot, dialog } = walk;
const home = () => walk.page.getByRole('tabpanel', { name: 'Home' });
const openHome = async () => {
  await openChannel('Rollcall');
  await walk.page.getByRole('link', { name: 'Home' }).click();
  await home().waitFor();
};

describe('a change of who decides', () => {
  it('is proposed by one admin', async () => {
    const { dataDir, bot } = walk;
    const { out, err } = await importChanged(dataDir, bot.port, { quorum: 2 }, '--as', 'ada@acme.test');
    expect(out + err).toMatch(/Proposed as c-/);
  });

  it('waits in the App Home of the other, with the way to decide', async () => {
    await actAs('Grace Lindqvist');
    await openHome();
    await reads(/and 1 change of the configuration wait for your decision/, home());
    await reads('Changes of the configuration that wait', home());
    await shoot('home-proposal');
  });

  it('opens whole, is applied there, and waits no more', async () => {
    await opens(/^Look and decide/, 'quorum: 1 → 2', home());
    await shoot('proposal');
    await press(/^Apply/, dialog());
    await confirm('Apply');
    await reads('Applied', dialog());
    await walk.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(() => home().getByText('Changes of the configuration that wait').count()).toBe(0);
    await shoot('home-decided');
  });
});
