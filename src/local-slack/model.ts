import type { KnownBlock, View } from '@slack/types';

/** A human of the workspace. Ids look like Slack's: `U` and uppercase letters or digits. */
export type Member = {
  id: string;
  name: string;
  realName: string;
  email?: string;
  /** IANA zone, as Slack's `tz`. */
  timeZone: string;
  /** Single-channel or multi-channel guest. */
  guest?: boolean;
  deleted?: boolean;
  bot?: boolean;
  /** Administrator of the workspace. */
  admin?: boolean;
  /** Id of another organisation's workspace, for a person who is here through Slack Connect only (a *stranger*). */
  teamId?: string;
};

/** A channel (`C…`), a private channel (`C…`, `private`) or a direct message with the bot (`D…`, `with`). */
export type Channel = {
  id: string;
  name: string;
  private: boolean;
  /** The person at the other end; set for direct messages only. */
  with?: string;
  members: string[];
  topic?: string;
  /** Shared with another organisation (Slack Connect). */
  externallyShared?: boolean;
  /** Closed: it can be read, and nobody writes to it or changes what is there. */
  archived?: boolean;
};

export type Message = {
  channel: string;
  /** Slack's message id, `seconds.micros`, unique in its channel. */
  ts: string;
  /** A person's or the bot user's id. */
  user: string;
  text: string;
  blocks: KnownBlock[];
  threadTs?: string;
  editedAt?: string;
  /** Shown to this person alone, never stored in the history. */
  ephemeralFor?: string;
  /** A deleted message is kept, empty, only while its thread has replies. */
  deleted?: boolean;
  files?: readonly SharedFile[];
  /** Emoji name → who put it there. */
  reactions?: Readonly<Record<string, readonly string[]>>;
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
};

/** A file in a message; `url` is on this workspace and downloads it. */
export type SharedFile = { id: string; name: string; title: string; size: number; url: string };

/** An open modal (`V…`) or a person's App Home. */
export type OpenView = {
  id: string;
  kind: 'modal' | 'home';
  user: string;
  view: View;
  hash: string;
  /** The view below it in the modal stack. */
  previous?: string;
  root: string;
  /** block_id → what is wrong, from `response_action: errors`. */
  errors?: Record<string, string>;
  /** What the form holds as far as the workspace was told: block_id → action_id → element state. */
  values?: Record<string, Record<string, unknown>>;
};

/** What the page needs to draw; `Workspace.changes` says when to draw again. */
export type WorkspaceState = {
  team: { id: string; name: string };
  botUser: string;
  appName: string;
  members: readonly Member[];
  channels: readonly Channel[];
  /** Newest last. */
  messages(channel: string, viewer: string): readonly Message[];
  home(user: string): OpenView | undefined;
  /** The top of the person's modal stack. */
  modal(user: string): OpenView | undefined;
  commands: readonly { command: string; usageHint?: string; description?: string }[];
  shortcuts: readonly { name: string; callbackId: string; type: 'global' | 'message' }[];
  unread(channel: string, viewer: string): number;
};

/** Where a pressed element sits. */
export type Container = { message: { channel: string; ts: string } } | { view: string };

/** One pressed element; `value` is Slack's element state, e.g. `{ selected_option: { value } }` or `{ value }`. */
export type Press = {
  user: string;
  container: Container;
  blockId: string;
  actionId: string;
  state?: Record<string, unknown>;
  /** What the other elements of the same view or message hold now; like Slack's client, sent with every press. */
  values?: Record<string, Record<string, unknown>>;
};

/** Outcome of an interaction, as the person sees it. A bot that fails to answer within 3 s gives `operation_timeout`. */
export type Outcome = { ok: true } | { ok: false; error: string };

/** What a person can do in the workspace; the page and the tests both use it. */
export type Actions = {
  command(user: string, channel: string, line: string): Promise<Outcome>;
  say(user: string, channel: string, text: string, threadTs?: string): Promise<Outcome>;
  press(press: Press): Promise<Outcome>;
  /** `values`: block_id → action_id → element state, as in Slack's `view.state.values`. */
  submit(user: string, view: string, values: Record<string, Record<string, unknown>>): Promise<Outcome>;
  close(user: string, view: string): Promise<Outcome>;
  openHome(user: string): Promise<Outcome>;
  shortcut(user: string, callbackId: string, message?: { channel: string; ts: string }): Promise<Outcome>;
  /** Opens (or finds) the direct message between the person and the bot. */
  openDirectMessage(user: string): Promise<string>;
  /** Options of an external select, from the bot (`block_suggestion`). */
  suggest(press: Press, query: string): Promise<readonly { text: string; value: string }[]>;
  read(user: string, channel: string): void;
  /** Has somebody new join the workspace. */
  invite(user: string, who: { realName: string; email: string }): Promise<Outcome>;
};
