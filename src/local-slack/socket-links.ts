import { type Attempt, ackWithin, type Parcel } from './carrier.ts';
import type { Clock } from './clock.ts';
import { type DisconnectReason, envelope, goodbye, hello, readAcknowledgement } from './socket-envelopes.ts';
import { acceptWebSocket, type Upgrade } from './websocket.ts';

/** One connection of the bot, from `hello` on. */
export type Link = {
  /** When it was opened. */
  readonly since: number;
  /** Has been told that it is going to be closed. */
  readonly leaving: boolean;
  /** Resolves with the acknowledgement, or `late` without one in three seconds or on a connection that ended. */
  carry(parcel: Parcel): Promise<Attempt>;
  /** Says why, and closes: ten seconds after a warning, else at once. */
  dismiss(reason: DisconnectReason): void;
  /** Breaks without a word. */
  cut(): void;
  say(text: string): void;
  freeze(): void;
  ping(): void;
};

export const late: Attempt = { ack: { ok: false, error: 'operation_timeout' }, outcome: 'timeout' };

const warnedBefore = 10_000;

type Settings = { appId: string; clock: Clock };

/** Greets a connection as the `count`th; `ended` is called once, when it gets nothing more. Null when it is no WebSocket. */
export function openLink({ appId, clock }: Settings, upgrade: Upgrade, count: number, ended: () => void): Link | null {
  const waiting = createWaiting(clock);
  const over = () => {
    waiting.giveUp();
    ended();
  };
  const peer = acceptWebSocket(upgrade, { message: waiting.acknowledge, closed: over });
  if (peer === null) return null;
  peer.send(hello(appId, count));
  const close = () => {
    ended();
    peer.close();
  };
  let leaving = false;
  return {
    since: clock.now(),
    get leaving() {
      return leaving;
    },
    carry(parcel) {
      const attempt = waiting.for(parcel.id);
      peer.send(envelope(parcel));
      return attempt;
    },
    dismiss(reason) {
      leaving = true;
      peer.send(goodbye(reason));
      if (reason === 'warning') clock.after(warnedBefore, close);
      else close();
    },
    cut() {
      peer.cut();
      over();
    },
    say: peer.send,
    freeze: peer.freeze,
    ping: peer.ping,
  };
}

/** Who waits for which acknowledgement of one connection. Both copies of a doubled envelope are answered by the first. */
function createWaiting(clock: Clock) {
  const settles = new Map<string, ((attempt: Attempt) => void)[]>();
  const settle = (id: string, attempt: Attempt) => {
    for (const each of settles.get(id) ?? []) each(attempt);
    settles.delete(id);
  };
  return {
    for: (id: string) =>
      new Promise<Attempt>((resolve) => {
        const cancel = clock.after(ackWithin, () => resolve(late));
        const settled = (attempt: Attempt) => {
          cancel();
          resolve(attempt);
        };
        settles.set(id, [...(settles.get(id) ?? []), settled]);
      }),
    acknowledge(text: string) {
      const given = readAcknowledgement(text);
      if (given !== null) settle(given.id, { ack: { ok: true, body: given.body }, outcome: 'acknowledged' });
    },
    giveUp() {
      for (const id of settles.keys()) settle(id, late);
    },
  };
}
