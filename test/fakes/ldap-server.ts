import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { Ber, BerReader, BerWriter, type Control, PagedResultsControl, PresenceFilter, SearchRequest } from 'ldapts';
import { certify } from './certificates.ts';

export type LdapEntry = { dn: string; values: Readonly<Record<string, string | Buffer | readonly string[]>> };

/** What a search is answered with; `drop`: the connection ends in its place, `silent`: nothing comes. */
export type LdapAnswer = {
  entries?: readonly LdapEntry[];
  /** Addresses of other servers that the answer names. */
  references?: readonly string[];
  code?: number;
  detail?: string;
  /** Of a paged search: where it goes on. */
  cookie?: string;
  drop?: boolean;
  silent?: boolean;
};

export type LdapSearch = {
  base: string;
  filter: string;
  attributes: readonly string[];
  /** Ids of its controls. */
  controls: readonly string[];
  /** Rows asked for at a time, and from where on; null: the search is not paged. */
  paged: { size: number; cookie: string } | null;
};

export type LdapServer = {
  url: string;
  host: string;
  ca: string;
  searches: LdapSearch[];
  stop(): Promise<void>;
};

const operations = { bind: 0x60, bound: 0x61, unbind: 0x42, search: 0x63, entry: 0x64, done: 0x65, reference: 0x73 };

/** An LDAP server over TLS on loopback that takes the one password and answers searches as a test says. */
export async function startLdapServer(
  password: string,
  answer: (search: LdapSearch) => LdapAnswer,
): Promise<LdapServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-ldap-'));
  const host = 'dc1.fake.test';
  await certify(folder, host);
  const [key, cert, ca] = await Promise.all(
    ['key.pem', 'cert.pem', 'ca.pem'].map((file) => readFile(join(folder, file), 'utf8')),
  );
  await rm(folder, { recursive: true });
  const searches: LdapSearch[] = [];
  const open = new Set<TLSSocket>();
  const server = createServer({ key, cert }, (socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)));
    let waiting = Buffer.alloc(0);
    socket.on('data', (data) => {
      waiting = Buffer.concat([waiting, data]);
      for (let size = sizeOf(waiting); size !== null && size <= waiting.length; size = sizeOf(waiting)) {
        take(socket, waiting.subarray(0, size));
        waiting = waiting.subarray(size);
      }
    });
  });

  const take = (socket: TLSSocket, message: Buffer) => {
    const reader = new BerReader(message);
    reader.readSequence();
    const id = reader.readInt() ?? 0;
    const operation = reader.readSequence();
    if (operation === operations.unbind) return socket.end();
    if (operation === operations.bind) {
      reader.readInt();
      reader.readString();
      const right = reader.readString(0x80) === password;
      return socket.write(result(id, operations.bound, { code: right ? 0 : 49, detail: right ? '' : 'data 52e, v1' }));
    }
    const search = searchOf(id, reader, message);
    searches.push(search);
    const reply = answer(search);
    if (reply.drop === true) return socket.destroy();
    if (reply.silent === true) return undefined;
    for (const entry of reply.entries ?? []) socket.write(entryOf(id, entry));
    for (const address of reply.references ?? []) socket.write(referenceOf(id, address));
    return socket.write(result(id, operations.done, reply));
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ url: `ldaps://127.0.0.1:${(server.address() as AddressInfo).port}`, host, ca: ca ?? '', searches },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Bytes of the first message; null: not even its length is there. */
function sizeOf(bytes: Buffer): number | null {
  const [, length] = bytes;
  if (length === undefined) return null;
  if (length < 0x80) return 2 + length;
  const more = length & 0x7f;
  return bytes.length < 2 + more ? null : 2 + more + bytes.readUIntBE(2, more);
}

function searchOf(id: number, reader: BerReader, message: Buffer): LdapSearch {
  const request = new SearchRequest({ messageId: id, filter: new PresenceFilter({ attribute: 'x' }) });
  request.parse(reader, []);
  const paged = request.controls?.find((control: Control) => control instanceof PagedResultsControl)?.value;
  const text = message.toString('latin1');
  return {
    ...{ base: request.baseDN, filter: request.filter.toString(), attributes: request.attributes },
    controls: text.match(/1\.2\.840\.113556\.1\.4\.\d+/g) ?? [],
    paged: paged === undefined ? null : { size: paged.size, cookie: paged.cookie?.toString('utf8') ?? '' },
  };
}

function written(
  id: number,
  operation: number,
  body: (writer: BerWriter) => void,
  after?: (writer: BerWriter) => void,
) {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  body(writer);
  writer.endSequence();
  after?.(writer);
  writer.endSequence();
  return writer.buffer;
}

const result = (id: number, operation: number, { code = 0, detail = '', cookie }: LdapAnswer) =>
  written(
    id,
    operation,
    (writer) => {
      writer.writeEnumeration(code);
      writer.writeString('');
      writer.writeString(detail);
    },
    (writer) => {
      if (cookie === undefined) return;
      writer.startSequence(0xa0);
      new PagedResultsControl({ value: { size: 0, cookie: Buffer.from(cookie) } }).write(writer);
      writer.endSequence();
    },
  );

const referenceOf = (id: number, address: string) =>
  written(id, operations.reference, (writer) => writer.writeString(address));

const entryOf = (id: number, { dn, values }: LdapEntry) =>
  written(id, operations.entry, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [type, value] of Object.entries(values)) {
      writer.startSequence();
      writer.writeString(type);
      writer.startSequence(0x31);
      for (const one of Buffer.isBuffer(value) ? [value] : [value].flat())
        writer.writeBuffer(Buffer.isBuffer(one) ? one : Buffer.from(one), Ber.OctetString);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
