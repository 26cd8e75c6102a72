import { ConnectorError } from '../../src/core/connector.ts';

/** What to ask for below the base address: a path and its query. */
export type Place = { path: readonly string[]; query: Readonly<Record<string, string>> };

/**
 * The place a link of Graph's leads to. Links come out of answers, and what follows them carries the credentials: only those below our own
 * base address are followed.
 * @throws ConnectorError where it leads elsewhere
 */
export function placeOf(link: string, baseUrl: string, name: string): Place {
  const url = URL.parse(link);
  const base = new URL(baseUrl);
  const below = `${base.pathname.replace(/\/+$/, '')}/`;
  if (url === null || url.origin !== base.origin || !url.pathname.startsWith(below) || url.username || url.password)
    throw new ConnectorError('rejected', 'none', `${name} gave a link that leads elsewhere; it was not followed.`, {
      remedy: 'Look at the address of Microsoft Graph in the connection: something in front of it may be answering.',
    });
  const path = url.pathname.slice(below.length).split('/').map(decoded);
  return { path, query: Object.fromEntries(url.searchParams) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
