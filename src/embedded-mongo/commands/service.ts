import { hostname } from 'node:os';
import { Binary, Int32, Long } from 'bson';
import { MAX_DOCUMENT_BYTES } from '../codec.ts';
import { arrayAt } from '../command-argument.ts';
import { isDocument } from '../query/value.ts';
import { MAX_MESSAGE_BYTES } from '../wire.ts';
import type { Call, Reply } from './call.ts';

const VERSION = '7.0.0';
/** MongoDB 7.0. */
const WIRE_VERSION = 21;

/** A standalone MongoDB 7.0: no replica set, so the driver neither retries writes nor starts transactions. */
export function hello({ client, name }: Call): Reply {
  return {
    ...(name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
    helloOk: true,
    maxBsonObjectSize: new Int32(MAX_DOCUMENT_BYTES),
    maxMessageSizeBytes: new Int32(MAX_MESSAGE_BYTES),
    maxWriteBatchSize: new Int32(100_000),
    localTime: new Date(),
    logicalSessionTimeoutMinutes: new Int32(30),
    connectionId: new Int32(client.id),
    minWireVersion: new Int32(0),
    maxWireVersion: new Int32(WIRE_VERSION),
    readOnly: false,
  };
}

export const ping = (): Reply => ({});

export function buildInfo(): Reply {
  const versionArray = VERSION.split('.').map((part) => new Int32(part));
  return {
    version: VERSION,
    versionArray: [...versionArray, new Int32(0)],
    modules: ['rollcall-embedded'],
    storageEngines: ['lmdb'],
    bits: new Int32(64),
    maxBsonObjectSize: new Int32(MAX_DOCUMENT_BYTES),
  };
}

export function serverStatus({ server }: Call): Reply {
  const uptime = (performance.now() - server.startedAt) / 1000;
  return {
    host: hostname(),
    version: VERSION,
    process: 'rollcall-embedded',
    pid: Long.fromNumber(process.pid),
    uptime,
    localTime: new Date(),
    connections: { current: new Int32(server.connections()) },
    metrics: { cursor: { open: { total: Long.fromNumber(server.cursors.count()) } } },
    storageEngine: { name: 'lmdb' },
    mem: { resident: new Int32(process.memoryUsage.rss() / 2 ** 20) },
  };
}

export function endSessions({ command, server }: Call): Reply {
  for (const session of arrayAt(command, 'endSessions') ?? []) {
    const id = sessionId(session);
    if (id) server.cursors.killSession(id);
  }
  return {};
}

/** The id of an `lsid`, as text. */
export function sessionId(lsid: unknown): string | undefined {
  const id = isDocument(lsid) ? lsid.id : undefined;
  return id instanceof Binary ? id.toString('hex') : undefined;
}
