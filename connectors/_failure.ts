import { ConnectorError, type Effect } from '../src/core/connector.ts';

/** What a failure is told about the call it ended. */
export type Call = {
  /** The app or directory, for messages. */
  name: string;
  /** Could the call have changed something? */
  writes: boolean;
  now: () => number;
  /** Takes the secrets of the connection out of a text. */
  scrub: (text: string) => string;
};

/** A refusal or breakdown as HTTP shows it. */
export type BadAnswer = { status: number; headers: Headers; text: string; detail: string | undefined };

const longest = 200;

/** `encodeURIComponent` that takes half a surrogate pair for an unknown character instead of throwing. */
export const wellEncoded = (text: string) => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));

/** A text of the remote's as one short line that a person may read: no secrets, no control characters, no novel. */
export function shortDetail(text: string, scrub: (text: string) => string): string {
  const line = scrub(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** As it looks within something that was encoded: hexadecimal, and base64 by where in it the secret begins. */
function encoded(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The characters at both ends hold bits of what stands beside it.
    const own = text.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [hex, hex.toUpperCase(), ...base64].filter((form) => form.length >= 6);
}

/** Takes out the given secrets, in clear, encoded and as they look inside a URL or JSON, and whatever looks like a credential. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [secret, wellEncoded(secret), JSON.stringify(secret).slice(1, -1), ...encoded(secret)])
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '[secret]');
    return clean
      .replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [secret]')
      .replace(/\b([\w-]*(?:token|secret|password|api[_-]?key))\s*[=:]\s*[^\s&,;]+/gi, '$1=[secret]');
  };
}

/** A date of HTTP's, in any of its forms (RFC 9110 section 5.6.7), or of ISO 8601. Nothing else is one that `Date.parse` takes for it. */
const date = /^([a-z]{3,9},? .*\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT)/i;

/**
 * Milliseconds of a Retry-After header, which is a number of seconds or a date (RFC 9110 section 10.2.3); undefined where it is
 * neither. A date that has passed is now.
 */
export function retryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const at = date.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const throttleWords = /rate.{0,2}limit|too many requests|throttl/i;
/** So far into an answer its own word on what happened stands; further down are traces, in which a filter may be called `RateLimitFilter`. */
const headline = 300;
const isThrottle = ({ text, detail = '' }: BadAnswer): boolean =>
  [text, detail].some((said) => throttleWords.test(said.slice(0, headline)));

/** The failure an answer stands for: what the caller does next follows from `kind` and `effect` alone. */
export function failureOfAnswer(answer: BadAnswer, call: Call): ConnectorError {
  const { status } = answer;
  const said = answer.detail === undefined ? '' : `: ${shortDetail(answer.detail, call.scrub)}`;
  const message = `${call.name} answered ${status}${said}.`.replace(/([.!?…])\.$/, '$1');
  const wait = retryAfter(answer.headers.get('retry-after'), call.now());
  const options = wait === undefined ? {} : { retryAfter: wait };
  const unsure: Effect = call.writes ? 'unknown' : 'none';
  if (status >= 300 && status < 400) return redirected(status, call);
  if (status === 401 || status === 403) return new ConnectorError('auth', 'none', message);
  if (status === 404 && isPage(answer)) return webPage(status, 'none', call);
  if (status === 404) return new ConnectorError('missing', 'none', message);
  if (status === 409) return new ConnectorError('conflict', 'none', message);
  if (status === 412) {
    return new ConnectorError('unavailable', 'none', `${call.name} was changed by somebody else.`, { cause: outdated });
  }
  if (status === 429) return new ConnectorError('throttled', 'none', message, options);
  if (status === 408) return new ConnectorError('unavailable', unsure, message, options);
  if (status < 500 || status === 501) return new ConnectorError('rejected', 'none', message);
  if (isThrottle(answer)) return new ConnectorError('throttled', 'none', message, options);
  return new ConnectorError('unavailable', unsure, message, options);
}

const outdated = new Error('the version the change was made from is not the present one');

/** Somebody else was faster: what was asked for has to be worked out from the present version. */
export const isOutdated = (error: unknown) => error instanceof ConnectorError && error.cause === outdated;

const isPage = (answer: BadAnswer) => /text\/html/i.test(answer.headers.get('content-type') ?? '');

/** An HTML page is a proxy or a wrong address speaking, never the app saying that an account is gone. */
export const webPage = (status: number, effect: Effect, call: Call) =>
  new ConnectorError('unavailable', effect, `${call.name} answered ${status} with a web page instead of data.`, {
    remedy: 'Check the base URL of the connection; if it is right, something in front of the app answers for it.',
  });

/** Redirects are never followed: they would carry the credentials elsewhere. Only 303 says that the work was done. */
const redirected = (status: number, call: Call) =>
  new ConnectorError(
    'rejected',
    call.writes && status === 303 ? 'unknown' : 'none',
    `${call.name} answered ${status}: it redirects elsewhere, which Rollcall does not follow.`,
    { remedy: 'Give the final base URL in the connection.' },
  );

/** Of a read, an account that is gone is null; of a delete, it is done. Every other failure stays one. */
export function nullIfMissing(error: unknown): null {
  if (error instanceof ConnectorError && error.kind === 'missing') return null;
  throw error;
}

const neverSent: Record<string, string> = {
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name could not be resolved just now',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority this machine does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority this machine does not know',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** The address may not be called; nothing was sent. */
export class HostRefused extends ConnectorError {}

export function hostRefused(call: Pick<Call, 'name'>, url: URL): ConnectorError {
  const why = url.protocol === 'http:' ? 'would get its credentials over http, in clear' : 'is at a private address';
  const instead = url.protocol === 'http:' ? 'Use https, or if' : 'If';
  return new HostRefused('rejected', 'none', `${call.name} was not called: ${url.hostname} ${why}.`, {
    remedy: `${instead} this host is your own, name it in the connection: allowHosts: [${url.hostname}].`,
  });
}

/** The failure behind a call that got no usable answer. The error itself is left behind: it may carry credentials. */
export function failureOfError(error: unknown, call: Call, url: URL): ConnectorError {
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return hostRefused(call, url);
  const reason = neverSent[code];
  if (reason !== undefined)
    return new ConnectorError('unavailable', 'none', `${call.name} was not reached: ${reason}.`);
  const effect: Effect = call.writes ? 'unknown' : 'none';
  if (error instanceof Error && error.message.startsWith('maxContentLength'))
    return new ConnectorError('unavailable', effect, `${call.name} gave a larger answer than Rollcall takes.`);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED')
    return new ConnectorError('unavailable', effect, `${call.name} broke off the connection before it had answered.`);
  return new ConnectorError(
    'unavailable',
    effect,
    `${call.name} gave no usable answer (${code || 'no reason given'}).`,
  );
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string' && /^\w{1,60}$/.test(error.code)) return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}
