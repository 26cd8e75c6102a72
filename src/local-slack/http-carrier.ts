import { type Attempt, ackWithin, type Carrier, type Parcel, unreachable } from './carrier.ts';
import type { Clock } from './clock.ts';
import { present } from './present.ts';
import { signedHeaders } from './signing.ts';

const userAgent = 'Slackbot 1.0 (+https://api.slack.com/robots)';

const late: Attempt = { ack: { ok: false, error: 'operation_timeout' }, outcome: 'http_timeout' };

type Settings = { botUrl: string; signingSecret: string; clock: Clock };

/** Posts to the bot's request URL, signed. */
export const httpCarrier = ({ botUrl, signingSecret, clock }: Settings): Carrier => {
  const open = new Set<AbortController>();
  return {
    late,
    async carry(parcel) {
      const { body, headers } = postOf(parcel);
      const abort = new AbortController();
      let timedOut = false;
      const cancel = clock.after(ackWithin, () => {
        timedOut = true;
        abort.abort();
      });
      open.add(abort);
      try {
        const signature = signedHeaders(signingSecret, Math.floor(clock.now() / 1000), body);
        const all = { 'user-agent': userAgent, ...signature, ...headers };
        const request = { method: 'POST', headers: all, body, redirect: 'error', signal: abort.signal } as const;
        const attempt = await answerOf(await fetch(botUrl, request));
        return parcel.cut ? late : attempt;
      } catch {
        return timedOut ? late : unreachable;
      } finally {
        cancel();
        open.delete(abort);
      }
    },
    stop() {
      for (const abort of open) abort.abort();
    },
  };
};

type Post = { body: string; headers: Record<string, string> };

/** Events are JSON, commands a form, and interactions a form with JSON in it. */
function postOf({ kind, payload, retry }: Parcel): Post {
  if (kind === 'event') {
    const again = { 'x-slack-retry-num': retry && String(retry.number), 'x-slack-retry-reason': retry?.reason };
    return { body: JSON.stringify(payload), headers: { 'content-type': 'application/json', ...present(again) } };
  }
  const fields = kind === 'command' ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) };
  return {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}

async function answerOf(response: Response): Promise<Attempt> {
  const text = await response.text();
  const { status } = response;
  if (response.ok) return { ack: { ok: true, body: parseBody(text) }, outcome: 'acknowledged', status };
  const noRetry = response.headers.get('x-slack-no-retry') === '1';
  return { ack: { ok: false, error: 'dispatch_failed' }, outcome: 'http_error', status, noRetry };
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
