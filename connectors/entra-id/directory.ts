import type { ConnectorContext, Directory } from '../../src/core/connector.ts';
import { readChanges } from './changes.ts';
import type { DirectoryConfig } from './config.ts';
import { readCursor } from './cursor.ts';
import { graphOf } from './graph.ts';
import { groupBook } from './group-book.ts';
import { readEverybody } from './sweep.ts';
import type { Read, Tenant } from './tenant.ts';

const hour = 3_600_000;

/** An Entra ID tenant as a directory: everybody now and then, in between who changed. */
export function entraDirectory(config: DirectoryConfig, context: ConnectorContext): Directory {
  const { name, now } = context;
  const graph = graphOf(config, context, config.waitSeconds * 1_000);
  const tenant: Tenant = { config, name, now, graph, groups: groupBook(graph, config, name), pauses: pausesOf(config) };
  return {
    read: (text, signal) => read(tenant, text, signal),
    credentialsEnd: graph.credentialsEnd,
  };
}

const pausesOf = ({ lagSeconds }: Pick<DirectoryConfig, 'lagSeconds'>): number[] =>
  lagSeconds === 0 ? [] : [100, 300, 600].map((share) => share * lagSeconds);

/** Changes alone where the last full read is young enough; `readChanges` may still find that they are not enough. */
async function* read(tenant: Tenant, text: string | null, signal: AbortSignal): Read {
  const cursor = readCursor(text);
  const age = cursor === null ? Number.POSITIVE_INFINITY : tenant.now() - cursor.full;
  if (cursor !== null && age >= 0 && age < tenant.config.fullReadHours * hour && tenant.groups.isOpen()) {
    const end = yield* readChanges(tenant, cursor, signal);
    if (end !== null) return end;
  }
  return yield* readEverybody(tenant, signal);
}
