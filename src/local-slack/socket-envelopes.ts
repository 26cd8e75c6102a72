import type { Parcel } from './carrier.ts';
import type { DeliveryKind } from './faults.ts';

/** Why Slack ends a connection. `too_many_websockets` was reported by apps with more than ten of them. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

const host = 'applink-local';

/** The first message on a connection; `count` includes it. @see https://docs.slack.dev/apis/events-api/using-socket-mode */
export const hello = (appId: string, count: number): string =>
  JSON.stringify({
    type: 'hello',
    num_connections: count,
    connection_info: { app_id: appId },
    debug_info: { host, build_number: 1, approximate_connection_time: 18_060 },
  });

export const goodbye = (reason: DisconnectReason): string =>
  JSON.stringify({ type: 'disconnect', reason, debug_info: { host } });

/** What the bot may answer in its acknowledgement. */
const answerable: ReadonlySet<DeliveryKind> = new Set(['command', 'block_suggestion', 'view_submission']);

/** Only events say how often they were tried. */
export function envelope({ id, kind, payload, retry }: Parcel): string {
  const type = kind === 'event' ? 'events_api' : kind === 'command' ? 'slash_commands' : 'interactive';
  const common = { envelope_id: id, type, payload, accepts_response_payload: answerable.has(kind) };
  if (kind !== 'event') return JSON.stringify(common);
  return JSON.stringify({ ...common, retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' });
}

/** An acknowledgement. `body` is undefined when it says nothing: Slack's own client sends an empty object then. Null: it is none. */
export function readAcknowledgement(text: string): { id: string; body: unknown } | null {
  const given = parse(text);
  if (typeof given !== 'object' || given === null) return null;
  const { envelope_id: id, payload }: { envelope_id?: unknown; payload?: unknown } = given;
  if (typeof id !== 'string') return null;
  const isEmpty = typeof payload === 'object' && payload !== null && Object.keys(payload).length === 0;
  return { id, body: isEmpty ? undefined : payload };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
