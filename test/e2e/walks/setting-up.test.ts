import { describe, expect, it } from 'vitest';
import { accountsOf, dump, eventually, groupsOf } from '../bot.ts';
import { accountOf } from '../company.ts';
import { byHand, crmToken, withoutCrm } from './unconnected.ts';
import { useWalk } from './walk.ts';

/** A new admin connects the CRM of the example company from nothing, in the browser; each step goes on from the one before. */
const walk = useWalk({ before: withoutCrm });
const { actAs, openChannel, say, message, press, reads, confirm, write, choose, find, finish, centre, shoot } = walk;

/** The card of the steps. */
const card = () => message(/Connecting the app CRM/);
/** Presses a button of the card, which has to be drawn as it is now: each change draws it anew. */
const take = (step: string) => press(`${step}: CRM`);
const open = async (step: string) => {
  await take(step);
  await walk.dialog().getByRole('heading', { name: step }).waitFor();
};
const madeByHand = (userName: string) => byHand.find((account) => account.userName === userName);
const inGroup = (group: string, userName: string): boolean => {
  const id = accountOf(walk.dataDir, 'crm', userName)?.id;
  return groupsOf(walk.dataDir, 'crm').some(
    ({ displayName, members }) => displayName === group && members.some(({ value }) => value === id),
  );
};

describe('a new admin', () => {
  it('is offered what can be connected', async () => {
    await actAs('Ada Okafor');
    await openChannel('general');
    await say('/provision connect');
    await reads('Nothing is on its way. What do you want to connect?');
    await press('Connect an app');
    await choose(/How is it reached/, 'SCIM 2.0');
    await write(/^Name/, 'crm');
    await write(/^Title/, 'CRM');
    await shoot('connect-begin');
    await finish('Begin');
  });

  it('says where the app is reached', async () => {
    await openChannel('Rollcall');
    await reads(/next, say where it is reached/);
    await open('Connection');
    await write(/^Base URL/, `http://127.0.0.1:${walk.bot.port + 1}/scim/v2`);
    await write(/^Allow hosts/, '127.0.0.1');
    await shoot('connect-connection');
    await finish('Save');
    await reads(/next, enter the credentials on a page of their own/);
  });

  it('enters the token on a page of its own, never in Slack', async () => {
    await take('Enter credentials');
    const link = await reads('Enter the credentials of the app');
    const { page: form, shoot: shootForm } = await walk.follow((await link.getAttribute('href')) ?? '');
    await form.getByLabel('Token').fill(crmToken(walk.dataDir));
    await shootForm('connect-credentials');
    await form.getByRole('button', { name: 'Set the credentials' }).click();
    await form.getByRole('heading', { name: 'The credentials of CRM are set' }).waitFor();
    await form.close();
    await reads(/next, test the connection/);
    await take('Test connection');
    await reads(/next, say what is done/);
  });

  it('says what is done, and what is asked first', async () => {
    await open('Provisioning');
    await shoot('connect-provisioning');
    await finish('Save');
    await reads(/next, say who looks after it/);
  });

  it('says who looks after it, and so decides', async () => {
    await open('Owners');
    await write(/^Owners/, 'ada@acme.test\ngrace@acme.test');
    await finish('Save');
    await reads(/next, choose whether entitlements are provisioned/);
  });

  it('refreshes the entitlements the app has', async () => {
    await open('Entitlements');
    await choose(/Provision entitlements/, 'yes: parameters and rules give and take them');
    await finish('Save');
    await reads('provisioned; not imported yet');
    await press('Refresh the entitlements of CRM');
    await reads('provisioned; 3 values imported');
    await reads('3 values imported.');
    await shoot('connect-entitlements');
  });

  it('maps departments to groups by a parameter', async () => {
    await open('Parameters');
    await find(/^Fills what in the app/, 'groups');
    await find(/^From this attribute/, 'department');
    await write(
      /^Translated by this table/,
      'Sales = Sales and Marketing\nMarketing = Sales and Marketing\nSupport = Support',
    );
    await shoot('connect-parameter');
    await finish('Save');
    await reads(/groups ← department, translated/);
  });

  it('gives managers a group by a rule', async () => {
    await open('Rules');
    await write(/^Name/, 'Managers');
    await find(/^Condition 1: attribute/, 'title');
    await choose(/^Condition 1: how it compares/, 'contains');
    await write(/^Condition 1: value/, 'Manager');
    await find(/^Action 1: what in the app/, 'groups');
    await choose(/^Action 1: what it does/, 'gives these values as well');
    await write(/^Action 1: values/, 'Managers');
    await shoot('connect-rule');
    await finish('Save');
    await reads(/done.*Rules.*Managers/);
  });

  it('maps people to the role that gets the app, and sees whom that would hit', async () => {
    await open('Roles');
    await find(/^Roles/, 'Customer', 'Customer teams');
    await find(/^Roles/, 'CRM admin', 'CRM administrators');
    await finish('Save');
    await reads(/next, see whose the accounts are/);
    await say('/provision mapping new');
    await write(/^Name/, 'Sales, marketing and support');
    await find(/^Condition 1: attribute/, 'department');
    await choose(/^Condition 1: how it compares/, 'is one of');
    await write(/^Condition 1: value/, 'Sales\nMarketing\nSupport');
    await find(/^Roles it gives/, 'Customer', 'Customer teams');
    await shoot('mapping');
    await press(/^See what it does/, walk.dialog());
    await reads(/Holds for/, walk.dialog());
    await shoot('mapping-effect');
    await press('Save', walk.dialog());
    await reads('The configuration is changed.', walk.dialog());
    await finish('Close');
  });

  it('discovers whose the accounts are that people made by hand', async () => {
    await take('Look for accounts');
    await reads(/1 account of nobody we know. Nothing was changed\./);
    await reads(/next, review what it would come to/);
    await centre(card());
    await shoot('connect-card');
  });

  it('reviews what connecting would come to, before anything is changed', async () => {
    await take('Review');
    await reads(/Connecting the app .*CRM.* would do this/);
    await centre(message(/Connecting the app .*CRM.* would do this/));
    await shoot('connect-review');
    expect(accountsOf(walk.dataDir, 'crm')).toHaveLength(4);
  });

  it('enables it: what needs consent is asked, and the app is as it was', async () => {
    await press('Connect CRM');
    await confirm('Connect');
    await reads(/CRM is connected/);
    await shoot('connect-done');
    await openChannel('access');
    await reads(/Create accounts for \d\d people in CRM/);
    await reads(/Take over the existing account/);
    const stored = await dump(walk.dataDir, ['config', 'drafts', 'events', 'outbox', 'inbox']);
    expect(JSON.stringify(stored) + walk.bot.output()).not.toContain(crmToken(walk.dataDir));
    expect(accountsOf(walk.dataDir, 'crm')).toHaveLength(4);
  });

  it('sees by how sure it is whose an account is', async () => {
    await openChannel('general');
    await say('/provision discover crm');
    await reads(/could be theirs, found by user name/);
    await shoot('discover');
  });

  it('has an approver adopt the accounts that are surely theirs', async () => {
    await actAs('Grace Lindqvist');
    await openChannel('access');
    const request = message('Take over the existing account of Nils Brandt in CRM: found by user name.');
    await centre(request);
    await press(/^Approve/, request);
    await reads('Taken over', request);
    await shoot('adopt');
    expect(accountOf(walk.dataDir, 'crm', 'nils@acme.test')).toMatchObject({
      id: madeByHand('nils@acme.test')?.id,
      name: { givenName: 'Nils', familyName: 'Brandt' },
      title: 'Sales Manager',
    });
    await eventually(() => inGroup('Managers', 'nils@acme.test'), Boolean);
    expect(accountOf(walk.dataDir, 'crm', 'newsletter')).toMatchObject(madeByHand('newsletter') ?? {});
  });

  it('has a part of the batch approved, and the rest stays asked', async () => {
    const batch = message(/Create accounts for 23 people in CRM/);
    await centre(batch);
    await shoot('batch');
    await press(/^Choose/, batch);
    for (const name of ['Chiara De Luca', 'Dmitri Ivanov']) await find('Whose?', name);
    await walk.dialog().getByRole('radio', { name: 'Apply these' }).check();
    await shoot('batch-choose');
    await press('Continue', walk.dialog());
    await reads('Apply 2 changes, and nothing else', walk.dialog());
    await shoot('batch-chosen');
    await finish('Apply these');
    await reads(/Create accounts for 21 people in CRM/);
    await eventually(
      () => accountsOf(walk.dataDir, 'crm').length,
      (count) => count === 6,
    );
    await eventually(() => inGroup('Support', 'chiara@acme.test'), Boolean);
    await reads('2 of 2 done', message(/Create accounts for 2 people in CRM/));
    await centre(message(/Create accounts for 21 people in CRM/));
    await shoot('batch-rest');
  });
});

describe('an approver without a mouse, in a narrow window', () => {
  it('comes to the card and approves it by keyboard alone', async () => {
    const {
      page,
      tabTo,
      message: card,
      reads: hears,
      centre: centreThere,
      shoot: shootNarrow,
    } = await walk.window({ width: 420, height: 760 });
    await tabTo(page.getByRole('button', { name: 'Channels and people' }));
    await page.keyboard.press('Enter');
    await tabTo(page.getByRole('combobox', { name: 'Acting as' }), 'Shift+Tab');
    await page.keyboard.press('ArrowDown');
    const request = card('Take over the existing account of Mira Haddad in CRM');
    await tabTo(request.getByRole('button', { name: /^Approve/ }));
    await shootNarrow('keyboard');
    await page.keyboard.press('Enter');
    await centreThere(await hears('Taken over', request));
    await shootNarrow('keyboard-done');
    expect(accountOf(walk.dataDir, 'crm', 'mira@acme.test')).toMatchObject({
      id: madeByHand('mira.haddad')?.id,
      title: 'Marketing Manager',
    });
  });
});
