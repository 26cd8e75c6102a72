import { z } from 'zod';
import type { Graph } from './graph.ts';
import type { Place } from './place.ts';
import { BadQuery, UnsupportedQuery } from './refusal.ts';

type Tree = Readonly<Record<string, unknown>>;
const Row = z.looseObject({ id: z.string().min(1) });
type Row = z.infer<typeof Row>;

/** Advanced queries are answered from an index of their own, and have to be asked for. */
const advanced = { headers: { ConsistencyLevel: 'eventual' }, query: { $count: 'true' } };
const plain = { headers: {}, query: {} };

export type Search = {
  /** The rows below `path` whose property really is the value, whatever the filter lets through. */
  by(
    path: readonly string[],
    property: string,
    value: string,
    matches: (row: Tree) => boolean,
    signal: AbortSignal,
  ): Promise<Row[]>;
};

/**
 * Searches by one property: as Graph takes it by default, else by an advanced query, else by looking through all. Which it takes depends
 * on the property and is remembered.
 */
export function searchOf(graph: Graph, query: Readonly<Record<string, string>>): Search {
  const ways = new Map<string, number>();
  const placesOf = (path: readonly string[], filter: string): { place: Place; headers: Record<string, string> }[] => [
    ...[plain, advanced].map((way) => ({
      place: { path, query: { ...query, ...way.query, $filter: filter } },
      headers: way.headers,
    })),
    { place: { path, query: { ...query, $top: '999' } }, headers: {} },
  ];
  return {
    async by(path, property, value, matches, signal) {
      const kind = `${path.join('/')} ${property}`;
      const places = placesOf(path, `${property} eq '${value.replaceAll("'", "''")}'`);
      for (const [way, { place, headers }] of places.entries()) {
        if (way < (ways.get(kind) ?? 0)) continue;
        try {
          const found: Row[] = [];
          for await (const { rows } of graph.pages(place, signal, headers))
            for (const row of rows) if (isRow(row) && matches(row)) found.push(Row.parse(row));
          return found;
        } catch (error) {
          if (!(error instanceof BadQuery) || way === places.length - 1) throw error;
          if (error instanceof UnsupportedQuery) ways.set(kind, way + 1);
        }
      }
      return [];
    },
  };
}

const isRow = (row: unknown): row is Tree => Row.safeParse(row).success;
