import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { createCourtesy } from '../../src/engine/courtesy.ts';
import { slackEdge } from '../../src/slack/edge.ts';
import { buildBolt } from '../../src/slack/receiver.ts';
import { manualClock } from '../local-slack/fixtures.ts';
import { until } from '../local-slack/harness.ts';
import { ada, bob, type Office, openOffice, openRequest, pressOf } from './office.ts';
import { transport } from './transport.ts';

let office: Office;
beforeAll(() => {
  transport.name = 'socket';
});
afterAll(() => {
  transport.name = 'http';
});
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const card = () => office.messages(ada).find((message) => message.ephemeralFor === undefined);
const press = (user = ada) => office.workspace.actions.press(pressOf(user, card(), actionIds.approve));
const connections = (count: number) => until(() => office.workspace.sockets.count === count);
const waiting = () => office.store.inbox.waiting(Number.POSITIVE_INFINITY, 10);

/** The inbox writes nothing until it is let; what is written is kept in `ids`. */
function holdInbox() {
  const { add } = office.store.inbox;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ids: string[] = [];
  office.store.inbox.add = async (item) => {
    ids.push(item.id);
    await held;
    return add(item);
  };
  return { ids, release };
}

describe('a payload', () => {
  beforeEach(() => office.post(openRequest()));

  it('is in the inbox before its envelope is acknowledged', async () => {
    const { ids, release } = holdInbox();
    const pressed = press();
    await until(() => ids.length === 1);
    // By then an acknowledgement sent too early has arrived.
    for (let time = 0; time < 5; time += 1) await office.deps.clients.interactive.auth.test();
    expect(office.workspace.log.deliveries('block_actions')).toEqual([]);
    release();
    expect(await pressed).toEqual({ ok: true });
    await office.idle();
    expect(office.decisions).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it.each([
    ['a press', 'block_actions', () => press(), () => office.decisions.length],
    ['a command', 'command', () => office.type(ada, '/provision sync'), () => office.calls.length],
    [
      'an event',
      'event',
      () => office.workspace.actions.openHome(ada),
      () => office.workspace.log.calls('views.publish').length,
    ],
  ] as const)('that comes twice, %s, is run once and acknowledged twice', async (_what, delivery, act, runs) => {
    const acked = () => office.workspace.log.deliveries(delivery).filter(({ outcome }) => outcome === 'acknowledged');
    office.workspace.faults.add({ delivery, effect: 'duplicate' });
    expect(await act()).toEqual({ ok: true });
    await until(() => acked().length === 2 && runs() > 0);
    await office.idle();
    expect(runs()).toBe(1);
  });

  it('whose connection breaks before the acknowledgement is done all the same, once', async () => {
    office.workspace.faults.add({ delivery: 'block_actions', effect: 'cut' });
    expect(await press()).toEqual({ ok: false, error: 'operation_timeout' });
    await until(() => office.decisions.length === 1);
    await office.idle();
    expect(card()?.text).toContain('✅ *Approved* by *ada*');
    expect(await waiting()).toEqual([]);
    await connections(2);
    expect(office.decisions).toHaveLength(1);
  });

  it('that can no longer be acknowledged is done all the same', async () => {
    const { ids, release } = holdInbox();
    const pressed = press();
    await until(() => ids.length === 1);
    office.workspace.sockets.cut();
    await until(() => office.bolt.problem() !== null);
    release();
    expect(await pressed).toEqual({ ok: false, error: 'operation_timeout' });
    await until(() => office.decisions.length === 1);
    await office.idle();
    expect(card()?.text).toContain('✅ *Approved* by *ada*');
    expect(office.lines.map(({ message }) => message).join()).toContain('Slack did not get an acknowledgement');
  });

  it('that is an event comes again by the other connection, and is acknowledged without a second run', async () => {
    await connections(2);
    office.workspace.faults.add({ delivery: 'event', effect: 'cut' });
    await office.workspace.actions.openHome(ada);
    await office.workspace.settled();
    await office.idle();
    expect(office.workspace.log.deliveries('event').map(({ outcome }) => outcome)).toEqual(['timeout', 'acknowledged']);
    expect(office.workspace.log.calls('views.publish')).toHaveLength(1);
  });

  it('of another workspace is acknowledged and not run', async () => {
    office.deps.team.id = 'T0OTHER';
    expect(await press()).toEqual({ ok: true });
    await office.idle();
    expect(office.decisions).toEqual([]);
    expect(office.lines.map(({ message }) => message)).toContain('a payload of another workspace was not run');
  });
});

it('acknowledges nothing while the store is down; an event comes again', async () => {
  await office.close();
  const clock = manualClock();
  office = await openOffice(undefined, { clock });
  const { add } = office.store.inbox;
  let refused = 0;
  office.store.inbox.add = async () => {
    refused += 1;
    throw new Error('store down');
  };
  await office.workspace.actions.openHome(ada);
  await until(() => refused === 1);
  office.store.inbox.add = add;
  clock.advance(3_000);
  await office.workspace.settled();
  await office.idle();
  const { log } = office.workspace;
  expect(log.deliveries('event').map(({ attempt, outcome }) => `${attempt} ${outcome}`)).toEqual([
    '0 timeout',
    '1 acknowledged',
  ]);
  expect(log.calls('views.publish')).toHaveLength(1);
});

it('loses no click and decides nothing twice while connections come and go', async () => {
  const requests = Array.from({ length: 30 }, (_, index) => openRequest({ id: `a-${index}` }));
  for (const request of requests) {
    await office.post(request);
    office.clock.skip(60_000);
  }
  const cards = office.messages(ada);
  const { actions, sockets, faults } = office.workspace;
  const upset = [
    () => sockets.disconnect('refresh_requested', 'oldest'),
    () => faults.add({ delivery: 'block_actions', effect: 'cut' }),
    () => sockets.disconnect('warning'),
    () => sockets.cut(),
    () => faults.add({ delivery: 'block_actions', effect: 'duplicate' }),
  ];
  const outcomes: string[] = [];
  const isApproved = (index: number) => office.approvals.get(`a-${index}`)?.state === 'approved';
  /** What was on its way when a connection was cut may have come or not: nobody but the card tells. */
  const isTaken = (index: number) =>
    until(() => isApproved(index)).then(
      () => true,
      () => false,
    );
  /** A person presses again when Slack says that the press did not arrive, or when nothing comes of it. */
  const pressUntilTaken = async (index: number) => {
    for (let time = 0; time < 200; time += 1) {
      const outcome = await actions.press(pressOf(index % 2 === 0 ? ada : bob, cards[index], actionIds.approve));
      outcomes.push(outcome.ok ? 'ok' : outcome.error);
      if (outcome.ok || (outcome.error === 'operation_timeout' && (await isTaken(index)))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await Promise.all(
    requests.map(async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 60));
      if (index % 3 === 0) upset[(index / 3) % upset.length]?.();
      await pressUntilTaken(index);
    }),
  );
  await until(() => requests.every((_, index) => isApproved(index)));
  await office.idle();
  const times = (id: string) => office.decisions.filter(({ approval }) => approval === id).length;
  expect(requests.map(({ id }) => times(id))).toEqual(requests.map(() => 1));
  expect(outcomes).toContain('operation_timeout');
  expect(await waiting()).toEqual([]);
});

describe('connections', () => {
  it('are two, and each takes its share', async () => {
    const heard = () => office.lines.filter(({ message }) => message === 'connected to Slack by Socket Mode');
    await until(() => heard().length === 2);
    expect(heard().map(({ fields }) => fields)).toEqual([{ connections: 1 }, { connections: 2 }]);
    for (let time = 0; time < 4; time += 1) expect(await office.type(ada, '/provision whoami')).toEqual({ ok: true });
  });

  it.each(['warning', 'refresh_requested'] as const)(
    'are replaced after %s, one while the other serves',
    async (why) => {
      await connections(2);
      office.workspace.sockets.disconnect(why, 'oldest');
      expect(office.bolt.problem()).toBeNull();
      const ended = () => office.lines.filter(({ message }) => message.startsWith('a Socket Mode connection ended'));
      await until(() => ended().length === 1);
      expect(ended()[0]?.fields).toEqual({ reason: why, left: 1 });
      expect(await office.type(ada, '/provision whoami')).toEqual({ ok: true });
      await until(() => opened() === 3);
    },
  );
  const opened = () => office.workspace.log.calls('apps.connections.open').filter((call) => !call.error).length;

  it('are there again after all of them broke, and after an outage', async () => {
    await connections(2);
    office.workspace.faults.add({ method: 'apps.connections.open', outage: true });
    office.workspace.sockets.cut();
    await until(() => office.bolt.problem() !== null);
    await connections(2);
    await until(() => office.bolt.problem() === null);
    expect(await office.type(ada, '/provision whoami')).toEqual({ ok: true });
  });

  it('say why there is none: Socket Mode was turned off', async () => {
    await connections(2);
    office.workspace.sockets.disconnect('link_disabled');
    await until(() => office.bolt.problem()?.includes('Socket Mode'));
    expect(office.bolt.problem()).toMatch(/^no Socket Mode connection: .*turned o[nf]+ in the app’s settings/);
    office.workspace.sockets.enable();
    await until(() => office.bolt.problem() === null);
  });

  it('wait as long as Slack asks', async () => {
    await connections(2);
    office.workspace.faults.add({ method: 'apps.connections.open', retryAfter: 2 });
    const since = performance.now();
    office.workspace.sockets.disconnect('refresh_requested', 'oldest');
    await connections(1);
    await connections(2);
    expect(performance.now() - since).toBeGreaterThan(2_000);
  });

  it.each(['warning', 'refresh_requested', 'cut'] as const)(
    'that all end just before a delivery (%s) are replaced, and it arrives',
    async (ending) => {
      const clock = manualClock();
      const other = await openOffice(undefined, { clock });
      await until(() => other.workspace.sockets.count === 2);
      other.workspace.faults.add({ delivery: 'command', effect: 'disconnect', ending });
      // They have not served for long: it waits for a later delivery.
      expect(await other.type(ada, '/provision whoami')).toEqual({ ok: true });
      expect(other.workspace.faults.tally()).toEqual({});
      clock.advance(30_000);
      const before = other.workspace.log.calls('apps.connections.open').length;
      expect(await other.type(ada, '/provision whoami')).toEqual({ ok: true });
      await until(() => other.workspace.log.calls('apps.connections.open').length > before);
      expect(other.workspace.faults.tally()).toEqual({ disconnect: 1 });
      await other.close();
    },
  );

  it('let out the acknowledgements under way when Slack warns', async () => {
    await office.post(openRequest());
    await connections(2);
    const { ids, release } = holdInbox();
    const pressed = press();
    await until(() => ids.length === 1);
    office.workspace.sockets.disconnect('warning');
    await until(() => opened() === 4);
    release();
    expect(await pressed).toEqual({ ok: true });
  });

  it('end when Rollcall stops, after what is being acknowledged', async () => {
    await office.post(openRequest());
    const { ids, release } = holdInbox();
    const pressed = press();
    await until(() => ids.length === 1);
    const stopped = office.bolt.stop();
    release();
    await stopped;
    expect(await pressed).toEqual({ ok: true });
    await connections(0);
    await office.idle();
    expect(office.decisions).toHaveLength(1);
    expect(office.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it.each(['not JSON', 'null', '{"type":"events_api","envelope_id":"e","payload":{}}', '{"type":"disconnect"}'])(
    'survive %s',
    async (text) => {
      await connections(2);
      office.workspace.sockets.say(text);
      await until(() => office.bolt.problem() === null);
      expect(await office.type(ada, '/provision whoami')).toEqual({ ok: true });
    },
  );
});

describe('another bot', () => {
  const build = (appToken: string, more: { silence?: number } = {}) => {
    const { store, clock, deps, workspace } = office;
    const { botToken: token, botUser: botUserId } = workspace.tokens;
    const slackApiUrl = `${workspace.url}/api/`;
    return buildBolt({
      ...more,
      courtesy: createCourtesy(clock),
      token,
      appToken,
      slackApiUrl,
      botId: 'B0',
      botUserId,
      team: deps.team,
      store,
      clock,
      log: deps.log,
    });
  };

  it('gives up connections that have fallen silent, and replaces them', async () => {
    await office.bolt.stop();
    const bolt = build(office.workspace.tokens.appToken, { silence: 900 });
    await bolt.app.init();
    bolt.start();
    await connections(2);
    office.workspace.sockets.freeze();
    await until(() => bolt.problem() !== null);
    await until(() => bolt.problem() === null);
    await bolt.stop();
  });

  it('names a token that Slack refuses, and goes on trying', async () => {
    const bolt = build('xapp-wrong');
    await bolt.app.init();
    bolt.start();
    await until(() => bolt.problem()?.includes('SLACK_APP_TOKEN'));
    expect(bolt.problem()).toBe(
      'no Socket Mode connection: Slack refuses SLACK_APP_TOKEN (invalid_auth); it must be an app-level token with connections:write',
    );
    const refused = () => office.workspace.log.calls('apps.connections.open').filter(({ error }) => error).length;
    await until(() => refused() >= 2);
    await bolt.stop();
  });

  it('is told when there are ten connections already', async () => {
    const bots = Array.from({ length: 5 }, () => build(office.workspace.tokens.appToken));
    for (const bolt of bots) await bolt.app.init();
    for (const bolt of bots.slice(0, 4)) bolt.start();
    await connections(10);
    bots[4]?.start();
    await until(() => bots[4]?.problem()?.includes('which is ten'));
    await Promise.all(bots.map((bolt) => bolt.stop()));
  });
});

it('the edge is ready when a connection is there, and says so when none is', async () => {
  const { store, clock, deps, workspace } = office;
  const { botToken, appToken } = workspace.tokens;
  const edge = slackEdge({
    ...{ botToken, appToken, apiUrl: `${workspace.url}/api/`, store, clock, log: deps.log },
    settings: () => ({ channel: '#access' }),
  });
  expect(edge.handler).toBeNull();
  expect(await edge.check.check()).toBe('not connected yet');
  edge.attach({ useCases: deps.useCases, bell: deps.bell, courtesy: createCourtesy(clock) });
  await edge.turn();
  await expect.poll(() => edge.check.check()).toBeNull();
  workspace.sockets.disconnect('link_disabled');
  await expect.poll(() => edge.check.check()).toContain('no Socket Mode connection');
  await edge.stop();
});
