import { directory as connector } from '../../connectors/active-directory/index.ts';
import type { RawRecord, ReadEnd } from '../../src/core/connector.ts';
import { readAll } from '../contracts/reading.ts';
import type { Domain } from './samba.ts';

/** What one read brought: by common name, the attributes that are other ones now, `status`, `new` or `gone`. */
export type News = Readonly<Record<string, readonly string[]>>;

/** Somebody who reads a domain again and again and keeps what they know of it, as Rollcall does. */
export type Watcher = {
  read(): Promise<{ news: News; end: ReadEnd }>;
  known(): ReadonlyMap<string, RawRecord>;
};

const nameIn = ({ attributes }: RawRecord): string =>
  /^CN=([^,]+)/.exec(String(attributes.distinguishedName))?.[1] ?? '';

/** Each read is made by a connection of its own, as after a restart: only the cursor is kept. */
export function watch(domain: Domain, config: Readonly<Record<string, unknown>>): Watcher {
  const known = new Map<string, RawRecord>();
  let cursor: string | null = null;
  const connect = () => {
    const parsed = connector.config.parse({
      ...{ url: `ldaps://${domain.address}`, ca: domain.ca, serverName: domain.host, allowHosts: [domain.address] },
      ...{ ...domain.administrator, ...config },
    });
    return connector.connect(parsed, { name: 'ad', allowHosts: [], deadline: 30_000, now: Date.now });
  };
  return {
    known: () => known,
    read: async () => {
      const { pages, records, problems, end } = await readAll(connect(), cursor, AbortSignal.timeout(120_000));
      if (problems.length > 0 || !end.complete)
        throw new Error(`the read was not clean: ${JSON.stringify([problems, end])}`);
      const before = new Map(known);
      const given = new Set(records.map(({ externalId }) => externalId));
      for (const record of records) known.set(record.externalId, record);
      for (const id of pages.flatMap(({ gone }) => gone)) if (!given.has(id)) known.delete(id);
      if (end.kind === 'full') for (const id of [...known.keys()]) if (!given.has(id)) known.delete(id);
      cursor = end.cursor;
      return { news: newsBetween(before, known), end };
    },
  };
}

function newsBetween(before: ReadonlyMap<string, RawRecord>, after: ReadonlyMap<string, RawRecord>): News {
  const news: [string, string[]][] = [];
  for (const [id, record] of before) if (!after.has(id)) news.push([nameIn(record), ['gone']]);
  for (const [id, record] of after) {
    const old = before.get(id);
    const changed = old === undefined ? ['new'] : changedIn(old, record);
    if (changed.length > 0) news.push([nameIn(record), changed]);
  }
  return Object.fromEntries(news);
}

function changedIn(old: RawRecord, record: RawRecord): string[] {
  const names = new Set([...Object.keys(old.attributes), ...Object.keys(record.attributes)]);
  const differs = (name: string) => JSON.stringify(old.attributes[name]) !== JSON.stringify(record.attributes[name]);
  return [...(old.status === record.status ? [] : ['status']), ...[...names].filter(differs)].sort();
}
