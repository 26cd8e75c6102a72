import type { App, Receiver } from '@slack/bolt';
import { createPump } from '../engine/apply/pump.ts';
import type { Clock } from '../engine/ports.ts';
import type { Intake } from './intake.ts';
import { describeError, waitOf } from './slack-error.ts';
import { type Connection, openConnection, type SocketSettings } from './socket-connection.ts';
import { EndedEarly, wordsFor, wordsForEnd } from './socket-trouble.ts';

/** Two, so that one serves while the other is replaced. Slack lets an app have ten. */
const wanted = 2;

/** Longest from asking for a connection to Slack's `hello`. Milliseconds. */
const openWithin = 15_000;
/** Slack warns ten seconds ahead. */
const leaveWithin = 15_000;

/**
 * Socket Mode. Slack's own reconnecting ends the process when Slack refuses or is away, and leaves a gap of five seconds; so each
 * connection is used once, and we keep two of them.
 */
export function socketIntake(settings: SocketSettings): Intake {
  const { clock, log } = settings;
  const live = new Set<Connection>();
  const leaving = new Set<Promise<void>>();
  const stopping = new AbortController();
  const pace = createPace(clock);
  let app: App | null = null;
  let trouble = 'not connected yet';

  const receiver: Receiver = {
    init(given) {
      app = given;
    },
    start: async () => undefined,
    stop: async () => undefined,
  };

  const track = (left: Promise<void>): void => {
    leaving.add(left);
    void left.finally(() => leaving.delete(left));
  };
  /** Slack closes what it said it would; we do after a while. What comes until then is taken. */
  async function retire(connection: Connection): Promise<void> {
    live.delete(connection);
    await within(connection.gone, leaveWithin, stopping.signal, undefined);
    await connection.close();
  }

  async function follow(connection: Connection): Promise<void> {
    const since = clock.monotonic();
    const reason = await connection.over;
    if (!live.has(connection)) return;
    pace.ended(clock.monotonic() - since);
    trouble = wordsForEnd(reason);
    track(retire(connection));
    log.info({ reason, left: live.size }, 'a Socket Mode connection ended; another one takes its place');
    pump.ring();
  }

  /** Opens what is missing, one after the other. */
  async function keep(signal: AbortSignal): Promise<number | null> {
    if (app === null || live.size >= wanted) return null;
    const wait = pace.wait();
    if (wait > 0) return wait;
    const connection = openConnection(app, settings);
    const error = await failureOf(connection, signal);
    if (error === null) {
      live.add(connection);
      log.info({ connections: live.size }, 'connected to Slack by Socket Mode');
      void follow(connection);
      return 0;
    }
    trouble = wordsFor(error);
    const level = live.size > 0 ? 'info' : 'warn';
    if (!signal.aborted)
      log[level]({ ...describeError(error), left: live.size }, `Socket Mode: ${trouble}; trying again`);
    pace.failed(waitOf(error) ?? 0);
    track(connection.close());
    return 0;
  }

  /** Null once Slack has said hello. */
  function failureOf({ opened, over }: Connection, signal: AbortSignal): Promise<unknown> {
    const ended = over.then((reason) => new EndedEarly(reason));
    const answer = opened.then(() => null).catch((error: unknown) => error ?? ended);
    return within<unknown>(Promise.race([answer, ended]), openWithin, signal, new EndedEarly('silent'));
  }

  /** What comes of this, or `otherwise` after a while or when the signal aborts. */
  async function within<T>(work: Promise<T>, milliseconds: number, signal: AbortSignal, otherwise: T): Promise<T> {
    const nap = new AbortController();
    const late = clock.sleep(milliseconds, AbortSignal.any([signal, nap.signal])).then(() => otherwise);
    const result = await Promise.race([work, late]);
    nap.abort();
    return result;
  }

  const pump = createPump({ clock, log }, 'socket-mode', keep);
  return {
    receiver,
    handler: null,
    start: pump.start,
    problem: () => (live.size > 0 ? null : `no Socket Mode connection: ${trouble}`),
    async stop() {
      stopping.abort();
      await pump.stop();
      for (const connection of live) track(retire(connection));
      await Promise.allSettled(leaving);
    },
  };
}

/** A connection that ends sooner was none: the next one waits as after a failure. Milliseconds. */
const steadyAfter = 10_000;
const shortestWait = 500;
const longestWait = 30_000;

/** How long to wait before the next connection: twice as long after each failure, and as long as Slack asks. */
function createPace(clock: Pick<Clock, 'monotonic'>) {
  let failures = 0;
  let openAt = 0;
  const failed = (atLeast: number): void => {
    const usual = Math.min(longestWait, shortestWait * 2 ** failures);
    failures += 1;
    openAt = clock.monotonic() + Math.max(atLeast, usual);
  };
  return {
    failed,
    ended(lasted: number): void {
      if (lasted < steadyAfter) failed(0);
      else failures = 0;
    },
    wait: () => openAt - clock.monotonic(),
  };
}
