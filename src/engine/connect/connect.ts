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
import { milliseconds } from '../../core/time-schema.ts';
import { createPace, type Pace } from '../pace.ts';
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
 * nowhere. `pushed`: what sources pushed to a directory.
 */
export function createConnections(
  connectors: Connectors,
  secret: Secret,
  now: () => number,
  edition: (name: string) => number = () => 0,
  kept: (name: string) => KeptSecret | null = () => null,
  pushed: ((directory: string) => PushedSource) | null = null,
): Connections {
  let config: Config | null = null;
  const targets = new Map<string, { digest: string; target: Target; connector: TargetConnector; pace: Pace }>();
  const directories = new Map<string, { digest: string; directory: Directory }>();

  const digestOfConnection = (connector: string, connection: object): string =>
    digestOf([connector, connection, namesWithin(connection).map(edition)]);

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
    const connection = connector.config.parse(resolveSecrets(app.connection, secret));
    const target = connector.connect(connection, context(name, app.connection));
    const opened = { digest, connector, target, pace: createPace(connector.rate, now()) };
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
    const opened = connector.connect(
      connector.config.parse(resolveSecrets(entry.config, secret)),
      context(name, entry.config),
    );
    directories.set(name, { digest, directory: opened });
    return opened;
  }

  return {
    connectors,
    use(next) {
      config = next;
    },
    target,
    directory,
    connector(name) {
      const app = config?.apps.find((entry) => entry.name === name);
      if (app === undefined) throw unknown('app', name);
      const connector = connectors.targets.get(app.connector);
      if (connector === undefined) throw unknown('connector', app.connector);
      return connectorFor(connector, app.connection);
    },
    aside(other) {
      const own = createConnections(connectors, secret, now, edition, kept, pushed);
      own.use(other);
      return own;
    },
    check: (raw) => checkConfig(raw, connectors),
  };
}

const unknown = (what: string, name: string) =>
  refused(`unknown-${what}`, `there is no ${what} named ${name}`, 'See `rollcall config export` for what there is.');
