import { ResultCodeError } from 'ldapts';
import { ConnectorError } from '../../src/core/connector.ts';
import { type Call, failureOfError, shortDetail } from '../_failure.ts';

/** An LDAP result that is no success (RFC 4511 appendix A.2), where the client gives it to us to judge. */
export class Refused extends Error {
  readonly code: number;

  constructor(code: number, detail: string) {
    super(detail);
    this.code = code;
  }
}

const kinds: Readonly<Record<number, ConnectorError['kind']>> = {
  ...{ 1: 'unavailable', 3: 'unavailable', 4: 'unavailable', 11: 'unavailable', 52: 'unavailable', 80: 'unavailable' },
  ...{ 7: 'auth', 8: 'auth', 48: 'auth', 49: 'auth', 50: 'auth' },
  ...{ 20: 'conflict', 68: 'conflict', 32: 'missing', 51: 'throttled' },
};

/** Where even the server cannot say that it changed nothing. */
const unsureCodes: ReadonlySet<number> = new Set([3, 52, 80]);

const names: Readonly<Record<number, string>> = {
  3: 'it took the server too long',
  4: 'the server gives no more at once',
  8: 'the server wants a stronger authentication',
  10: 'it lies in another domain',
  11: 'a limit of the server was reached',
  12: 'the server does not know what was asked',
  19: 'a value breaks a rule of the domain',
  20: 'the value is there already',
  32: 'there is no such object',
  34: 'that is no distinguished name',
  49: 'the user name or password is wrong',
  50: 'the account has not the rights',
  51: 'the server is busy',
  52: 'the server is not available',
  53: 'the domain does not do that',
  66: 'there are objects below it',
  68: 'there is such an object already',
};

/** What the code in front of the server's own sentence means ([MS-ERREF]), where it says more than the result. */
const details: Readonly<Record<string, { why: string; kind?: ConnectorError['kind']; remedy?: string }>> = {
  '52d': {
    why: 'the password does not keep the rules of the domain, or there is none',
    remedy: 'Look at the password policy of the domain, then set another password.',
  },
  '21c8': { why: 'another account has this user principal name', kind: 'conflict' },
};

/** The sub-codes Active Directory gives with a refused sign-in. */
const signIns: Readonly<Record<string, string>> = {
  '530': 'the account may not sign in now',
  '532': 'the password of the account has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password of the account must be changed first',
  '775': 'the account is locked out',
};

const remedies: Readonly<Record<number, string>> = {
  10: 'Name a base in the domain of this controller; another domain is a directory of its own.',
  50: 'Give the service account the rights docs/active-directory.md lists.',
  66: 'Take away what stands below the account, such as devices it was used with, then retry.',
};

/** The failure behind whatever a call ended with; `over`: there was no time left. @param url Where it went, for messages. */
export function failureOf(error: unknown, call: Call, url: string, over: boolean): ConnectorError {
  if (error instanceof ConnectorError) return error;
  if (error instanceof Refused) return failureOfCode(error.code, error.message, call);
  if (error instanceof ResultCodeError) return failureOfCode(error.code, error.message, call);
  if (over || (error instanceof Error && /timed? ?out/i.test(error.message))) return noTime(call);
  // Nothing was sent: the connection had ended before.
  if (error instanceof Error && error.message === 'Socket connection not established')
    return brokenOff({ ...call, writes: false });
  if (error instanceof Error && /^(Socket error|Connection closed)/.test(error.message)) return brokenOff(call);
  return failureOfError(error, call, new URL(url));
}

/** The server's word: nothing was changed, unless it does not know what happened itself. */
function failureOfCode(code: number, detail: string, { name, writes, scrub }: Call): ConnectorError {
  const [, data = ''] = /\bdata ([0-9a-f]+)/i.exec(detail) ?? [];
  const [, number = ''] = /^0*([0-9a-f]+):/i.exec(detail) ?? [];
  const more = details[number.toLowerCase()];
  const why = code === 49 ? (signIns[data.toLowerCase()] ?? names[49]) : (more?.why ?? names[code]);
  const said = detail === '' || code === 49 ? '' : ` (${shortDetail(detail.replaceAll('\0', ''), scrub)})`;
  const message = `${name} refused${why === undefined ? ` with code ${code}` : `: ${why}`}${said}.`;
  const remedy = more?.remedy ?? remedies[code];
  // Rights differ from object to object: what one of them refuses says nothing about the connection.
  const kind = writes && code === 50 ? 'rejected' : (more?.kind ?? kinds[code] ?? 'rejected');
  return new ConnectorError(kind, writes && unsureCodes.has(code) ? 'unknown' : 'none', message, {
    ...(remedy === undefined ? {} : { remedy }),
  });
}

const unsure = ({ writes }: Call) => (writes ? 'unknown' : 'none');
const noTime = (call: Call) =>
  new ConnectorError('unavailable', unsure(call), `${call.name} did not answer before the time was over.`);
const brokenOff = (call: Call) =>
  new ConnectorError('unavailable', unsure(call), `${call.name} broke off the connection before it had answered.`);
