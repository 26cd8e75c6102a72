import { readFile } from 'node:fs/promises';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { ClientOptions } from 'ldapts';
import { ConnectorError } from '../../src/core/connector.ts';
import { guardedLookup, isPublicAddress, namedGate, normalHost } from '../_address.ts';
import { hostRefused } from '../_failure.ts';
import type { Connection } from './config.ts';

/** Largest answer to one request, bytes. */
const largestAnswer = 64 * 1024 * 1024;

/** The sockets of one client, none of which goes to an address that may not be called. */
export type Sockets = {
  options: Pick<ClientOptions, 'createConnection' | 'createSecureConnection'>;
  /** The next answer is counted from here. */
  nextAnswer(): void;
  close(): void;
};

/** The name the certificate must be for; an address in its place is compared as an address. */
export const certificateName = ({ url, serverName }: Connection): string => serverName ?? hostOf(url);
const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

export function openSockets(connection: Connection, name: string, allowHosts: readonly string[]): Sockets {
  const named = namedGate(allowHosts);
  const allowed = (host: string, address: string) => isPublicAddress(address) || named(host, address);
  const literal = normalHost(hostOf(connection.url)) ?? '';
  if (isIP(literal) !== 0 && !allowed(literal, literal)) throw hostRefused({ name }, new URL(connection.url));
  const lookup = guardedLookup(allowed);
  const open = new Set<Socket>();
  let received = 0;
  const kept = <One extends Socket>(socket: One): One => {
    open.add(socket);
    // Requests are small, and each waits for its answer: a packet held back for company would only be late.
    socket.setNoDelay(true);
    return socket.once('close', () => open.delete(socket));
  };
  const counted = <One extends Socket>(socket: One): One =>
    socket.on('data', (data: Buffer) => {
      received += data.length;
      if (received > largestAnswer) socket.destroy(Object.assign(new Error('answer too large'), { code: 'ETOOLARGE' }));
    });
  // The client calls both with port and host; the second, for StartTLS, with the options of a socket that is there.
  const plain = (port: number, host: string) => kept(connectPlain({ port, host, lookup }));
  const secure = (first: number | ConnectionOptions, host?: string, options?: ConnectionOptions) =>
    counted(kept(connectTls(typeof first === 'number' ? { ...options, port: first, host, lookup } : first)));
  return {
    options: {
      createConnection: plain as NonNullable<ClientOptions['createConnection']>,
      createSecureConnection: secure as NonNullable<ClientOptions['createSecureConnection']>,
    },
    nextAnswer: () => {
      received = 0;
    },
    close: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** A fresh object each time: the client writes into it. */
export async function tlsOptions(connection: Connection): Promise<ConnectionOptions> {
  const name = certificateName(connection);
  const ca = connection.ca === undefined ? {} : { ca: await authority(connection.ca) };
  return { ...ca, ...(isIP(name) === 0 ? { servername: name } : {}), minVersion: 'TLSv1.2' };
}

async function authority(given: string): Promise<string> {
  if (given.includes('-----BEGIN')) return given;
  try {
    return await readFile(given, 'utf8');
  } catch {
    throw new ConnectorError('rejected', 'none', `The certificate file ${given} cannot be read.`, {
      remedy: 'Name under ca a file with the certificate of the authority, as PEM, that Rollcall may read.',
    });
  }
}
