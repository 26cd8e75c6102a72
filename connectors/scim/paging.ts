import { ConnectorError } from '../../src/core/connector.ts';
import type { Endpoint, Manner } from './profile.ts';
import type { Resource } from './resource.ts';

/** One page. `total`: what the app says there are in all; null where it says no such thing. `next`: where the next page begins. */
export type Page = { rows: readonly Resource[]; total: number | null; next: string | null };
type Query = Readonly<Record<string, string | number>>;

export type Sweep = {
  /** The app, for messages. */
  name: string;
  endpoint: Endpoint;
  paging: Manner['paging'];
  /** Until a page brings nothing new; else until as many are there as the app says. */
  thorough: boolean;
  ask(query: Query): Promise<Page>;
};

/** Every resource once, page by page. Throws rather than ending early. */
export const sweep = (of: Sweep): AsyncGenerator<Resource[], void, void> =>
  of.paging.by === 'cursor' ? byCursor(of) : byIndex(of);

/** What a first page is asked for with. */
export const firstPage = ({ by }: Pick<Manner['paging'], 'by'>, count: number): Query => {
  if (by === 'none') return {};
  return by === 'cursor' ? { count, cursor: '' } : { count, startIndex: 1 };
};

const newIn = (rows: readonly Resource[], seen: ReadonlySet<string>): Resource[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()].filter(({ id }) => !seen.has(id));

/**
 * Advances by rows received and ends on a page without new rows, never on the total alone: servers get totals wrong, clamp pages and
 * start again past the end. The total is then held against what came; fewer rows mean a list that shifted or a server that skips.
 */
async function* byIndex({ name, endpoint, paging, thorough, ask }: Sweep) {
  const seen = new Set<string>();
  let received = 0;
  let total = 0;
  while (thorough || received === 0 || seen.size < total) {
    const begin = firstPage(paging, paging.most);
    const page = await ask(paging.by === 'none' ? begin : { ...begin, startIndex: received + 1 });
    const fresh = newIn(page.rows, seen);
    total = Math.max(total, page.total ?? 0);
    if (fresh.length === 0) break;
    for (const { id } of fresh) seen.add(id);
    received += page.rows.length;
    yield fresh;
    if (paging.by === 'none') break;
  }
  if (seen.size < total) throw incomplete(name, `${seen.size} of ${total} ${endpoint.toLowerCase()}`);
}

/** A page may be empty and yet not be the last (RFC 9865 section 2.2); one cursor given twice would never end. */
async function* byCursor({ name, endpoint, paging, ask }: Sweep) {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let query = firstPage(paging, paging.most);
  for (;;) {
    const { rows, next } = await ask(query);
    const fresh = newIn(rows, seen);
    for (const { id } of fresh) seen.add(id);
    if (fresh.length > 0) yield fresh;
    if (next === null) return;
    if (cursors.has(next)) throw incomplete(name, `the same page of ${endpoint.toLowerCase()} came twice`);
    cursors.add(next);
    query = { ...query, cursor: next };
  }
}

const incomplete = (name: string, what: string) =>
  new ConnectorError('unavailable', 'none', `${name} gave an incomplete list: ${what}.`, {
    remedy: 'Nothing was taken for gone; Rollcall reads the list again by itself.',
  });
