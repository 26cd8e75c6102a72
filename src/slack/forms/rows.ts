/** The entries a list gets: as written in rows, with those no row shows kept where they stood. */
export type Woven = {
  raw: unknown[];
  /** The row each entry came from; null: none. */
  rowOf: (number | null)[];
};

/** `shown`: the stored entries the rows began with, in their order; `rows`: what each row says now, none where it was emptied. */
export function woven<T>(stored: readonly T[], shown: readonly T[], rows: ReadonlyMap<number, unknown>): Woven {
  const [raw, rowOf]: [unknown[], (number | null)[]] = [[], []];
  const put = (entry: unknown, row: number | null): void => {
    raw.push(entry);
    rowOf.push(row);
  };
  for (const entry of stored) {
    const row = shown.indexOf(entry);
    if (row < 0) put(entry, null);
    else if (rows.has(row)) put(rows.get(row), row);
  }
  for (const [row, entry] of rows) if (row >= shown.length) put(entry, row);
  return { raw, rowOf };
}

/** `set[1].value` of the list `set`: the row its second entry came from, and what follows; null: it is about no row. */
export function rowAt(path: string, list: string, rowOf: Woven['rowOf']): { row: number; rest: string } | null {
  const [, name, index, rest = ''] = /^([a-z]+)\[(\d+)\](.*)$/.exec(path) ?? [];
  const row = name === list ? rowOf[Number(index)] : null;
  return row === null || row === undefined ? null : { row, rest };
}
