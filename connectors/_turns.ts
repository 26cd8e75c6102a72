import { type ConnectorContext, ConnectorError } from '../src/core/connector.ts';
import type { Call } from './_failure.ts';

type Turn = ConnectorContext['turn'];
type Settings = { name: string; deadline: number; turn?: Turn | undefined };

/**
 * Waits until a request may be sent. `patient`: it is a page of a list, which waits as long as its caller does; any other is refused as
 * the app would refuse it where it would wait for longer than half a deadline, and nothing is sent. Answers what is to be called once the
 * request is over.
 */
export type Turns = (signal: AbortSignal, call: Call, patient: boolean) => Promise<() => void>;

/** Lets one read after the other go, and one change after the other, no more than the app documents. */
export function turnsOf({ name, deadline, turn }: Settings): Turns {
  if (turn === undefined) return async () => nothing;
  const lines = { reads: Promise.resolve(), writes: Promise.resolve() };

  /** Of the first in line: its turn, or how far off that is, where nobody behind should wait for it. Milliseconds. */
  async function wait(kind: keyof typeof lines, signal: AbortSignal, since: number): Promise<number | (() => void)> {
    for (;;) {
      if (signal.aborted) throw new ConnectorError('unavailable', 'none', `${name} was not called: no time left.`);
      const left = turn?.(kind) ?? nothing;
      if (typeof left === 'function' || performance.now() - since + left > deadline / 2) return left;
      await pause(left, signal);
      if (signal.aborted) throw tooMany(name, left);
    }
  }

  return async (signal, { writes }, patient) => {
    const kind = writes ? 'writes' : 'reads';
    for (;;) {
      const since = performance.now();
      const mine = lines[kind].then(() => wait(kind, signal, since));
      lines[kind] = mine.then(nothing, nothing);
      const left = await mine;
      if (typeof left === 'function') return left;
      if (patient) await pause(left, signal);
      if (!patient || signal.aborted) throw tooMany(name, left);
    }
  };
}

/** The turn of requests to another address: an app counts what it is asked at its own. */
export const turnAt = (address: string, { baseUrl, turn }: { baseUrl: string; turn?: Turn | undefined }): Turn =>
  URL.parse(address)?.origin === URL.parse(baseUrl)?.origin ? turn : undefined;

const nothing = (): void => undefined;

const tooMany = (name: string, retryAfter: number) =>
  new ConnectorError('throttled', 'none', `${name} was not called: as many calls as it allows were just made.`, {
    ...{ retryAfter: Math.ceil(retryAfter), remedy: 'It goes on by itself.' },
  });

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const ended = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', ended);
      resolve();
    };
    const timer = setTimeout(ended, milliseconds);
    signal.addEventListener('abort', ended, { once: true });
    if (signal.aborted) ended();
  });
}
