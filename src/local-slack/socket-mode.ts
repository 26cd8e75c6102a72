import { type Carrier, unreachable } from './carrier.ts';
import type { Clock } from './clock.ts';
import { SlackRefusal } from './errors.ts';
import { randomSecret } from './ids.ts';
import { isLoopback } from './loopback.ts';
import type { DisconnectReason } from './socket-envelopes.ts';
import { type Link, late, openLink } from './socket-links.ts';
import { refuseUpgrade, type Upgrade } from './websocket.ts';

/** The Socket Mode connections of the bot, for tests. */
export type Sockets = {
  readonly count: number;
  /**
   * Ends connections as Slack does: `warning` ten seconds ahead, the others at once. `link_disabled` also turns Socket Mode off:
   * no new connection until `enable`. `oldest` is the one that has been there longest, all when absent.
   */
  disconnect(reason: DisconnectReason, which?: 'oldest'): void;
  enable(): void;
  /** Breaks all connections without a word. */
  cut(): void;
  /** Leaves all connections open, deaf and dumb. Their payloads get lost, as they would. */
  freeze(): void;
  /** Says on all connections what Slack would not. */
  say(text: string): void;
};

export type SocketMode = Carrier & {
  sockets: Sockets;
  /** The one-use address of a new connection. Throws `access_denied` while Socket Mode is off. */
  open(): string;
  upgrade(upgrade: Upgrade): void;
};

/** @see https://docs.slack.dev/apis/events-api/using-socket-mode (up to ten connections; a payload goes to any one) */
const mostLinks = 10;
const pingEvery = 10_000;

/** Younger connections are not ended by a plan of faults: Slack limits how often one is opened. Milliseconds. */
const steadyAfter = 30_000;
/** This long the next connection is waited for. */
const patience = 10_000;

type Settings = { publicUrl: string; appId: string; clock: Clock; enabled: boolean };

/**
 * Socket Mode as the app sees it: a one-use ticket, `hello`, envelopes, acknowledgements on the connection they came by, and
 * `disconnect`. Payloads go round the connections, one each.
 */
export const createSocketMode = ({ publicUrl, appId, clock, enabled }: Settings): SocketMode => {
  const tickets = createTickets(clock);
  let links: readonly Link[] = [];
  let turn = 0;
  let on = enabled;
  const waiting = new Set<() => void>();
  let interruption: Promise<void> | null = null;

  const greet = (upgrade: Upgrade) => {
    const link = openLink({ appId, clock }, upgrade, links.length + 1, () => {
      links = links.filter((each) => each !== link);
    });
    if (link === null) return;
    if (links.length >= mostLinks) return link.dismiss('too_many_websockets');
    links = [...links, link];
    keepAlive(link);
    for (const resolve of waiting) resolve();
  };
  /** Resolves at the next connection, or after `patience`. */
  const nextLink = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        waiting.delete(done);
        resolve();
      };
      const cancel = clock.after(patience, done);
      waiting.add(done);
    });
  const keepAlive = (link: Link): void => {
    clock.after(pingEvery, () => {
      if (!links.includes(link)) return;
      link.ping();
      keepAlive(link);
    });
  };
  const cut = () => {
    for (const link of links) link.cut();
  };

  return {
    late,
    async carry(parcel) {
      const staying = links.filter(({ leaving }) => !leaving);
      const among = staying.length > 0 ? staying : links;
      const link = among[turn % among.length];
      turn += 1;
      if (link === undefined) return unreachable;
      const attempt = link.carry(parcel);
      if (parcel.cut) link.cut();
      return attempt;
    },
    interrupt(ending) {
      if (links.length === 0 || links.some(({ since }) => clock.now() - since < steadyAfter)) return false;
      for (const link of links) {
        if (ending === 'cut') link.cut();
        else link.dismiss(ending);
      }
      // Warned ones serve on until the next is there.
      if (ending === 'warning') return true;
      interruption = nextLink().finally(() => {
        interruption = null;
      });
      return true;
    },
    ready: async () => void (await interruption),
    open() {
      if (!on) throw new SlackRefusal('access_denied');
      return `${publicUrl.replace(/^http/, 'ws')}/link/?ticket=${tickets.issue()}&app_id=${appId}`;
    },
    upgrade(upgrade) {
      if (!isLoopback(upgrade.request)) return refuseUpgrade(upgrade.socket, '403 Forbidden');
      const { pathname, searchParams } = new URL(upgrade.request.url ?? '/', publicUrl);
      const admitted = pathname === '/link/' && tickets.redeem(searchParams.get('ticket') ?? '');
      if (admitted && on) greet(upgrade);
      else refuseUpgrade(upgrade.socket, '404 Not Found');
    },
    sockets: {
      get count() {
        return links.length;
      },
      disconnect(reason, which) {
        if (reason === 'link_disabled') on = false;
        for (const link of which === 'oldest' ? links.slice(0, 1) : links) link.dismiss(reason);
      },
      enable() {
        on = true;
      },
      cut,
      freeze() {
        for (const link of links) link.freeze();
      },
      say(text) {
        for (const link of links) link.say(text);
      },
    },
    stop() {
      on = false;
      cut();
      for (const resolve of waiting) resolve();
    },
  };
};

const ticketLife = 30_000;

function createTickets(clock: Clock) {
  const tickets = new Map<string, number>();
  return {
    issue(): string {
      for (const [old, until] of tickets) if (until < clock.now()) tickets.delete(old);
      const ticket = randomSecret();
      tickets.set(ticket, clock.now() + ticketLife);
      return ticket;
    },
    redeem(ticket: string): boolean {
      const until = tickets.get(ticket) ?? 0;
      tickets.delete(ticket);
      return clock.now() <= until;
    },
  };
}
