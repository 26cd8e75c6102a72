import type { KnownBlock } from '@slack/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { loginView } from '../blocks/samples.ts';
import { ada, bob, type Office, olga, openOffice, openRequest } from './office.ts';

/** What an auditor is shown: all there is to read, and no button that decides or changes. */
let office: Office;
beforeEach(async () => {
  office = await openOffice();
  office.approvals.set('a-1', openRequest({ id: 'a-1', person: 'p-zoe', circle: ['p-ada'] }));
  const { approval } = office.useCases;
  // As the engine tells those who read all: what waits for others behind what waits for them.
  office.useCases.pending = async () => [await approval('a-1', 5)].filter((view) => view !== null);
  office.useCases.logins = async () => [loginView({ word: 'failed' })];
});
afterEach(() => office.close());

const idsIn = (blocks: readonly unknown[] = []): string[] =>
  (blocks as readonly KnownBlock[]).flatMap((block) => {
    if (block.type === 'actions') return block.elements.flatMap(({ action_id }) => action_id ?? []);
    return block.type === 'section' && block.accessory?.type === 'button' ? (block.accessory.action_id ?? []) : [];
  });
async function homeOf(user: string) {
  await office.workspace.actions.openHome(user);
  await office.workspace.settled();
  await office.idle();
  return office.workspace.state.home(user)?.view;
}
const deciding: readonly string[] = [actionIds.approve, actionIds.reject];

it('App Home tells what an admin’s tells, with nothing to press that is not theirs', async () => {
  const [home, admins] = [await homeOf(olga), await homeOf(ada)];
  const text = JSON.stringify(home);
  for (const part of ['Failed and held', 'Customer Base', 'Directories', 'One request below waits for others'])
    expect(text).toContain(part);
  expect(idsIn(home?.blocks)).toEqual(
    expect.arrayContaining([actionIds.details, actionIds.openLogin, actionIds.allPeople]),
  );
  expect(idsIn(home?.blocks).filter((id) => deciding.includes(id))).toEqual([]);
  expect(idsIn(admins?.blocks)).toEqual(expect.arrayContaining([...deciding]));
});

it('what waits for others is listed with Details alone, for whoever may not decide it', async () => {
  const listed = async (user: string) => {
    await office.type(user, '/provision pending');
    return idsIn(office.messages(user).findLast(({ ephemeralFor }) => ephemeralFor === user)?.blocks);
  };
  expect(await listed(olga)).toEqual([actionIds.details]);
  expect(await listed(bob)).toEqual([actionIds.details]);
  expect(await listed(ada)).toEqual([actionIds.approve, actionIds.reject, actionIds.details]);
});

it('a digest they get alone has no retry; one in a channel has, and says who may press it', async () => {
  office.useCases.configuration = async () =>
    ({
      config: { settings: { admins: ['ada@acme.test'], approvers: [], auditors: ['olga@acme.test'] }, apps: [] },
    }) as never;
  const group = {
    ...{
      app: 'crm',
      appTitle: 'CRM',
      word: 'failed',
      cause: 'No answer',
      code: 'c-1',
      kind: 'unavailable',
      remedy: '',
    },
    ...{ count: 2, people: ['zoe'], retryable: true, before: null },
  };
  const digest = { ...(await office.useCases.digest()), groups: [group] };
  for (const to of ['p-olga', 'p-ada', '#access'])
    await office.store.outbox.want(
      { id: `d:${to}`, kind: 'digest', subject: 'd', to, body: JSON.stringify(digest) },
      1,
    );
  await office.pump();
  const inDirect = async (user: string) =>
    idsIn(office.workspace.state.messages(await office.workspace.actions.openDirectMessage(user), user).at(-1)?.blocks);
  expect(await inDirect(olga)).toEqual([]);
  expect(await inDirect(ada)).toEqual([actionIds.retryCause]);
  expect(idsIn(office.messages(olga)[0]?.blocks)).toEqual([actionIds.retryCause]);
});
