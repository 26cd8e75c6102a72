import { ConnectorError, canonicalAttributes } from '../../src/core/connector.ts';
import type { CsvConfig } from './config.ts';

/** What each column holds: an attribute, the status, or nothing that matters (null). */
export type Layout = { columns: readonly (string | null)[]; key: number; status: number | null };

/** `Given Name`, `given_name` and `GIVENNAME` are one spelling. */
const spelling = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

const canonical = new Map<string, string>([...canonicalAttributes, 'status'].map((name) => [spelling(name), name]));

/** Finds the header somebody wrote in the config: as it stands, else in another spelling. */
function position(headers: readonly string[], wanted: string): number {
  const exact = headers.indexOf(wanted.trim());
  const loose = spelling(wanted);
  return exact >= 0 || loose === '' ? exact : headers.findIndex((header) => spelling(header) === loose);
}

const refused = (message: string, remedy: string) => new ConnectorError('rejected', 'none', message, { remedy });
const listed = (headers: readonly string[]) => headers.map((header) => `"${header}"`).join(', ');

/**
 * Reads the header line. Canonical attributes match in any spelling, `columns` names the rest; a header that is neither becomes a
 * custom attribute under its own text, one without text is left out.
 */
export function layoutOf(headerLine: readonly string[], config: Pick<CsvConfig, 'key' | 'columns'>): Layout {
  const headers = headerLine.map((header) => header.trim());
  const mapped = new Map<number, string>();
  for (const [attribute, header] of Object.entries(config.columns)) {
    const index = position(headers, header);
    if (index < 0)
      throw refused(
        `There is no column "${header}" for ${attribute}; the file has ${listed(headers)}.`,
        'Correct columns in the config of the directory.',
      );
    mapped.set(index, canonical.get(spelling(attribute)) ?? attribute);
  }
  const columns = headers.map((header, index) =>
    header === '' ? null : (mapped.get(index) ?? canonical.get(spelling(header)) ?? header),
  );
  const twice = columns.findIndex((name, index) => name !== null && columns.indexOf(name) !== index);
  if (twice >= 0)
    throw refused(
      `Two columns mean ${columns[twice]}: "${headers[columns.indexOf(columns[twice] ?? null)]}" and "${headers[twice]}".`,
      'Rename one, or name the right one under columns and the other under an attribute of its own.',
    );
  const key = Math.max(position(headers, config.key), columns.indexOf(config.key));
  if (key < 0)
    throw refused(
      `There is no key column "${config.key}"; the file has ${listed(headers)}.`,
      'Correct key in the config of the directory, or the delimiter if all is one column.',
    );
  const status = columns.indexOf('status');
  return { columns, key, status: status < 0 ? null : status };
}

/** How well a reading of the header line serves: the key found first of all, then the number of columns. */
export const fitness = (headers: readonly string[], key: string) =>
  (position(
    headers.map((header) => header.trim()),
    key,
  ) >= 0
    ? 1_000_000
    : 0) + headers.length;
