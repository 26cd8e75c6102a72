import type { App, Receiver } from '@slack/bolt';
import { createPump } from '../engine/pump.ts';
import type { Intake } from './intake.ts';
import { describeError, slackErrorOf, waitOf } from './slack-error.ts';
import { type Connection, openConnection, type SocketSettings } from './socket-connection.ts';

/** Two, so that one serves while the other is replaced. Slack lets an app have ten. */
const wanted = 2;

/** Longest from asking for a connection to Slack's `hello`. Milliseconds. */
const openWithin = 15_000;
/** A connection that ends sooner was none: the next one waits as after a failure. */
const steadyAfter = 10_000;
const shortestWait = 500;
const longestWait = 30_000;

/**
 * Socket Mode. Slack's own reconnecting ends the process when Slack refuses or is away, and leaves a gap of five seconds; so each
 * connection is used once, and we keep two of them.
 */
export function socketIntake(settings: SocketSettings): Intake {
  const { clock, log } = settings;
  const live = new Set<Connection>();
  const closing = new Set<Promise<void>>();
  let app: App | null = null;
  let failures = 0;
  let openAt = 0;
  let trouble = 'not connected yet';

  const receiver: Receiver = {
    init(given) {
      app = given;
    },
    start: async () => undefined,
    stop: async () => undefined,
  };

  const close = async (connection: Connection): Promise<void> => {
    live.delete(connection);
    const closed = connection.close();
    closing.add(closed);
    await closed.finally(() => closing.delete(closed));
  };
  const postpone = (atLeast: number): void => {
    failures += 1;
    openAt = clock.monotonic() + Math.max(atLeast, Math.min(longestWait, shortestWait * 2 ** (failures - 1)));
  };

  async function follow(connection: Connection): Promise<void> {
    const since = clock.monotonic();
    const reason = await connection.over;
    if (!live.has(connection)) return;
    if (clock.monotonic() - since < steadyAfter) postpone(0);
    else failures = 0;
    trouble = endings[reason] ?? 'the last connection ended';
    void close(connection);
    log.info({ reason, left: live.size }, 'a Socket Mode connection ended; another one takes its place');
    pump.ring();
  }

  /** Opens what is missing, one after the other. */
  async function keep(signal: AbortSignal): Promise<number | null> {
    if (app === null || live.size >= wanted) return null;
    const wait = openAt - clock.monotonic();
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
    if (!signal.aborted)
      log.warn({ ...describeError(error), left: live.size }, `Socket Mode: ${trouble}; trying again`);
    postpone(waitOf(error) ?? 0);
    void close(connection);
    return 0;
  }

  /** Null once Slack has said hello. */
  async function failureOf({ opened, over }: Connection, signal: AbortSignal): Promise<unknown> {
    const nap = new AbortController();
    const answer = opened.then(() => null).catch((error: unknown) => error ?? over.then((reason) => new Ended(reason)));
    const late = clock.sleep(openWithin, AbortSignal.any([signal, nap.signal])).then(() => new Ended('silent'));
    const failure = await Promise.race([answer, late]);
    nap.abort();
    return failure;
  }

  const pump = createPump({ clock, log }, 'socket-mode', keep);
  return {
    receiver,
    handler: null,
    start: pump.start,
    problem: () => (live.size > 0 ? null : `no Socket Mode connection: ${trouble}`),
    async stop() {
      await pump.stop();
      for (const connection of live) void close(connection);
      await Promise.allSettled(closing);
    },
  };
}

/** A connection that ended before Slack said hello. */
class Ended extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`ended before hello: ${reason}`);
    this.name = 'Ended';
    this.reason = reason;
  }
}

/** Slack's reasons that only a person can mend. */
const endings: Readonly<Record<string, string>> = {
  link_disabled: 'Socket Mode is turned off in the app’s settings',
  too_many_websockets: 'the app has as many connections as Slack allows, which is ten',
};

/** Slack's refusals of a token. @see https://docs.slack.dev/reference/methods/apps.connections.open */
const refusals = new Set(['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'not_allowed_token_type']);

function wordsFor(error: unknown): string {
  if (error instanceof Ended) return endings[error.reason] ?? 'Slack does not say hello';
  const code = slackErrorOf(error);
  if (code === null) return 'Slack does not answer';
  if (refusals.has(code))
    return `Slack refuses SLACK_APP_TOKEN (${code}); it must be an app-level token with connections:write`;
  if (code === 'access_denied') return 'Slack lets no connection in; is Socket Mode turned on in the app’s settings?';
  return code === 'ratelimited' ? 'Slack asks to wait before the next connection' : `Slack answers ${code}`;
}
