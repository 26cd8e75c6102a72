import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import {
  AddRequest,
  Ber,
  BerReader,
  BerWriter,
  type Control,
  type Filter,
  ModifyDNRequest,
  ModifyRequest,
  PagedResultsControl,
  PresenceFilter,
  SearchRequest,
} from 'ldapts';
import { certify } from './certificates.ts';

export type LdapEntry = {
  dn: string;
  values: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>;
};

/** What a request is answered with; `drop`: the connection ends in its place, `silent`: nothing comes. */
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
  scope: 'base' | 'one' | 'sub';
  filter: string;
  /** The same, taken apart. */
  parsed: Filter;
  attributes: readonly string[];
  /** Ids of its controls. */
  controls: readonly string[];
  /** Rows asked for at a time, and from where on; null: the search is not paged. */
  paged: { size: number; cookie: string } | null;
};

type Values = Readonly<Record<string, readonly Buffer[]>>;
export type LdapStep = { how: 'add' | 'delete' | 'replace'; attribute: string; values: readonly Buffer[] };
/** What is to be changed. */
export type LdapWrite =
  | { kind: 'add'; dn: string; values: Values }
  | { kind: 'modify'; dn: string; steps: readonly LdapStep[] }
  | { kind: 'rename'; dn: string; rdn: string; below: string | null }
  | { kind: 'delete'; dn: string };

/** What else a server does: who may sign in, and what changes come to. Left out: everybody with the one password, and nothing. */
type Duties = {
  signIn?: (name: string, password: string) => LdapAnswer;
  write?: (change: LdapWrite) => LdapAnswer;
};

export type LdapServer = {
  url: string;
  host: string;
  ca: string;
  searches: LdapSearch[];
  stop(): Promise<void>;
};

const operations = { bind: 0x60, bound: 0x61, unbind: 0x42, search: 0x63, entry: 0x64, done: 0x65, reference: 0x73 };
/** Of each change, what it is called and what its answer is. */
const changes = {
  modify: 0x66,
  modified: 0x67,
  add: 0x68,
  added: 0x69,
  remove: 0x4a,
  removed: 0x6b,
  rename: 0x6c,
  renamed: 0x6d,
};

/** An LDAP server over TLS on loopback that takes the one password and answers searches as a test says. */
export async function startLdapServer(
  password: string,
  answer: (search: LdapSearch) => LdapAnswer,
  duties: Duties = {},
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
    socket.setNoDelay(true);
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
      const name = reader.readString() ?? '';
      const said = reader.readString(0x80) ?? '';
      return give(
        socket,
        id,
        operations.bound,
        duties.signIn?.(name, said) ?? (said === password ? {} : wrongPassword),
      );
    }
    if (operation === operations.search) {
      const search = searchOf(id, reader, message);
      searches.push(search);
      return give(socket, id, operations.done, answer(search));
    }
    const [change, answered] = writeOf(operation ?? 0, reader);
    return give(socket, id, answered, duties.write?.(change) ?? { code: 53, detail: 'nothing is changed here' });
  };

  const give = (socket: TLSSocket, id: number, operation: number, reply: LdapAnswer) => {
    if (reply.drop === true) return socket.destroy();
    if (reply.silent === true) return undefined;
    for (const entry of reply.entries ?? []) socket.write(entryOf(id, entry));
    for (const address of reply.references ?? []) socket.write(referenceOf(id, address));
    return socket.write(result(id, operation, reply));
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

export const wrongPassword: LdapAnswer = { code: 49, detail: '80090308: LdapErr: DSID-0C0903A9, data 52e, v1' };

function writeOf(operation: number, reader: BerReader): [LdapWrite, answered: number] {
  if (operation === changes.modify) {
    const request = new ModifyRequest({ messageId: 0 });
    request.parseMessage(reader);
    const steps = request.changes.map(({ operation: how, modification }) => ({
      ...{ how, attribute: modification.type, values: modification.parsedBuffers },
    }));
    return [{ kind: 'modify', dn: request.dn, steps }, changes.modified];
  }
  if (operation === changes.add) {
    const request = new AddRequest({ messageId: 0, dn: '' });
    request.parseMessage(reader);
    const values = Object.fromEntries(request.attributes.map(({ type, parsedBuffers }) => [type, parsedBuffers]));
    return [{ kind: 'add', dn: request.dn, values }, changes.added];
  }
  if (operation === changes.rename) {
    const request = new ModifyDNRequest({ messageId: 0 });
    request.parseMessage(reader);
    const { dn, newRdn, newSuperior } = request;
    return [{ kind: 'rename', dn, rdn: newRdn, below: newSuperior === '' ? null : newSuperior }, changes.renamed];
  }
  // The name is all there is of it (RFC 4511 section 4.8); the client's own reader begins at the wrong byte.
  const dn = reader.remainingBuffer.subarray(0, reader.length).toString('utf8');
  return [{ kind: 'delete', dn }, changes.removed];
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
    ...{ base: request.baseDN, scope: scopeOf(request.scope), attributes: request.attributes },
    ...{ filter: request.filter.toString(), parsed: request.filter },
    controls: text.match(/1\.2\.840\.113556\.1\.4\.\d+/g) ?? [],
    paged: paged === undefined ? null : { size: paged.size, cookie: paged.cookie?.toString('utf8') ?? '' },
  };
}

const scopeOf = (scope: string): LdapSearch['scope'] => (scope === 'base' || scope === 'one' ? scope : 'sub');

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
      for (const one of [value].flat())
        writer.writeBuffer(Buffer.isBuffer(one) ? one : Buffer.from(one), Ber.OctetString);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
