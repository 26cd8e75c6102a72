import {
  type Client,
  type Control,
  type Filter,
  FilterParser,
  PagedResultsControl,
  SearchRequest,
  type SearchResponse,
} from 'ldapts';
import { ConnectorError } from '../../src/core/connector.ts';
import { showDeleted } from './controls.ts';
import { Refused } from './failure.ts';
import type { Session } from './session.ts';
import { type Row, rowOf } from './values.ts';

export type Search = {
  base: string;
  scope?: 'base' | 'one' | 'sub';
  filter: string | Filter;
  /** Beside objectGUID, which always comes. */
  attributes: readonly string[];
  /** Tombstones too. */
  deleted?: boolean;
};

/** The client's own paging ends at an empty page, though more may follow one: so the pages are asked for here. */
type Sender = { _send(message: SearchRequest): Promise<SearchResponse | undefined>; _nextMessageId(): number };

const usualPage = 500;
/** A server that pages or gives ranges without end repeats itself. */
const mostTurns = 100_000;

type Bounded = <Result>(work: () => Promise<Result>, until: AbortSignal) => Promise<Result>;

/** The searches of a session. `beforeEach` is called before each request. */
export function searcher(
  client: Client,
  bounded: Bounded,
  beforeEach: () => void,
): Pick<Session, 'pages' | 'all' | 'ask' | 'whole'> {
  const sender = client as unknown as Sender;

  const send = (search: Search, controls: readonly Control[], signal: AbortSignal): Promise<SearchResponse> =>
    bounded(async () => {
      beforeEach();
      const answer = await sender._send(
        new SearchRequest({
          messageId: sender._nextMessageId(),
          ...{ baseDN: search.base, scope: search.scope ?? 'sub', timeLimit: 0 },
          filter: typeof search.filter === 'string' ? FilterParser.parseString(search.filter) : search.filter,
          attributes: ['objectGUID', ...search.attributes],
          controls: [...controls, ...(search.deleted === true ? [showDeleted()] : [])],
        }),
      );
      if (answer?.status !== 0) throw new Refused(answer?.status ?? 80, answer?.errorMessage ?? '');
      return answer;
    }, signal);

  async function* pages(search: Search, pageSize: number, signal: AbortSignal) {
    let cookie: Buffer | undefined;
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const value = { size: pageSize, ...(cookie === undefined ? {} : { cookie }) };
      const answer = await send(search, [new PagedResultsControl({ critical: true, value })], signal);
      // References to other domains are left alone: those are directories of their own.
      yield answer.searchEntries.map(rowOf);
      cookie = answer.controls?.find((control) => control instanceof PagedResultsControl)?.value?.cookie;
      if (cookie === undefined || cookie.length === 0) return;
    }
    throw endless();
  }

  const whole = async (row: Row, signal: AbortSignal): Promise<Row> => {
    let filled = row;
    for (let turn = 0; filled.rest.size > 0; turn += 1) {
      const [[name, from] = ['', 0]] = filled.rest;
      const wanted = [`${name};range=${from}-*`];
      const { searchEntries } = await send(
        { base: row.dn, scope: 'base', filter: '(objectClass=*)', attributes: wanted },
        [],
        signal,
      );
      const [more] = searchEntries.map(rowOf);
      const next = more?.rest.get(name);
      if (more === undefined || turn > mostTurns || (next !== undefined && next <= from)) throw endless();
      filled = joined(filled, name, more);
    }
    return filled;
  };

  return {
    pages,
    whole,
    all: async (search, signal) => {
      const rows: Row[] = [];
      if (search.scope === 'base') return (await send(search, [], signal)).searchEntries.map(rowOf);
      for await (const page of pages(search, usualPage, signal)) rows.push(...page);
      return rows;
    },
    ask: async (search, control, signal) => (await send(search, [control], signal)).searchEntries.map(rowOf),
  };
}

function joined(row: Row, name: string, more: Row): Row {
  const values = new Map(row.values).set(name, [...(row.values.get(name) ?? []), ...(more.values.get(name) ?? [])]);
  const rest = new Map(row.rest);
  const next = more.rest.get(name);
  if (next === undefined) rest.delete(name);
  else rest.set(name, next);
  return { ...row, values, rest };
}

const endless = () => new ConnectorError('unavailable', 'none', 'The server gives the same pages again and again.');
