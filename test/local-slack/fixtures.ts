import type { KnownBlock, ModalView } from '@slack/types';
import type { Clock } from '../../src/local-slack/clock.ts';
import type { Member } from '../../src/local-slack/model.ts';
import type { ChannelSetup } from '../../src/local-slack/setup.ts';

export const scopes = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'users.profile:read',
  'users:read',
  'users:read.email',
];

/** A manifest with everything on; each test takes away what it needs to be without. */
export const manifest = (without: { scopes?: string[]; events?: string[] } = {}) => ({
  _metadata: { major_version: 2 },
  display_information: { name: 'Helper' },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true },
    bot_user: { display_name: 'Helper', always_online: true },
    slash_commands: [
      { command: '/helper', description: 'Helps', usage_hint: 'status', should_escape: true },
      { command: '/plain', description: 'Helps without escaping', should_escape: false },
    ],
    shortcuts: [
      { name: 'Ask', callback_id: 'ask', description: 'Ask something', type: 'global' as const },
      { name: 'Explain this', callback_id: 'explain', description: 'Explain a message', type: 'message' as const },
    ],
  },
  oauth_config: { scopes: { bot: scopes.filter((scope) => !without.scopes?.includes(scope)) } },
  settings: {
    event_subscriptions: {
      bot_events: [
        'app_home_opened',
        'app_mention',
        'member_joined_channel',
        'message.channels',
        'message.groups',
        'message.im',
        'reaction_added',
        'team_join',
      ].filter((event) => !without.events?.includes(event)),
    },
    interactivity: { is_enabled: true },
  },
});

export const ada = 'U0ADA00001';
export const zoe = 'U0ZOE00001';
export const guest = 'U0GUEST001';
export const gone = 'U0GONE0001';
export const stranger = 'U0STRANGE1';

const zone = { timeZone: 'Europe/Berlin' };

export const people: readonly Member[] = [
  { id: ada, name: 'ada', realName: 'Ada Lovelace', email: 'ada@acme.test', admin: true, ...zone },
  { id: zoe, name: 'zoe.kim', realName: 'Zoe Kim', email: 'Zoe@acme.test', timeZone: 'America/St_Johns' },
  { id: guest, name: 'guest', realName: 'Gus Guest', email: 'gus@elsewhere.test', guest: true, ...zone },
  { id: gone, name: 'gone', realName: 'Gil Gone', email: 'gil@acme.test', deleted: true, ...zone },
  { id: stranger, name: 'sam', realName: 'Sam Stranger', teamId: 'T0FOREIGN1', ...zone },
];

export const channels: readonly ChannelSetup[] = [
  { name: 'access', members: [ada, zoe, guest] },
  { name: 'access-private', private: true, members: [ada] },
  { name: 'partners', members: [ada, stranger], externallyShared: true },
  { name: 'lobby', members: [ada], bot: false },
  { name: 'board', private: true, members: [zoe], bot: false },
];

export type ManualClock = Clock & { advance(ms: number): void };

/** Starts at the real time and then stands still until it is moved; timers run as it passes them. */
export const manualClock = (): ManualClock => {
  let time = Date.now();
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    after(ms, run) {
      const timer = { at: time + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        time = next.at;
        next.run();
      }
      time = end;
    },
  };
};

export const section = (text: string, block_id?: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text },
  ...(block_id === undefined ? {} : { block_id }),
});

export const buttons = (block_id: string, ...actionIds: string[]) => ({
  type: 'actions' as const,
  block_id,
  elements: actionIds.map((action_id) => ({
    type: 'button' as const,
    action_id,
    text: { type: 'plain_text' as const, text: action_id },
    value: `value of ${action_id}`,
  })),
});

export const modal = (blocks: KnownBlock[], more: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: 'form',
  title: { type: 'plain_text', text: 'A form' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks,
  ...more,
});

export const textField = (block_id: string, more: Record<string, unknown> = {}) => ({
  type: 'input' as const,
  block_id,
  label: { type: 'plain_text' as const, text: block_id },
  element: { type: 'plain_text_input' as const, action_id: 'text', ...more },
});
