import { describe, expect, it } from 'vitest';
import { accountsOf, eventually, quiet } from '../bot.ts';
import { accountOf } from '../company.ts';
import { withSeats } from './crowded.ts';
import { useWalk } from './walk.ts';

/**
 * A day of those who decide and those who repair, in the browser: the CRM refuses five of the twenty-five accounts that were
 * approved, since it has no seat for them. Each step goes on from the one before.
 */
const walk = useWalk({ before: withSeats(20) });
const { actAs, openChannel, say, message, press, opens, reads, confirm, choose, write, centre, shoot, dialog } = walk;

const home = () => walk.page.getByRole('tabpanel', { name: 'Home' });
const openHome = async () => {
  await openChannel('Rollcall');
  await walk.page.getByRole('link', { name: 'Home' }).click();
  await home().waitFor();
};
/** Waits until the modal on top is called so. */
const titled = (title: string) => new RegExp(`^${title}$`);
const modal = (title: string) => dialog().getByRole('heading', { name: title, exact: true }).waitFor();
/** Closes the modal on top; beneath may be another. */
const close = () => walk.page.keyboard.press('Escape');
const closed = () => dialog().waitFor({ state: 'hidden' });
/** Shows the people of one status. */
const searchStatus = async (status: string, first: RegExp) => {
  await modal('People in the app');
  await choose(/Status/, status);
  await press('Search', dialog());
  await dialog().getByRole('button', { name: first }).first().waitFor();
};

describe('an approver', () => {
  it('finds in App Home what waits for them', async () => {
    await actAs('Grace Lindqvist');
    await openHome();
    await reads(/4 requests wait for your decision/, home());
    await shoot('home-approver');
  });

  it('approves the batch where it is asked, and reads which the app refused, and why', async () => {
    await openChannel('access');
    const batch = message(/Create accounts for 25 people in CRM/);
    await press(/^Approve/, batch);
    await confirm(/^Approve/);
    await reads(/20 of 25 done, 5 failed/, batch);
    await reads(/No seat is left: all 20 are taken/, batch);
    await centre(batch);
    await shoot('batch-failed');
    expect(accountsOf(walk.dataDir, 'crm')).toHaveLength(20);
  });

  it('looks up the people of the app: those that need somebody first', async () => {
    await openChannel('general');
    await say('/provision app crm');
    const reply = message(/Search and page|5 ❌ failed/);
    await reads('❌ failed', reply);
    await centre(reply);
    await shoot('app-people');
  });

  it('searches them by name and by status, and pages through them', async () => {
    await opens('Search the people in CRM', titled('People in the app'));
    await reads(/Page 1; there are more/, dialog());
    await press('Next page', dialog());
    await reads(/Page 2; there are more/, dialog());
    await shoot('app-people-page');
    await press('Next page', dialog());
    await reads(/Page 3, the last/, dialog());
    await press('Previous page', dialog());
    await reads(/Page 2; there are more/, dialog());
    await write(/Name or e-mail address/, 'Anna');
    await press('Search', dialog());
    await reads(/Page 1, the last/, dialog());
    await reads('Anna Schmidt', dialog());
    await write(/Name or e-mail address/, '');
    await searchStatus('❌ failed', /^Why: /);
    await expect
      .poll(() =>
        dialog()
          .getByRole('button', { name: /^Why: / })
          .count(),
      )
      .toBe(5);
    await shoot('app-people-failed');
  });

  it('opens a failed login: the reason; a pending one: to decide it', async () => {
    await opens(/^Why: /, titled('Login'), dialog());
    await reads(/No seat is left: all 20 are taken/, dialog());
    await shoot('login-failed');
    await close();
    await searchStatus('🕓 pending approval', /^Decide: /);
    await opens(/^Decide: Ada Okafor in CRM/, titled('Login'), dialog());
    await reads(/Create an account for Ada Okafor in CRM/, dialog());
    await shoot('login-pending');
  });

  it('decides there, and is told where they look', async () => {
    await press(/^Approve: Create an account for Ada Okafor/, dialog());
    await confirm('Approve');
    await modal('Rollcall');
    await reads(/Approved/, dialog());
    await shoot('login-decided');
    await close();
    await modal('People in the app');
    await close();
    await closed();
  });
});

describe('an admin', () => {
  it('finds in App Home what failed, and what the directories and apps are up to', async () => {
    await actAs('Ada Okafor');
    await openHome();
    await reads('Failed and held', home());
    await reads('Directories', home());
    await shoot('home-admin');
  });

  it('sees the digest: one reason, six logins', async () => {
    await openChannel('general');
    await say('/provision digest');
    await reads(/6 logins need attention/);
    await centre(message(/6 logins need attention/));
    await shoot('digest');
  });

  it('looks at what a retry of the whole group would do, and mends the cause in the app first', async () => {
    await press(/^Look at a retry of 6 logins in CRM/);
    await reads(/6 changes of CRM would be tried again/);
    await centre(message(/6 changes of CRM would be tried again/));
    await shoot('digest-retry');
    const crm = await walk.follow(`http://127.0.0.1:${walk.bot.port + 1}/`);
    await crm.reads(/20 of 20 seats are taken/);
    await crm.press('Add 10 seats');
    await crm.reads(/20 of 30 seats are taken/);
    await crm.page.close();
  });

  it('retries the group: nobody is asked again, and everybody has an account', async () => {
    await press(/^Retry 6 logins in CRM/);
    await reads(/6 changes of CRM are tried again/);
    // Read back as well, which comes a moment after the app has it.
    await quiet(walk.dataDir);
    expect(accountsOf(walk.dataDir, 'crm')).toHaveLength(26);
    await say('/provision app crm');
    await reads(/CRM.*: 26 ✅ provisioned/);
    await say('/provision digest');
    await reads(/all is well/);
    await shoot('digest-clean');
  });

  it('unlinks a login after saying so twice; the account stays', async () => {
    await say('/provision disassociate @nils crm');
    await reads(/Unlink the login of/);
    await press('Unlink the login of Nils Brandt in CRM');
    await confirm('Unlink');
    await reads(/is unlinked: the account stays as it is/);
    await shoot('unlinked');
    expect(accountOf(walk.dataDir, 'crm', 'nils@acme.test')).toMatchObject({ active: true });
  });

  it('finds it among the people of the app, and chooses its account anew', async () => {
    await openHome();
    await opens('People in CRM', titled('People in the app'), home());
    await searchStatus('🔗 disassociated', /^Rematch: /);
    await opens(/^Rematch: Nils Brandt in CRM/, titled('Login'), dialog());
    await press(/^Rematch Nils Brandt in CRM/, dialog());
    await reads(/Linking it changes nothing in it/, dialog());
    await shoot('rematch');
    await press(/^Link the account nils@acme.test to Nils Brandt/, dialog());
    await confirm('Link');
    await reads(/An approver is asked to link account/, dialog());
    await shoot('rematch-asked');
    await close();
    await modal('People in the app');
    await close();
    await closed();
  });

  it('has it back once another approver agrees', async () => {
    await actAs('Grace Lindqvist');
    await openChannel('access');
    const card = message(/Take over the existing account of Nils Brandt in CRM/);
    await press(/^Approve/, card);
    await reads(/read back from the app/, card);
    await centre(card);
    await shoot('rematched');
    await openChannel('general');
    await say('/provision person @nils');
    await reads(/Nils Brandt \(Sales Manager\) is active and has 2 logins/);
    await shoot('person');
  });
});

describe('somebody leaves', () => {
  it('an admin disables them by name: every account is suspended at once', async () => {
    await actAs('Ada Okafor');
    await openChannel('general');
    await say('/provision disable @nils --reason laptop stolen');
    await reads(/is disabled until released/);
    for (const app of ['crm', 'wiki'] as const)
      await eventually(
        () => accountOf(walk.dataDir, app, 'nils@acme.test')?.active,
        (active) => active === false,
      );
    await shoot('disabled');
  });

  it('the report says what is closed, and what nobody needs to close', async () => {
    await say('/provision report @nils');
    await reads(/Closed/);
    await centre(message(/Closed/));
    await shoot('leaver-report');
  });

  it('releasing them gives back what they had, with consent where the app asks for it', async () => {
    await say('/provision release @nils');
    await eventually(
      () => accountOf(walk.dataDir, 'wiki', 'nils@acme.test')?.active,
      (active) => active === true,
    );
    await openChannel('access');
    const card = message(/Reactivate the account of Nils Brandt in CRM/);
    await press(/^Approve/, card);
    await reads(/Nobody decides about themselves, or what they asked for/);
    await shoot('released');
    await actAs('Grace Lindqvist');
    await openChannel('access');
    await press(/^Approve/, card);
    await reads(/read back from the app/, card);
    expect(accountOf(walk.dataDir, 'crm', 'nils@acme.test')).toMatchObject({ active: true });
  });
});
