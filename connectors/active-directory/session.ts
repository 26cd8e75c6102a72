import { Client, type Control } from 'ldapts';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type Call, scrubber } from '../_failure.ts';
import type { Connection } from './config.ts';
import { failureOf } from './failure.ts';
import { type Search, searcher } from './search.ts';
import { openSockets, tlsOptions } from './socket.ts';
import { type Row, textOf, textsOf } from './values.ts';
import { type Writes, writer } from './writes.ts';

/** What the domain controller says of itself. `usn`: the number of its latest change; `server`: where its settings stand. */
export type Root = { domain: string; server: string; usn: bigint; controls: readonly string[] };

/** A signed-in connection to one domain controller. Every failure is a ConnectorError. */
export type Session = {
  root: Root;
  /** Every row, page by page: what ends normally is complete. */
  pages(search: Search, pageSize: number, signal: AbortSignal): AsyncGenerator<Row[], void, void>;
  /** Every row of a search that has few. */
  all(search: Search, signal: AbortSignal): Promise<Row[]>;
  /** One request with a control of its own, which the answer is written into. */
  ask(search: Search, control: Control, signal: AbortSignal): Promise<Row[]>;
  /** The row with what the server kept back of its attributes. */
  whole(row: Row, signal: AbortSignal): Promise<Row>;
  close(): void;
} & Writes;

/** Silence of one request ends it; milliseconds. A page of a large domain takes its time. */
const silence = 60_000;

/** @throws ConnectorError */
export async function openSession(
  connection: Connection,
  context: ConnectorContext,
  signal: AbortSignal,
): Promise<Session> {
  const { name, now, deadline } = context;
  const call: Call = { name, now, writes: false, scrub: scrubber([connection.password]) };
  const sockets = openSockets(connection, name, [...context.allowHosts, ...connection.allowHosts]);
  const tls = await tlsOptions(connection);
  const secure = connection.url.startsWith('ldaps:');
  const client = new Client({
    ...{ url: connection.url, connectTimeout: deadline, timeout: silence, ...sockets.options },
    ...(secure ? { tlsOptions: tls } : {}),
  });
  const bounded = async <Result>(work: () => Promise<Result>, until: AbortSignal, writes = false): Promise<Result> => {
    // Nothing was sent.
    if (until.aborted) throw failureOf(until.reason, call, connection.url, true);
    try {
      return await untilOver(work, until, sockets.close);
    } catch (error) {
      throw failureOf(error, { ...call, writes }, connection.url, until.aborted);
    }
  };
  const requests = {
    ...searcher(client, bounded, sockets.nextAnswer),
    ...writer(client, (work, until) => bounded(work, until, true), sockets.nextAnswer),
  };
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
    await bounded(async () => {
      if (!secure) await client.startTLS(tls);
      await client.bind(connection.user, connection.password);
    }, soon);
    return { ...requests, root: await rootOf(requests.all, name, soon), close: sockets.close };
  } catch (error) {
    sockets.close();
    throw error;
  }
}

async function rootOf(all: Session['all'], name: string, signal: AbortSignal): Promise<Root> {
  const attributes = ['defaultNamingContext', 'dsServiceName', 'highestCommittedUSN', 'supportedControl'];
  const [row] = await all({ base: '', scope: 'base', filter: '(objectClass=*)', attributes }, signal);
  const domain = row === undefined ? undefined : textOf(row, 'defaultNamingContext');
  if (row === undefined || domain === undefined)
    throw new ConnectorError('rejected', 'none', `${name} is no Active Directory: it names no domain of its own.`, {
      remedy: 'Give the address of a domain controller, not of another LDAP server or of the global catalog.',
    });
  const usn = textOf(row, 'highestCommittedUSN') ?? '';
  return {
    ...{ domain, server: textOf(row, 'dsServiceName') ?? '', controls: textsOf(row, 'supportedControl') },
    usn: /^\d{1,19}$/.test(usn) ? BigInt(usn) : 0n,
  };
}

/** Ends with the signal, and the connection with it: an answer that comes later would be read by nobody. */
async function untilOver<Result>(work: () => Promise<Result>, signal: AbortSignal, stop: () => void): Promise<Result> {
  let end = stop;
  const over = new Promise<never>((_resolve, reject) => {
    end = () => {
      stop();
      reject(signal.reason);
    };
  });
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work(), over]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
