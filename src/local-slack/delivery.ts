import type { Clock } from './clock.ts';
import type { DeliveryKind, Faults } from './faults.ts';
import type { DeliveryRecord, Recorder } from './log.ts';
import { present } from './present.ts';
import { signedHeaders } from './signing.ts';

/** The bot's answer. `body` is parsed JSON, plain text, or undefined for an empty one. */
type Ack = { ok: true; body: unknown } | { ok: false; error: 'operation_timeout' | 'dispatch_failed' };

/** Brings things to the bot, signed. Interactions are tried once, events up to four times, as Slack does. */
export type Delivery = {
  command(fields: Record<string, string>): Promise<Ack>;
  interaction(kind: DeliveryKind, payload: Record<string, unknown>): Promise<Ack>;
  event(envelope: Record<string, unknown>): void;
  /** Resolves when no delivery is under way (retries that wait for their time do not count). */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** An acknowledgement later than this is none. @see https://docs.slack.dev/interactivity/handling-user-interaction */
const ackWithin = 3_000;
/** @see https://docs.slack.dev/apis/events-api#retries */
const retryWaits = [0, 60_000, 300_000];
const userAgent = 'Slackbot 1.0 (+https://api.slack.com/robots)';

type Post = { body: string; contentType: string; headers?: Record<string, string> };
type Attempt = { ack: Ack; outcome: DeliveryRecord['outcome']; status?: number; noRetry?: boolean };
type Settings = { botUrl: string; signingSecret: string; clock: Clock; faults: Faults; log: Recorder };

export const createDelivery = ({ botUrl, signingSecret, clock, faults, log }: Settings): Delivery => {
  const open = new Set<AbortController>();
  const waiting = new Set<() => void>();
  const work = createWork();
  let stopped = false;

  const attempt = async (post: Post): Promise<Attempt> => {
    const abort = new AbortController();
    let late = false;
    const cancel = clock.after(ackWithin, () => {
      late = true;
      abort.abort();
    });
    open.add(abort);
    try {
      const signature = signedHeaders(signingSecret, Math.floor(clock.now() / 1000), post.body);
      const headers = { 'content-type': post.contentType, 'user-agent': userAgent, ...signature, ...post.headers };
      const request = { method: 'POST', headers, body: post.body, redirect: 'error', signal: abort.signal } as const;
      return await answerOf(await fetch(botUrl, request));
    } catch {
      return late ? timeout : unreachable;
    } finally {
      cancel();
      open.delete(abort);
    }
  };

  const recorded = async (kind: DeliveryKind, payload: Record<string, unknown>, post: Post, number: number) => {
    const at = clock.now();
    const result = await attempt(post);
    const { outcome, status } = result;
    log.delivery(present({ at, kind, payload, attempt: number, outcome, status }));
    return result;
  };

  const deliver = async (
    kind: DeliveryKind,
    payload: Record<string, unknown>,
    post: Post,
    number = 0,
  ): Promise<Attempt> => {
    const effect = faults.ofDelivery(kind)?.effect;
    const copies = effect === 'duplicate' ? 2 : 1;
    const [result = unreachable] = await Promise.all(
      Array.from({ length: copies }, () => recorded(kind, payload, post, number)),
    );
    return effect === 'drop-ack' ? timeout : result;
  };

  const later = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        waiting.delete(done);
        resolve();
      };
      const cancel = clock.after(ms, done);
      waiting.add(done);
    });

  const deliverEvent = async (envelope: Record<string, unknown>) => {
    const post: Post = { body: JSON.stringify(envelope), contentType: 'application/json' };
    let result = await work.during(() => deliver('event', envelope, post));
    for (const [index, wait] of retryWaits.entries()) {
      if (result.ack.ok || result.noRetry) return;
      if (wait > 0) await later(wait);
      if (stopped) return;
      const headers = { 'x-slack-retry-num': String(index + 1), 'x-slack-retry-reason': result.outcome };
      result = await work.during(() => deliver('event', envelope, { ...post, headers }, index + 1));
    }
  };

  return {
    command: async (fields) => (await work.during(() => deliver('command', fields, form(fields)))).ack,
    interaction: async (kind, payload) =>
      (await work.during(() => deliver(kind, payload, form({ payload: JSON.stringify(payload) })))).ack,
    event: (envelope) => void deliverEvent(envelope),
    settled: work.settled,
    async stop() {
      stopped = true;
      for (const abort of open) abort.abort();
      for (const done of waiting) done();
      await work.settled();
    },
  };
};

const timeout: Attempt = { ack: { ok: false, error: 'operation_timeout' }, outcome: 'http_timeout' };
const unreachable: Attempt = { ack: { ok: false, error: 'dispatch_failed' }, outcome: 'connection_failed' };

async function answerOf(response: Response): Promise<Attempt> {
  const text = await response.text();
  const { status } = response;
  if (response.ok) return { ack: { ok: true, body: parseBody(text) }, outcome: 'acknowledged', status };
  const noRetry = response.headers.get('x-slack-no-retry') === '1';
  return { ack: { ok: false, error: 'dispatch_failed' }, outcome: 'http_error', status, noRetry };
}

const form = (fields: Record<string, string>): Post => ({
  body: new URLSearchParams(fields).toString(),
  contentType: 'application/x-www-form-urlencoded',
});

/** Counts what is under way. Work that follows at once on other work leaves no gap. */
function createWork() {
  let active = 0;
  const waiting = new Set<() => void>();
  const checkIdle = () => {
    if (active > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    async during<T>(run: () => Promise<T>): Promise<T> {
      active += 1;
      try {
        return await run();
      } finally {
        active -= 1;
        setImmediate(checkIdle);
      }
    },
    settled: () =>
      new Promise<void>((resolve) => {
        waiting.add(resolve);
        setImmediate(checkIdle);
      }),
  };
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
