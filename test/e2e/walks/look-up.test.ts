import { afterAll, describe, expect, it } from 'vitest';
import { desksToken, withDesks } from './many-apps.ts';
import { useWalk } from './walk.ts';

/** The logins of one person, who has many: searched, filtered and paged by an approver, and by the person in App Home. */
let stopDesks: () => Promise<void> = async () => {};
const walk = useWalk({
  async before(dataDir, port) {
    stopDesks = await withDesks(30, dataDir, port);
  },
  env: { DESKS_TOKEN: desksToken },
});
afterAll(() => stopDesks());
const { actAs, openChannel, say, press, opens, reads, choose, write, shoot, dialog } = walk;

const modal = (title: string) => dialog().getByRole('heading', { name: title, exact: true }).waitFor();
const rows = () =>
  dialog()
    .getByRole('button', { name: /: Zoë Ångström in / })
    .count();
const close = () => walk.page.keyboard.press('Escape');

describe('an approver', () => {
  it('reads what a person has', async () => {
    await actAs('Grace Lindqvist');
    await openChannel('general');
    await say('/provision person @zoe');
    await reads(/Zoë Ångström \(Account Executive\) is active and has/);
    await shoot('person-many');
  });

  it('pages through it', async () => {
    await opens('Search the logins of Zoë Ångström', /^Apps of the person$/);
    await reads(/Page 1; there are more/, dialog());
    await press('Next page', dialog());
    await reads(/Page 2; there are more/, dialog());
    await shoot('person-page');
    await press('Next page', dialog());
    await reads(/Page 3, the last/, dialog());
    await press('Previous page', dialog());
    await reads(/Page 2; there are more/, dialog());
  });

  it('searches it by app and by status, and opens the one that failed', async () => {
    await write(/^App/, 'desk 17');
    await press('Search', dialog());
    await reads(/Page 1, the last/, dialog());
    expect(await rows()).toBe(1);
    await reads('Desk 17', dialog());
    await write(/^App/, '');
    await choose(/Status/, '❌ failed');
    await press('Search', dialog());
    await reads('Desk 30', dialog());
    await shoot('person-failed');
    await opens('Why: Zoë Ångström in Desk 30', /^Login$/, dialog());
    await reads(/No seat is left/, dialog());
    await close();
    await modal('Apps of the person');
    await close();
    await dialog().waitFor({ state: 'hidden' });
  });
});

describe('the person', () => {
  it('searches their own from App Home', async () => {
    await actAs('Zoë Ångström');
    await openChannel('Rollcall');
    await walk.page.getByRole('link', { name: 'Home' }).click();
    await reads('Your logins');
    await shoot('home-many');
    await opens('All your logins', /^Apps of the person$/);
    await write(/^App/, 'wiki');
    await press('Search', dialog());
    await reads(/Page 1, the last/, dialog());
    await expect.poll(rows).toBe(1);
    await shoot('home-search');
  });
});
