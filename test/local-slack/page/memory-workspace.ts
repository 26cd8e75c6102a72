import type { KnownBlock, View } from '@slack/types';
import type {
  Actions,
  Channel,
  Member,
  Message,
  OpenView,
  Outcome,
  WorkspaceState,
} from '../../../src/local-slack/model.ts';
import type { PageWorkspace } from '../../../src/local-slack/page/stream.ts';

/** What a person did, in order: the name of the action and its arguments. */
export type Call = { action: keyof Actions; args: readonly unknown[] };

/** The bot of a test: what happens when a person acts. Everything left out succeeds and does nothing. */
export type Bot = Partial<Record<keyof Actions, (...args: never[]) => unknown>>;

const members: Member[] = [
  { id: 'UADA', name: 'ada', realName: 'Ada Lovelace', timeZone: 'Europe/Berlin' },
  { id: 'UBOB', name: 'bob', realName: 'Bob Babbage', timeZone: 'America/New_York' },
  { id: 'UGIL', name: 'gil', realName: 'Gil Guest', timeZone: 'Asia/Tokyo', guest: true },
  { id: 'UBOT', name: 'rollbot', realName: 'Helper', timeZone: 'UTC', bot: true },
  { id: 'UOLD', name: 'old', realName: 'Old Olga', timeZone: 'UTC', deleted: true },
];

const channels: Channel[] = [
  { id: 'CACC', name: 'access', private: false, members: ['UADA', 'UBOB', 'UBOT'], topic: 'Who gets in, and why' },
  { id: 'CGEN', name: 'general', private: false, members: ['UADA', 'UBOB', 'UGIL', 'UBOT'] },
  { id: 'CRND', name: 'random', private: false, members: ['UBOB'] },
  { id: 'CPRI', name: 'access-private', private: true, members: ['UADA', 'UBOT'] },
  { id: 'DADA', name: 'dm-ada', private: true, members: ['UADA', 'UBOT'], with: 'UADA' },
];

/** 3 December 2026, 09:00 UTC. */
const start = Date.UTC(2026, 11, 3, 9) / 1000;

/** A workspace that lives in memory and does as its bot says; a second implementation of what the page draws. */
export function memoryWorkspace(bot: Bot = {}) {
  const listeners = new Set<(what: { channel?: string; user?: string }) => void>();
  const messages: Message[] = [];
  const homes = new Map<string, OpenView>();
  const modals = new Map<string, OpenView>();
  const unread = new Map<string, number>();
  const calls: Call[] = [];
  let clock = start;

  const changed = (what: { channel?: string; user?: string } = {}) => {
    for (const listener of listeners) listener(what);
  };

  const state: WorkspaceState = {
    team: { id: 'T1', name: 'Acme' },
    botUser: 'UBOT',
    appName: 'Helper',
    members,
    channels: [...channels],
    messages: (channel) => messages.filter((message) => message.channel === channel),
    home: (user) => homes.get(user),
    modal: (user) => modals.get(user),
    commands: [
      { command: '/provision', usageHint: '<verb> [object]', description: 'Account life' },
      { command: '/ping', description: 'Are you there?' },
    ],
    shortcuts: [
      { name: 'Explain this', callbackId: 'explain', type: 'message' },
      { name: 'Request access', callbackId: 'request', type: 'global' },
    ],
    unread: (channel, viewer) => unread.get(`${channel} ${viewer}`) ?? 0,
  };

  /** Posts as someone (default: the bot), a minute after the message before. */
  const post = (channel: string, text: string, more: Partial<Message> = {}, blocks: KnownBlock[] = []): Message => {
    clock += 60;
    const message = { channel, ts: `${clock}.000100`, user: 'UBOT', text, blocks, ...more };
    messages.push(message);
    for (const { id } of members) unread.set(`${channel} ${id}`, (unread.get(`${channel} ${id}`) ?? 0) + 1);
    changed({ channel });
    return message;
  };

  const openView = (user: string, view: View, more: Partial<OpenView> = {}) => {
    const open: OpenView = {
      id: 'V1',
      kind: view.type === 'home' ? 'home' : 'modal',
      user,
      view,
      hash: '1',
      root: 'V1',
      ...more,
    };
    (view.type === 'home' ? homes : modals).set(user, open);
    changed({ user });
  };

  const closeView = (user: string) => {
    modals.delete(user);
    changed({ user });
  };

  const act =
    (action: keyof Actions) =>
    async (...args: unknown[]) => {
      calls.push({ action, args });
      const answer = bot[action] as ((...given: unknown[]) => unknown) | undefined;
      return ((await answer?.(...args)) ?? { ok: true }) as Outcome;
    };

  const actions: Actions = {
    command: act('command'),
    say: act('say'),
    press: act('press'),
    submit: act('submit'),
    close: act('close'),
    openHome: act('openHome'),
    invite: act('invite'),
    shortcut: act('shortcut'),
    openDirectMessage: async (user) => {
      await act('openDirectMessage')(user);
      return `D${user.slice(1)}`;
    },
    suggest: async (press, query) => {
      const answer = await act('suggest')(press, query);
      return Array.isArray(answer) ? answer : [];
    },
    read: (user, channel) => {
      calls.push({ action: 'read', args: [user, channel] });
      unread.delete(`${channel} ${user}`);
      changed({ user });
    },
  };

  const workspace: PageWorkspace = {
    state,
    actions,
    changes(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const edit = (message: Message, change: Partial<Message>) => {
    Object.assign(message, change);
    changed({ channel: message.channel });
  };
  const done = (action: keyof Actions) => calls.filter((call) => call.action === action).map(({ args }) => args);
  return { workspace, post, edit, openView, closeView, changed, done, listeners };
}
