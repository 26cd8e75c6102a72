import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Config } from '../../src/core/config.ts';
import type { Finding } from '../../src/engine/examine/finding.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import type { Channel } from '../../src/local-slack/model.ts';
import { slackClients } from '../../src/slack/clients.ts';
import { absentInSlack, type SlackDesk, slackCheck } from '../../src/slack/examine.ts';
import { skewFinding } from '../../src/slack/examine-app.ts';
import { rateWaits } from '../../src/slack/rate-waits.ts';
import { ada, type Office, openOffice } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const manifest = parse(readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8'));
const configOf = (settings: object = {}) =>
  Config.parse({ version: 1, settings: { admins: ['ada@acme.test'], leaverChannel: '#leavers', ...settings } });

const desk = (change: object = {}, settings: object = {}): SlackDesk => ({
  ...{ botToken: office.workspace.tokens.botToken, signingSecret: office.signingSecret, manifest },
  ...{ apiUrl: `${office.workspace.url}/api/`, publicUrl: 'https://rollcall.acme.test', clock: systemClock },
  ...{ log: office.deps.log, config: async () => configOf(settings), outbox: office.store.outbox },
  ...change,
});
const look = (change: object = {}, settings: object = {}): Promise<Finding[]> =>
  slackCheck(desk(change, settings)).run();
const of = (findings: readonly Finding[], state: Finding['state']) =>
  findings.filter((finding) => finding.state === state).map(({ what }) => what);
/** The workspace's own channel, to do to it what admins of Slack do. */
const channel = (name: string) => office.workspace.state.channels.find((each) => each.name === name) as Channel;

describe('doctor in Slack', () => {
  it('finds nothing wrong where nothing is', async () => {
    const findings = await look();
    expect(of(findings, 'wrong')).toEqual([]);
    expect(of(findings, 'note')).toEqual([]);
    expect(of(findings, 'right')).toEqual([
      'Slack answers, and takes the bot token for the workspace Local workspace',
      'Slack delivers by signed HTTP to https://rollcall.acme.test/slack/events',
      expect.stringMatching(/^the bot token has the \d+ scopes of manifest.yml$/),
      'the clock is Slack’s, to a few seconds',
      'Slack’s rate limits leave room: what waits is out within a minute',
      'manifest.yml is the one of this version',
      'the bot is in #access, which is public and the company’s own',
      'the bot is in #leavers, which is private and the company’s own',
      'everyone who decides is a member of the workspace',
    ]);
  });

  it('says that Slack does not answer, or does not take the token', async () => {
    const away = await look({ apiUrl: 'http://127.0.0.1:9/api/' });
    expect(away).toMatchObject([
      { state: 'wrong', what: expect.stringContaining('Slack does not answer at http://127') },
    ]);
    const refused = await look({ botToken: 'xoxb-wrong' });
    expect(refused).toMatchObject([{ state: 'wrong', what: 'Slack does not take the bot token (invalid_auth)' }]);
    expect(JSON.stringify([...away, ...refused])).not.toContain('xoxb');
  });

  it('holds the scopes the token has against the manifest', async () => {
    const bot = [...manifest.oauth_config.scopes.bot, 'pins:write'].filter((scope) => scope !== 'chat:write');
    const other = { ...manifest, oauth_config: { scopes: { bot } } };
    const findings = await look({ manifest: other });
    expect(of(findings, 'wrong')).toEqual(['the bot token lacks pins:write']);
    expect(of(findings, 'note')).toEqual(['the bot token has scopes nobody needs: chat:write']);
  });

  it('sees that the manifest is of another version, and that the bot is called otherwise', async () => {
    const { features } = manifest;
    const other = {
      ...manifest,
      features: {
        bot_user: { display_name: 'Access bot' },
        slash_commands: [{ ...features.slash_commands[0], usage_hint: '[help]' }],
      },
    };
    const findings = await look({ manifest: other });
    expect(of(findings, 'wrong')).toEqual(['manifest.yml is not the one of this version']);
    expect(of(findings, 'note')).toEqual(['the bot is called Rollcall in Slack, and Access bot in manifest.yml']);
  });

  it('sees that Slack delivers elsewhere than PUBLIC_URL says', async () => {
    const settings = { event_subscriptions: { request_url: 'https://old.acme.test/slack/events' } };
    const findings = await look({ manifest: { ...manifest, settings } });
    expect(of(findings, 'wrong')).toEqual([
      'Slack delivers by signed HTTP to old.acme.test, as manifest.yml says, while PUBLIC_URL is rollcall.acme.test',
    ]);
  });

  it('sees a clock that is too far off for signatures', async () => {
    const ahead = { ...systemClock, now: () => Date.now() + 120_000 };
    expect(of(await look({ clock: ahead }), 'wrong')).toEqual([
      expect.stringMatching(/^the clock of this machine is 1(19|20|21) seconds ahead of Slack’s$/),
    ]);
    expect([0, 5, -5, 6, -60, 61, -4_000].map((skew) => skewFinding(skew).state)).toEqual([
      ...['right', 'right', 'right', 'note', 'note', 'wrong', 'wrong'],
    ]);
    expect(skewFinding(-90).what).toContain('90 seconds behind Slack’s');
    expect(skewFinding(null).state).toBe('note');
  });

  it('tries the app token where Socket Mode is set up', async () => {
    const { signingSecret: _, ...http } = desk() as SlackDesk & { signingSecret: string };
    const findings = await slackCheck({ ...http, appToken: 'xapp-wrong' }).run();
    expect(of(findings, 'wrong')).toEqual([expect.stringContaining('Slack does not open a connection (')]);
  });

  it('holds how deliveries are taken against how manifest.yml has them sent', async () => {
    const declared = { ...manifest, settings: { ...manifest.settings, socket_mode_enabled: true } };
    expect(of(await look({ manifest: declared }), 'wrong')).toEqual([
      'manifest.yml turns Socket Mode on, so Slack posts nothing here, and SLACK_APP_TOKEN is not set',
    ]);
    const { signingSecret: _, ...http } = desk() as SlackDesk & { signingSecret: string };
    const note = 'Rollcall takes Socket Mode, as SLACK_APP_TOKEN is set, and manifest.yml does not turn it on';
    expect(of(await slackCheck({ ...http, appToken: 'xapp-wrong' }).run(), 'note')).toEqual([note]);
    expect(of(await slackCheck({ ...http, appToken: 'xapp-wrong', manifest: declared }).run(), 'note')).toEqual([]);
  });

  it.each([
    ['missing', { channel: '#nowhere' }, 'the bot does not see #nowhere'],
    [
      'shared with outsiders',
      { channel: '#partners' },
      '#partners is shared with another organisation, so no card may stand there',
    ],
    [
      'public, for leavers',
      { leaverChannel: '#open-leavers' },
      '#open-leavers is public, and leavers are not shown there',
    ],
    ['missing, for the digest', { digest: { channel: '#gone', at: '09:00' } }, 'the bot does not see #gone'],
  ])('sees a channel that is %s', async (_name, settings, what) => {
    expect(of(await look({}, settings), 'wrong')).toEqual([what]);
  });

  it('sees a channel that is archived, and one the bot is not in', async () => {
    channel('access').archived = true;
    const leavers = channel('leavers');
    leavers.members = leavers.members.filter((member) => member !== office.workspace.tokens.botUser);
    const general = channel('general');
    general.members = general.members.filter((member) => member !== office.workspace.tokens.botUser);
    const findings = await look({}, { digest: { channel: '#general', at: '09:00' } });
    expect(of(findings, 'wrong')).toEqual(['#access is archived', 'the bot does not see #leavers']);
    expect(of(findings, 'note')).toEqual(['the bot is not in #general yet']);
  });

  it('names those who are to decide and are no full members', async () => {
    const approvers = [
      'bob@acme.test',
      'gus@acme.test',
      'sam@acme.test',
      'nobody@acme.test',
      ada,
      'U0NOBODY01',
      'manager',
    ];
    const findings = await look({}, { approvers });
    expect(of(findings, 'wrong')).toEqual([
      expect.stringMatching(/^gus@acme.test can do nothing in Slack: .*guests/),
      expect.stringMatching(/^sam@acme.test can do nothing in Slack: .*organisation/),
      'nobody@acme.test can do nothing in Slack: nobody in this workspace is that',
      'U0NOBODY01 can do nothing in Slack: nobody in this workspace is that',
    ]);
  });

  it('goes on where Slack refuses one look, and looks at fifty people at most', async () => {
    office.workspace.faults.add({ method: 'conversations.list', error: 'missing_scope' });
    const approvers = Array.from({ length: 60 }, () => 'ada@acme.test').concat('bob@acme.test');
    const findings = await look({}, { approvers });
    expect(of(findings, 'wrong')).toEqual(['Slack does not show the channels (missing_scope)']);
    expect(office.workspace.log.calls('users.lookupByEmail')).toHaveLength(2);
    const many = Array.from({ length: 60 }, (_, n) => `p${n}@acme.test`);
    expect(of(await look({}, { approvers: many }), 'note')).toEqual(['21 more who decide were not looked up in Slack']);
  });

  it.each([
    [60, [], []],
    [
      61,
      [
        '61 messages wait for their turn in #access: at the 60 a minute that Slack allows, the last is there in 2 minutes',
      ],
      [],
    ],
    [
      901,
      [],
      [
        '901 messages wait for their turn in #access: at the 60 a minute that Slack allows, the last is there in 16 minutes',
      ],
    ],
  ])('counts what waits for Slack’s rate: %d messages', async (count, notes, wrongs) => {
    for (let index = 0; index < count; index += 1) {
      const item = { id: `n-${index}`, kind: 'notice' as const, subject: 's', to: '#access', body: 'Hello.' };
      await office.store.outbox.want(item, office.clock.now());
    }
    const findings = await look();
    expect([of(findings, 'note'), of(findings, 'wrong')]).toEqual([notes, wrongs]);
  });

  it('counts the cards that wait to be drawn anew together, wherever they stand', async () => {
    for (let index = 0; index < 50; index += 1) {
      const item = { id: `n-${index}`, kind: 'card' as const, subject: 's', to: `#c-${index}`, body: null };
      await office.store.outbox.want(item, 1);
      await office.store.outbox.shown(item.id, 1, { channel: 'C1', ts: `1.${index}` });
      await office.store.outbox.want(item, 2);
    }
    expect(of(await look(), 'note')).toEqual([
      '50 cards wait to be drawn anew: at the 42 a minute that Slack allows, the last is there in 2 minutes',
    ]);
  });

  it('tells how often Slack asked this process for a pause, of either client', async () => {
    const waits = rateWaits(office.clock);
    const { botToken: token } = office.workspace.tokens;
    const clients = slackClients({ token, slackApiUrl: `${office.workspace.url}/api/`, log: office.deps.log, waits });
    const rateWaitsOf = { rateWaits: waits.recent };
    expect(of(await look(rateWaitsOf), 'right')).toContain(
      'Slack’s rate limits leave room: what waits is out within a minute, and Slack asked for no pause in the last hour',
    );
    for (const [client, retryAfter] of [
      [clients.bulk, 30],
      [clients.interactive, 2],
    ] as const) {
      office.workspace.faults.add({ method: 'users.info', retryAfter });
      await expect(client.users.info({ user: ada })).rejects.toThrow('rate');
    }
    expect(of(await look(rateWaitsOf), 'note')).toEqual([
      'Slack asked for a pause 2 times in the last hour (users.info), of 30 seconds at most',
    ]);
    office.clock.skip(61 * 60_000);
    expect(of(await look(rateWaitsOf), 'note')).toEqual([]);
  });

  it('says before a configuration is one who of it could not decide', async () => {
    expect(await absentInSlack(desk(), ['ada@acme.test', 'gus@acme.test'])).toMatchObject([{ word: 'gus@acme.test' }]);
    await expect(absentInSlack(desk({ botToken: 'xoxb-wrong' }), ['ada@acme.test'])).rejects.toThrow('invalid_auth');
  });
});

it('/provision doctor tells admins, the wrong first', async () => {
  office.useCases.examine = async () => [
    { state: 'right', what: 'the store answers', remedy: '' },
    { state: 'wrong', what: 'the bot does not see #access', remedy: 'Create it.' },
  ];
  await office.type(ada, '/provision doctor');
  const said = office.messages(ada).at(-1)?.text ?? '';
  expect(said).toContain('*1 thing is wrong*, and 0 worth knowing.');
  expect(said.indexOf('❌ wrong  the bot does not see #access')).toBeLessThan(
    said.indexOf('✅ right  the store answers'),
  );
  expect(said).toContain('Create it.');
});
