import { compileTest } from './filter.ts';
import { location } from './location-error.ts';
import type { Match } from './matching.ts';
import { copyOf, type Document, field, isDocument, setField } from './value.ts';

/** Cuts the first array on the path to the element the filter matched. */
export function cutToMatch(path: string, filter: Document): (document: Document) => Document {
  const test = compileTest(filter);
  return (document) => {
    const match: Match = {};
    test(document, match);
    return cut(document, path.split('.'), match.position);
  };
}

function cut(document: Document, [name = '', ...rest]: string[], position: number | undefined): Document {
  const value = field(document, name);
  if (Array.isArray(value)) {
    if (position === undefined || position >= value.length) {
      throw location(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    }
    return replaced(document, name, [value[position]]);
  }
  return isDocument(value) && rest.length > 0 ? replaced(document, name, cut(value, rest, position)) : document;
}

function replaced(document: Document, name: string, value: unknown): Document {
  const copy = copyOf(document);
  setField(copy, name, value);
  return copy;
}
