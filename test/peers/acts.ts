import { Attribute, Change } from 'ldapts';
import type { Domain } from './samba.ts';

/** A security identifier as access rules name it. */
function sidText(sid: Buffer): string {
  const parts = Array.from({ length: sid.readUInt8(1) }, (_, index) => sid.readUInt32LE(8 + 4 * index));
  return ['S', sid.readUInt8(0), sid.readUIntBE(2, 6), ...parts].join('-');
}

type Values = Readonly<Record<string, string | readonly string[]>>;

/** The object's id as text; the same bytes in other order than they came. */
function guidText(bytes: Buffer): string {
  const hex = [bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)]
    .map((part) => Buffer.from(part).reverse().toString('hex'))
    .concat(bytes.subarray(8, 10).toString('hex'), bytes.subarray(10).toString('hex'));
  return hex.join('-');
}

type Searching = Pick<Domain['client'], 'search'>;

async function byId(client: Searching, id: string, type: string) {
  const { searchEntries } = await client.search(`<GUID=${id}>`, { scope: 'base', attributes: [type] });
  const [entry] = searchEntries;
  if (entry === undefined) throw new Error(`there is no object ${id}`);
  return entry;
}

async function idIn(client: Searching, dn: string): Promise<string> {
  const found = await client.search(dn, {
    ...{ scope: 'base', attributes: ['objectGUID'], explicitBufferAttributes: ['objectGUID'] },
  });
  return guidText(found.searchEntries[0]?.objectGUID as Buffer);
}

/** What an administrator does in the domain, past the connector. */
export function actsIn({ client, base }: Pick<Domain, 'client' | 'base'>) {
  const modify = (dn: string, operation: 'add' | 'delete' | 'replace', type: string, values: readonly string[]) =>
    client.modify(dn, new Change({ operation, modification: new Attribute({ type, values: [...values] }) }));
  const add = async (dn: string, objectClass: string, values: Values) => {
    const attributes = Object.entries(values).map(([type, value]) => new Attribute({ type, values: [value].flat() }));
    await client.add(dn, [new Attribute({ type: 'objectClass', values: [objectClass] }), ...attributes]);
    return dn;
  };
  return {
    modify,
    unit: (name: string, below = base) => add(`OU=${name},${below}`, 'organizationalUnit', {}),
    group: (name: string, below: string) => add(`CN=${name},${below}`, 'group', { sAMAccountName: name }),
    /** An account that works, without a password. */
    user: (name: string, below: string, values: Values = {}) =>
      add(`CN=${name},${below}`, 'user', { sAMAccountName: name, userAccountControl: '544', ...values }),
    set: (dn: string, type: string, ...values: string[]) => modify(dn, 'replace', type, values),
    join: (group: string, ...members: string[]) => modify(group, 'add', 'member', members),
    leave: (group: string, ...members: string[]) => modify(group, 'delete', 'member', members),
    disable: (dn: string) => modify(dn, 'replace', 'userAccountControl', ['546']),
    enable: (dn: string) => modify(dn, 'replace', 'userAccountControl', ['544']),
    password: (dn: string, password: string) =>
      client.modify(
        dn,
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] }),
        }),
      ),
    /** To another place, under another name or both; gives the new DN. */
    move: async (dn: string, name: string, below: string) => {
      await client.modifyDN(dn, `CN=${name},${below}`);
      return `CN=${name},${below}`;
    },
    remove: (dn: string) => client.del(dn),
    idOf: (dn: string) => idIn(client, dn),
    /** By its id. */
    dnOf: async (id: string): Promise<string> => (await byId(client, id, '1.1')).dn,
    valueOf: async (id: string, type: string): Promise<string> => String((await byId(client, id, type))[type] ?? ''),
    /** Ids of a group's members. */
    idsIn: async (dn: string): Promise<string[]> => {
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['member'] });
      const members = [searchEntries[0]?.member ?? []].flat().map(String);
      return Promise.all(members.map((member) => idIn(client, member)));
    },
    sidOf: async (dn: string): Promise<string> => {
      const found = await client.search(dn, {
        ...{ scope: 'base', attributes: ['objectSid'], explicitBufferAttributes: ['objectSid'] },
      });
      return sidText(found.searchEntries[0]?.objectSid as Buffer);
    },
    /** Ids by common name of whoever is below. */
    idsBelow: async (dn: string): Promise<Map<string, string>> => {
      const options = { attributes: ['cn', 'objectGUID'], explicitBufferAttributes: ['objectGUID'] };
      const { searchEntries } = await client.search(dn, {
        ...options,
        filter: '(objectClass=user)',
        paged: { pageSize: 1_000 },
      });
      return new Map(searchEntries.map((entry) => [String(entry.cn), guidText(entry.objectGUID as Buffer)]));
    },
  };
}
export type Acts = ReturnType<typeof actsIn>;

/** All of them, so many at a time. */
export async function inTurn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  atOnce = 16,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
