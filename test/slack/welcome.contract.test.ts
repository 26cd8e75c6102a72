import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signOnId } from '../../blocks/ids.ts';
import { type WelcomeView, welcomeItem } from '../../src/engine/tell/welcome.ts';
import { slackMemory } from '../../src/slack/deps.ts';
import { ada, type Office, openOffice, person, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const hour = 3_600_000;
const direct = async (user: string) => {
  const id = await office.workspace.actions.openDirectMessage(user);
  return office.workspace.state.messages(id, user);
};
const texts = async (user: string) => (await direct(user)).map(({ text }) => text.split('\n')[0]);
const app = (name: string, title: string) => ({
  ...{ app: name, title, signOn: `https://${name}.acme.test/login`, userName: 'zoe@acme.test' },
});
const welcome = (change: Partial<WelcomeView> = {}): WelcomeView => ({
  ...{ personName: 'zoe', apps: [app('crm', 'Customer Base')], coming: [], manager: 'p-ada' },
  ...change,
});
const want = (id: string) => office.store.outbox.want(welcomeItem(id, id), office.clock.now());
/** Later, when nothing Slack said is remembered any more. */
async function later(milliseconds: number): Promise<void> {
  office.clock.skip(milliseconds);
  office.deps.memory = slackMemory();
  await office.pump();
}

describe('a joiner who is in Slack', () => {
  beforeEach(() => void office.world.welcomes.set('p-zoe', welcome()));

  it('reads what they got and how to sign on, and the press of a link is heard', async () => {
    await want('p-zoe');
    await office.pump();
    const [message] = await direct(zoe);
    expect(message?.text).toContain('Welcome, *zoe*! You have 1 account:');
    expect(message?.text).toContain('• *Customer Base*: sign on at `https://crm.acme.test/login`, as `zoe@acme.test`');
    expect(await office.press(zoe, message, signOnId('crm'))).toEqual({ ok: true });
    expect(office.lines.filter(({ level }) => level !== 'debug' && level !== 'info')).toEqual([]);
    expect(await direct(ada)).toEqual([]);
  });

  it('finds one message, however often it is asked for, with what came since', async () => {
    await want('p-zoe');
    await want('p-zoe');
    await office.pump();
    office.world.welcomes.set('p-zoe', welcome({ apps: [app('crm', 'Customer Base'), app('wiki', 'Wiki')] }));
    await want('p-zoe');
    await later(hour);
    expect(await texts(zoe)).toEqual(['Welcome, *zoe*! You have 2 accounts:']);
    expect(office.workspace.log.calls('chat.postMessage')).toHaveLength(1);
  });

  it('is not told again where they deleted it', async () => {
    await want('p-zoe');
    await office.pump();
    const [message] = await direct(zoe);
    await office.deps.clients.bulk.chat.delete({ channel: message?.channel ?? '', ts: message?.ts ?? '' });
    for (let round = 0; round < 2; round += 1) {
      await want('p-zoe');
      await later(hour);
    }
    expect(office.workspace.log.calls('chat.postMessage')).toHaveLength(1);
  });

  it('is told nothing when there is nothing any more', async () => {
    office.world.welcomes.delete('p-zoe');
    await want('p-zoe');
    await office.pump();
    expect(await direct(zoe)).toEqual([]);
    expect(await office.store.outbox.due(office.clock.now() + 1_000 * hour, 10)).toEqual([]);
  });

  it('is told nothing where Slack was connected weeks later', async () => {
    await want('p-zoe');
    await later(15 * 24 * hour);
    expect(await direct(zoe)).toEqual([]);
  });
});

describe('a joiner who is not in Slack', () => {
  const slack = { joined: false };
  beforeEach(() => {
    slack.joined = false;
    const known = office.useCases.person;
    const ghost = { ...person('ghost', null), id: 'p-new' };
    office.useCases.person = async (id) =>
      id === 'p-new' ? { ...ghost, slack: slack.joined ? { team: 'T1', user: zoe } : null } : known(id);
    office.world.welcomes.set('p-new', welcome({ personName: 'Gil' }));
  });

  it('is told of by their manager, once, and reads it themselves once they are there', async () => {
    await want('p-new');
    await office.pump();
    await office.pump();
    expect(await texts(ada)).toEqual(['*Gil* is not in Slack yet, and has 1 account:']);
    for (let round = 0; round < 3; round += 1) {
      await later(6 * hour);
      await office.pump();
    }
    expect(await direct(ada)).toHaveLength(1);
    slack.joined = true;
    await later(6 * hour);
    expect(await texts(zoe)).toEqual(['Welcome, *Gil*! You have 1 account:']);
    expect(await direct(ada)).toHaveLength(1);
    await later(200 * hour);
    expect(office.workspace.log.calls('chat.postMessage')).toHaveLength(2);
  });

  it.each([null, 'p-nobody'])('waits alone where their manager is %s', async (manager) => {
    office.world.welcomes.set('p-new', welcome({ manager }));
    await want('p-new');
    await office.pump();
    await office.pump();
    expect(office.workspace.log.calls('chat.postMessage')).toEqual([]);
    slack.joined = true;
    await later(6 * hour);
    expect(await direct(zoe)).toHaveLength(1);
  });

  it('is forgotten after two months', async () => {
    await want('p-new');
    for (let round = 0; round < 245; round += 1) await later(6 * hour);
    expect(await office.store.outbox.due(office.clock.now() + 1_000 * hour, 10)).toEqual([]);
    expect(office.workspace.log.calls('users.lookupByEmail').length).toBeLessThanOrEqual(241);
    slack.joined = true;
    await later(24 * hour);
    expect(await direct(zoe)).toEqual([]);
  });
});
