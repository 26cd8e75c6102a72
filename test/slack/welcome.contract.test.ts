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

  describe('until they join', () => {
    const newcomer = { id: 'U0GHOST001', name: 'ghost', realName: 'Gil Ghost', timeZone: 'UTC' };
    /** They join Slack, and the bot has heard of it. */
    async function join(change: object = {}): Promise<void> {
      expect(office.workspace.admit({ ...newcomer, email: 'Ghost@acme.test', ...change })).toEqual({ ok: true });
      await office.workspace.settled();
      await office.idle();
    }
    beforeEach(() => {
      const search = office.useCases.findPeople;
      const ghost = { ...person('ghost', null), id: 'p-new' };
      office.useCases.findPeople = async (text, limit) =>
        text.toLowerCase() === 'ghost@acme.test' ? [ghost] : search(text, limit);
    });

    it('reads it at once when they do, and their manager’s message says so', async () => {
      await want('p-new');
      await office.pump();
      await office.pump();
      expect(await texts(ada)).toEqual(['*Gil* is not in Slack yet, and has 1 account:']);
      await join();
      await office.pump();
      await office.pump();
      expect(await texts(newcomer.id)).toEqual(['Welcome, *Gil*! You have 1 account:']);
      expect(await texts(ada)).toEqual(['*Gil* is in Slack now, and has 1 account:']);
      await later(200 * hour);
      expect(office.workspace.log.calls('chat.postMessage')).toHaveLength(2);
      const [stored] = (await office.store.outbox.about('p-new')).filter(({ to }) => to === 'p-new');
      expect(stored?.channel).toMatch(/^D/);
      const [message] = await direct(newcomer.id);
      await office.deps.clients.bulk.chat.delete({ channel: message?.channel ?? '', ts: message?.ts ?? '' });
      for (let round = 0; round < 2; round += 1) {
        await want('p-new');
        await office.store.outbox.want(welcomeItem('p-new', 'p-ada'), office.clock.now());
        await later(hour);
      }
      expect(await texts(ada)).toEqual(['*Gil* is in Slack now, and has 1 account:']);
    });

    it('reads it though another process had just looked for them in vain', async () => {
      await want('p-new');
      await office.pump();
      await join();
      office.deps.memory.users.set('p-new', { user: null, at: office.clock.now() });
      await office.pump();
      expect(await texts(newcomer.id)).toEqual(['Welcome, *Gil*! You have 1 account:']);
    });

    it('reads it though they join after months, when nobody looked for them any more', async () => {
      await want('p-new');
      for (let round = 0; round < 245; round += 1) await later(6 * hour);
      await join();
      await later(hour);
      expect(await texts(newcomer.id)).toEqual(['Welcome, *Gil*! You have 1 account:']);
    });

    it.each([
      ['is a guest', { guest: true }],
      ['is of another organisation', { teamId: 'T0FOREIGN1' }],
      ['is an app', { bot: true }],
      ['is somebody else', { email: 'other@acme.test' }],
    ])('and nobody is written to when who joins %s', async (_, change) => {
      await want('p-new');
      await office.pump();
      await office.pump();
      await join(change);
      await office.pump();
      expect(await texts(ada)).toEqual(['*Gil* is not in Slack yet, and has 1 account:']);
      expect(office.workspace.log.calls('chat.postMessage')).toHaveLength(1);
    });

    it('waits for the accounts still to come where it was not due yet', async () => {
      await office.store.outbox.want(welcomeItem('p-new', 'p-new'), office.clock.now() + 60_000);
      await join();
      await office.pump();
      expect(office.workspace.log.calls('chat.postMessage')).toEqual([]);
      await later(61_000);
      expect(await texts(newcomer.id)).toEqual(['Welcome, *Gil*! You have 1 account:']);
    });

    it('is greeted by nothing where they have no accounts, or have read it before', async () => {
      await join();
      await office.pump();
      expect(office.workspace.log.calls('chat.postMessage')).toEqual([]);
      expect(office.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    });
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
