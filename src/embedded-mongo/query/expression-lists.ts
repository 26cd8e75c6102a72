import { accumulate } from './accumulators.ts';
import { isNullish } from './expression-forms.ts';
import { location } from './location-error.ts';
import { toWhole } from './number.ts';
import { type Document, documentOf, field, fieldsOf, isDocument, show, typeNameOf, typeOf } from './value.ts';

/** The value, which must be an array. */
export function array(name: string, code: number, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw location(code, `The argument to ${name} must be an array, but was of type: ${typeNameOf(value)}`);
}

/** `$arrayElemAt` */
export function elementAt(value: unknown, index: unknown): unknown {
  if (isNullish(value) || isNullish(index)) return null;
  const elements = array('$arrayElemAt', 28689, value);
  const place = toWhole(index);
  if (place === undefined)
    throw location(28690, `$arrayElemAt's second argument must be a numeric value, but is ${typeOf(index)}`);
  return elements.at(Number(place));
}

/** `$slice` with two or three operands. */
export function slice(operands: unknown[]): unknown {
  if (operands.some(isNullish)) return null;
  const elements = array('$slice', 28724, operands[0]);
  const [first, count] = operands.slice(1).map((value) => {
    const whole = toWhole(value);
    if (whole === undefined)
      throw location(28725, `Second argument to $slice must be a numeric value, but is of type: ${typeOf(value)}`);
    return Number(whole);
  });
  if (count === undefined) return (first ?? 0) < 0 ? elements.slice(first) : elements.slice(0, first);
  if (count <= 0) throw location(28729, `Third argument to $slice must be positive: ${count}`);
  const start = (first ?? 0) < 0 ? Math.max(0, elements.length + (first ?? 0)) : (first ?? 0);
  return elements.slice(start, start + count);
}

/** `$concatArrays` */
export function concatenatedArrays(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const odd = values.find((value) => !Array.isArray(value));
  if (odd !== undefined) throw location(28664, `$concatArrays only supports arrays, not ${typeOf(odd)}`);
  return values.flat();
}

/** `$setUnion`, in the order of first appearance. */
export function union(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const odd = values.find((value) => !Array.isArray(value));
  if (odd !== undefined)
    throw location(17043, `All operands of $setUnion must be arrays. One argument is of type: ${typeOf(odd)}`);
  return accumulate('$addToSet', values.flat());
}

/** `$mergeObjects` */
export function merged(values: unknown[]): unknown {
  const parts = values.filter((value) => !isNullish(value));
  const odd = parts.find((value) => !isDocument(value));
  if (odd !== undefined)
    throw location(40400, `$mergeObjects requires object inputs, but input ${show(odd)} is of type ${typeOf(odd)}`);
  return documentOf(parts.flatMap((part) => fieldsOf(part as Document)));
}

/** `$objectToArray` */
export function pairs(value: unknown): unknown {
  if (!isDocument(value)) throw location(40390, `$objectToArray requires a document input, found: ${typeOf(value)}`);
  return fieldsOf(value).map(([k, v]) => ({ k, v }));
}

/** `$arrayToObject`, of pairs or of `{ k, v }`. */
export function fromPairs(value: unknown): unknown {
  const elements = array('$arrayToObject', 40386, value);
  return documentOf(
    elements.map((element): [string, unknown] => {
      const [k, v] = Array.isArray(element)
        ? element
        : isDocument(element)
          ? [field(element, 'k'), field(element, 'v')]
          : [];
      if (typeof k !== 'string') throw location(40394, '$arrayToObject requires keys that are strings');
      return [k, v ?? null];
    }),
  );
}
