import type { Clock } from './clock.ts';
import type { Journal } from './journal.ts';
import type { Member, Message, OpenView } from './model.ts';

/** A message waiting for its time. `postAt` and `createdAt` in seconds. One with metadata is never posted, as in Slack. */
export type Scheduled = {
  id: string;
  message: Omit<Message, 'ts'>;
  postAt: number;
  createdAt: number;
};

/** One thing that happened. The journal is a list of these; replaying it gives the state. */
export type Change =
  | { type: 'message'; message: Message }
  | { type: 'removed'; channel: string; ts: string }
  | { type: 'direct'; user: string }
  | { type: 'member'; member: Member }
  | { type: 'joined'; channel: string; user: string }
  | { type: 'home'; view: OpenView }
  | { type: 'read'; channel: string; user: string; ts: string }
  | { type: 'scheduled'; item: Scheduled }
  | { type: 'unscheduled'; id: string };

/** Who has to look again: everyone in a channel, or one person. */
type Changed = { channel?: string; user?: string };

const keptMessagesPerChannel = 10_000;

/** The state that outlives the process. Messages are in the order of their `ts`. */
export type Data = {
  messages: Map<string, Map<string, Message>>;
  directs: Set<string>;
  /** Those who joined since the workspace was set up, by id. */
  members: Map<string, Member>;
  joined: Map<string, Set<string>>;
  homes: Map<string, OpenView>;
  read: Map<string, Map<string, string>>;
  scheduled: Map<string, Scheduled>;
};

export const emptyData = (): Data => ({
  messages: new Map(),
  directs: new Set(),
  members: new Map(),
  joined: new Map(),
  homes: new Map(),
  read: new Map(),
  scheduled: new Map(),
});

const entry = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
};

/** Applies one change to the data. */
export const apply = (data: Data, change: Change): void => {
  switch (change.type) {
    case 'message': {
      const { channel } = change.message;
      keep(
        entry(data.messages, channel, () => new Map()),
        change.message,
      );
      return;
    }
    case 'removed':
      data.messages.get(change.channel)?.delete(change.ts);
      return;
    case 'direct':
      data.directs.add(change.user);
      return;
    case 'member':
      data.members.set(change.member.id, change.member);
      return;
    case 'joined':
      entry(data.joined, change.channel, () => new Set()).add(change.user);
      return;
    case 'home':
      data.homes.set(change.view.user, change.view);
      return;
    case 'read':
      entry(data.read, change.channel, () => new Map()).set(change.user, change.ts);
      return;
    case 'scheduled':
      data.scheduled.set(change.item.id, change.item);
      return;
    case 'unscheduled':
      data.scheduled.delete(change.id);
      return;
  }
};

function keep(channel: Map<string, Message>, message: Message): void {
  channel.set(message.ts, message);
  if (channel.size <= keptMessagesPerChannel) return;
  for (const oldest of channel.keys()) {
    channel.delete(oldest);
    return;
  }
}

/** The shortest list of changes that gives this data. */
export const summary = (data: Data): Change[] => [
  ...[...data.members.values()].map((member) => ({ type: 'member', member }) as const),
  ...[...data.directs].map((user) => ({ type: 'direct', user }) as const),
  ...[...data.joined].flatMap(([channel, users]) =>
    [...users].map((user) => ({ type: 'joined', channel, user }) as const),
  ),
  ...[...data.messages.values()].flatMap((channel) =>
    [...channel.values()].map((message) => ({ type: 'message', message }) as const),
  ),
  ...[...data.homes.values()].map((view) => ({ type: 'home', view }) as const),
  ...[...data.read].flatMap(([channel, users]) =>
    [...users].map(([user, ts]) => ({ type: 'read', channel, user, ts }) as const),
  ),
  ...[...data.scheduled.values()].map((item) => ({ type: 'scheduled', item }) as const),
];

/** The state and the only way to change it: `commit` is in the journal before it returns. */
export type Store = {
  readonly data: Readonly<Data>;
  commit(change: Change): void;
  /** A fresh message id, later than every other. */
  nextTs(): string;
  /** Tells listeners about something that is not kept (modals, ephemeral messages). */
  notify(what: Changed): void;
  listen(listener: (what: Changed) => void): () => void;
};

const compactAfter = 5_000;

/** Opens the state kept in a journal. */
export const openStore = (journal: Journal<Change>, clock: Clock): Store => {
  const data = emptyData();
  for (const change of journal.changes) apply(data, change);
  const listeners = new Set<(what: Changed) => void>();
  let appended = journal.changes.length;
  let lastMicros = latestMicros(data);

  const notify = (what: Changed) => {
    for (const listener of listeners) listener(what);
  };
  const compactWhenWorthIt = () => {
    if (appended < compactAfter) return;
    const kept = summary(data);
    if (appended >= compactAfter + 2 * kept.length) {
      journal.compact(kept);
      appended = kept.length;
    }
  };
  return {
    data,
    notify,
    commit(change) {
      journal.append([change]);
      apply(data, change);
      appended += 1;
      if (appended % 1_000 === 0) compactWhenWorthIt();
      notify(whoSees(change));
    },
    nextTs() {
      lastMicros = Math.max(clock.now() * 1000, lastMicros + 1);
      return tsOf(lastMicros);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const tsOf = (micros: number): string =>
  `${Math.floor(micros / 1e6)}.${String(Math.floor(micros % 1e6)).padStart(6, '0')}`;

function latestMicros(data: Data): number {
  let latest = 0;
  for (const channel of data.messages.values()) {
    for (const ts of channel.keys()) latest = Math.max(latest, Math.round(Number(ts) * 1e6));
  }
  return latest;
}

function whoSees(change: Change): Changed {
  switch (change.type) {
    case 'message':
      return { channel: change.message.channel };
    case 'removed':
    case 'joined':
      return { channel: change.channel };
    case 'home':
      return { user: change.view.user };
    case 'direct':
      return { user: change.user };
    case 'read':
      return { channel: change.channel, user: change.user };
    case 'scheduled':
      return { channel: change.item.message.channel };
    case 'unscheduled':
    case 'member':
      return {};
  }
}
