import { badValue } from '../mongo-error.ts';
import { compareValues, indexValues } from './compare.ts';
import { location } from './location-error.ts';
import { toDouble } from './number.ts';
import { type Document, fieldsOf, isDocument, isNumeric } from './value.ts';

/** A sort whose keys are worked out once per document. */
export interface Order {
  readonly keysOf: (document: Document) => unknown[];
  readonly compare: (a: readonly unknown[], b: readonly unknown[]) => number;
}

/**
 * Compiles a sort specification: an array counts by its smallest element ascending, by its largest descending.
 * @throws MongoError 15975 for a direction other than 1 or −1, 2 for `$meta`.
 */
export function compileOrder(specification: Document): Order {
  const fields = fieldsOf(specification).map(([path, direction]) => ({ path, direction: directionOf(direction) }));
  return {
    keysOf: (document) => fields.map(({ path, direction }) => sortKey(document, path, direction)),
    compare: (a, b) => {
      for (const [index, { direction }] of fields.entries()) {
        const order = direction * compareValues(a[index], b[index]);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

/** As `compileOrder`, to compare two documents. */
export function compileSort(specification: Document): (a: Document, b: Document) => number {
  const { keysOf, compare } = compileOrder(specification);
  return (a, b) => compare(keysOf(a), keysOf(b));
}

/** 1 or −1 from any number type. */
export function directionOf(direction: unknown): 1 | -1 {
  if (isDocument(direction)) throw badValue('$meta sorts are not supported by the built-in store');
  const value = isNumeric(direction) ? toDouble(direction) : 0;
  if (value === 1) return 1;
  if (value === -1) return -1;
  throw location(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
}

function sortKey(document: Document, path: string, direction: 1 | -1): unknown {
  const { values } = indexValues(document, path);
  return values.reduce((best, value) => (direction * compareValues(value, best) < 0 ? value : best));
}
