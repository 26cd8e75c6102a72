import { documentOf, type Stored } from './document-text.ts';
import { damaged, foreign, newer } from './failures.ts';
import { AnyHeader, archiveFormat, Header, isNewer, isTrailer, readEntry, trailerLine } from './format.ts';
import { linesIn } from './lines.ts';
import { mayBeSealed, sealingKeysIn } from './sealing-keys-in.ts';
import { createTally, type Sum } from './tally.ts';

export type Entry = { collection: string; text: string; document: Stored };

/** What an export turned out to be once all of it was read. */
export type Summary = {
  header: Header;
  documents: number;
  sums: ReadonlyMap<string, Sum>;
  /** Ids of the keys that something in it is sealed under. */
  keys: readonly string[];
  /** The last line: two exports with the same are the same. */
  trailer: string;
};

type Known = { version: string; collections: readonly string[] };

/**
 * Reads an export and checks all of it: that it is one, that this Rollcall understands it, and that not a letter was changed, added,
 * moved or cut off. What it yields before its end is not checked yet.
 * @throws RollcallError `foreign-export`, `newer-export`, `damaged-export` (show)
 */
export async function* readArchive(
  bytes: AsyncIterable<Uint8Array>,
  known: Known,
): AsyncGenerator<Entry, Summary, undefined> {
  const tally = createTally();
  const keys = new Set<string>();
  let header: { line: string; value: Header } | null = null;
  let trailer: string | null = null;
  let place = 0;
  let current = '';
  for await (const lines of linesIn(bytes)) {
    for (const line of lines) {
      place += 1;
      if (trailer !== null) throw damaged('something follows its last line', place);
      if (header === null) header = { line, value: headerOf(line, known.version) };
      else if (isTrailer(line)) trailer = checkedTrailer(line, header.line, tally.sums(), place);
      else {
        const entry = entryOf(line, known.collections, place);
        if (entry.collection !== current && tally.has(entry.collection)) throw damaged('lines were moved', place);
        current = entry.collection;
        tally.add(current, entry.text);
        if (mayBeSealed(entry.text)) for (const key of sealingKeysIn(entry.document)) keys.add(key);
        yield entry;
      }
    }
  }
  if (header === null) throw foreign();
  if (trailer === null) throw damaged('its last line is missing: it was cut off');
  return { header: header.value, documents: tally.total(), sums: tally.sums(), keys: [...keys].sort(), trailer };
}

function headerOf(line: string, version: string): Header {
  const parsed = jsonOf(line);
  const any = AnyHeader.safeParse(parsed).data;
  if (any === undefined) throw foreign();
  if (any.format > archiveFormat || isNewer(any.version, version))
    throw newer(`Rollcall ${any.version} (format ${any.format})`, `Rollcall ${version} (format ${archiveFormat})`);
  const header = Header.safeParse(parsed).data;
  if (header === undefined) throw damaged('its first line was changed', 1);
  return header;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function entryOf(line: string, collections: readonly string[], place: number): Entry {
  const entry = readEntry(line);
  if (entry === null) throw damaged('this is no document', place);
  if (!collections.includes(entry.collection)) throw damaged(`there is no collection ${entry.collection}`, place);
  try {
    return { ...entry, document: documentOf(entry.text) };
  } catch {
    throw damaged('its document cannot be read', place);
  }
}

/** The line has to be, letter by letter, what we would write here. */
function checkedTrailer(line: string, header: string, sums: ReadonlyMap<string, Sum>, place: number): string {
  const expected = trailerLine(header, sums);
  if (line === expected) return line;
  const said = namesIn(line);
  const wrong = [...new Set([...Object.keys(said), ...sums.keys()])].filter(
    (name) => JSON.stringify(said[name]) !== JSON.stringify(namesIn(expected)[name]),
  );
  const where = wrong.length === 0 ? 'its first or last line' : wrong.join(', ');
  throw damaged(`${where} is not what was written`, place);
}

const namesIn = (line: string): Record<string, unknown> =>
  (jsonOf(line) as { trailer?: { collections?: Record<string, unknown> } } | null)?.trailer?.collections ?? {};
