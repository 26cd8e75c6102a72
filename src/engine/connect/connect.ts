import type { z } from 'zod';
import type { Config } from '../../core/config.ts';
import { checkConfig, namesWithin, resolveSecrets } from '../../core/config-check.ts';
import { filledAt } from '../../core/connection-form.ts';
import {
  type ConnectorContext,
  connectorFor,
  type Directory,
  type DirectoryConnector,
  type KeptSecret,
  type PushedSource,
  type Target,
  type TargetConnector,
} from '../../core/connector.ts';
import { refused } from '../../core/errors.ts';
import { digestOf } from '../../core/hash.ts';
import { partsOf } from '../../core/named-secret.ts';
import { callsFor, portionOf } from '../../core/pace.ts';
import { secretNamesIn } from '../../core/secret.ts';
import { milliseconds } from '../../core/time-schema.ts';
import { createPace, createQuotas, type Pace, turnIn } from '../pace.ts';
import type { Connections } from '../ports.ts';

/** Connectors by name, as discovered. */
export type Connectors = {
  targets: ReadonlyMap<string, TargetConnector>;
  directories: ReadonlyMap<string, DirectoryConnector>;
};

/** Value of a `${NAME}` in the configuration; undefined when nothing is set. */
export type Secret = (name: string) => string | undefined;

/**
 * Connects apps and directories of the present configuration, each once, and again only when its own part of it changed, or a secret
 * it names. `edition`: raised when another value is set under a name. `kept`: where what an app replaces by itself is kept; null:
 * nowhere. `pushed`: what sources pushed to a directory. `learn`: told of every secret that is connected with, so that it is never
 * logged, whatever its variable is called.
 */
export function createConnections(
  connectors: Connectors,
  secret: Secret,
  now: () => number,
  edition: (name: string) => number = () => 0,
  kept: (name: string) => KeptSecret | null = () => null,
  pushed: ((directory: string) => PushedSource) | null = null,
  quotas = createQuotas(),
  learn: (value: string) => void = () => undefined,
): Connections {
  let config: Config | null = null;
  let held: () => readonly string[] = () => [];
  const targets = new Map<string, { digest: string; target: Target; connector: TargetConnector; pace: Pace }>();
  const directories = new Map<string, { digest: string; directory: Directory }>();

  const digestOfConnection = (connector: string, connection: object): string =>
    digestOf([connector, connection, namesWithin(connection).map(edition)]);

  function resolved<T>(schema: z.ZodType<T>, connection: object): T {
    for (const name of secretNamesIn(schema, connection)) for (const part of partsOf(secret(name) ?? '')) learn(part);
    return schema.parse(resolveSecrets(connection, secret));
  }

  const context = (name: string, connection: Readonly<Record<string, unknown>>): ConnectorContext => ({
    name,
    allowHosts: Array.isArray(connection.allowHosts) ? connection.allowHosts.map(String) : [],
    deadline: milliseconds(config?.settings.timings.deadline ?? '5 seconds'),
    now,
    kept(path) {
      const [only, another] = namesWithin(filledAt(connection, path));
      return only === undefined || another !== undefined ? null : kept(only);
    },
    ...(pushed !== null && { pushed: () => pushed(name) }),
  });

  /** Of the partitions of an app those this process works off, and so of its rate; one at least, for what else it asks. */
  function shareOf(name: string): number {
    const shards = config?.apps.find((entry) => entry.name === name)?.provisioning.shards ?? 1;
    const mine = shards === 1 ? 1 : held().filter((partition) => partition.startsWith(`${name}:`)).length;
    return Math.min(1, Math.max(1, mine) / shards);
  }

  function target(name: string) {
    const app = config?.apps.find((entry) => entry.name === name);
    if (app === undefined) throw unknown('app', name);
    const digest = digestOfConnection(app.connector, app.connection);
    const known = targets.get(name);
    if (known?.digest === digest) return known;
    const found = connectors.targets.get(app.connector);
    if (found === undefined) throw unknown('connector', app.connector);
    known?.target.close?.();
    const connector = connectorFor(found, app.connection);
    const connection = resolved(connector.config, app.connection);
    const quota = quotas(`${connector.name} ${connector.quotaOf?.(app.connection) ?? `app ${name}`}`);
    const pace = createPace(() => portionOf(connector.rate, shareOf(name)), now(), quota);
    const turn: ConnectorContext['turn'] = (kind) => pace.turn(kind, now);
    const target = connector.connect(connection, { ...context(name, app.connection), turn });
    const opened = { digest, connector, target, pace };
    targets.set(name, opened);
    return opened;
  }

  function directory(name: string): Directory {
    const entry = config?.directories.find((candidate) => candidate.name === name);
    if (entry === undefined) throw unknown('directory', name);
    const digest = digestOfConnection(entry.connector, entry.config);
    const known = directories.get(name);
    if (known?.digest === digest) return known.directory;
    const connector = connectors.directories.get(entry.connector);
    if (connector === undefined) throw unknown('connector', entry.connector);
    const connection = resolved(connector.config, entry.config);
    const rate = connector.rateOf?.(connection);
    const quota = quotas(`${connector.name} ${connector.quotaOf?.(entry.config) ?? `directory ${name}`}`);
    const turn: ConnectorContext['turn'] = (kind) => turnIn(quota, kind, rate, now);
    const opened = connector.connect(connection, {
      ...context(name, entry.config),
      ...(rate !== undefined && { turn }),
    });
    directories.set(name, { digest, directory: opened });
    return opened;
  }

  return {
    connectors,
    use(next) {
      config = next;
    },
    share(partitions) {
      held = partitions;
    },
    target,
    callsFor: (name, change) => targets.get(name)?.pace.callsFor(change) ?? callsFor(change),
    slowness: (name) => targets.get(name)?.pace.slowness() ?? 1,
    directory,
    connector(name) {
      const app = config?.apps.find((entry) => entry.name === name);
      if (app === undefined) throw unknown('app', name);
      const connector = connectors.targets.get(app.connector);
      if (connector === undefined) throw unknown('connector', app.connector);
      return connectorFor(connector, app.connection);
    },
    aside(other) {
      const own = createConnections(connectors, secret, now, edition, kept, pushed, quotas, learn);
      own.use(other);
      own.share(() => held());
      return own;
    },
    check: (raw) => checkConfig(raw, connectors),
  };
}

const unknown = (what: string, name: string) =>
  refused(`unknown-${what}`, `there is no ${what} named ${name}`, 'See `rollcall config export` for what there is.');
