import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Bot, eventually, quiet, startBot } from '../bot.ts';
import { accountOf, editExport } from '../company.ts';
import { useWalk } from './walk.ts';

/**
 * Zoë works in Finance by now and covers for somebody in Sales: she asks for the CRM until tomorrow, its owner decides, and it ends by
 * itself. Each step goes on from the one before.
 */
/** Time goes by the store's clock, and the days that pass here pass for the built-in store alone, which shares it with its bot. */
Reflect.deleteProperty(process.env, 'MONGODB_URI');
const walk = useWalk();
const { actAs, openChannel, say, message, press, reads, write, find, finish, centre, shoot } = walk;
const zoe = 'zoe@acme.test';
const day = 86_400_000;
const tomorrow = new Date(Date.now() + day).toISOString().slice(0, 10);
const crm = () => accountOf(walk.dataDir, 'crm', zoe);

const home = () => walk.page.getByRole('tabpanel', { name: 'Home' });
const openHome = async () => {
  await openChannel('Rollcall');
  await walk.page.getByRole('link', { name: 'Home' }).click();
  await home().waitFor();
};

const refresh = () => press('Refresh this page', home());

let later: Bot | undefined;
afterAll(async () => void (await later?.stop()));

// One step starts the bot again, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 300_000 });

describe('somebody who needs more than their role gives', () => {
  it('moves to another department first, and so is asked about no more', async () => {
    editExport(walk.dataDir, (csv) => csv.replace(/(1003,.*),Sales,Account Executive,/, '$1,Finance,Controller,'));
    await eventually(
      () => accountOf(walk.dataDir, 'wiki', zoe)?.department ?? accountOf(walk.dataDir, 'wiki', zoe)?.title,
      (title) => title === 'Controller',
    );
    await quiet(walk.dataDir);
  });

  it('sees their own logins in App Home, and nobody else’s', async () => {
    await actAs('Zoë Ångström');
    await openHome();
    await reads('Your logins', home());
    await shoot('home-ordinary');
    expect(await home().getByText('Failed and held').count()).toBe(0);
    expect(
      await home()
        .getByRole('button', { name: /People in/ })
        .count(),
    ).toBe(0);
  });

  it('asks for access: what, what for, and until when', async () => {
    await openChannel('general');
    await press('Shortcuts');
    await walk.page.getByRole('menuitem', { name: 'Ask for access' }).click();
    await find('What do you need?', 'CRM');
    await write('What for?', 'I cover for Lena in Sales while she is away.');
    await write('Until which day?', tomorrow);
    await shoot('access-ask');
    await finish('Ask');
  });

  it('sees what became of it, while its owner has not decided', async () => {
    await say('/provision request');
    await reads(/waits for a decision/);
    await shoot('access-waits');
    expect(crm()).toBeUndefined();
  });

  it('the owner reads who asks, why and until when, and approves', async () => {
    await actAs('Ada Okafor');
    await openChannel('access');
    const card = message(/Create an account for Zoë Ångström in CRM/);
    await reads(/I cover for Lena in Sales/, card);
    await centre(card);
    await shoot('access-card');
    await press(/^Approve/, card);
    await reads(/read back from the app/, card);
    expect(crm()).toMatchObject({ active: true });
  });

  it('receives it, and reads until when', async () => {
    await actAs('Zoë Ångström');
    await openChannel('Rollcall');
    await reads(`You have CRM now, until ${tomorrow}: what you asked for was approved by Ada Okafor.`);
    await shoot('access-received');
    await say('/provision request');
    await reads(/given/);
    await openHome();
    await refresh();
    await reads(/Approved by Ada Okafor/, home());
    await shoot('home-received');
  });

  it('it ends by itself once that day is over, whoever is there', async () => {
    const { bot, dataDir } = walk;
    expect(await bot.stop()).toBe(0);
    later = await startBot(dataDir, bot.port, {
      NODE_OPTIONS: `--import ${new URL('clock-ahead.mjs', import.meta.url).href}`,
      WALK_CLOCK_AHEAD: String(3 * day),
    });
    await eventually(
      () => crm()?.active,
      (active) => active === false,
      120_000,
    );
    await walk.page.reload();
    await actAs('Zoë Ångström');
    await openChannel('Rollcall');
    await reads(/Your access to CRM has ended/);
    await say('/provision request');
    await reads(/: over/);
    await shoot('access-over');
    await openHome();
    await refresh();
    await reads(/CRM.*suspended/, home());
  });
});
