import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/core/config.ts';
import { type ConnectorContext, defineDirectory, defineTarget } from '../../src/core/connector.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { memoryApp } from '../fakes/memory-app.ts';

const settings = z.object({ tenant: z.string(), token: z.string().default('one') });
type Settings = z.infer<typeof settings>;
const rate = { all: { calls: 4, seconds: 10 } };
const quotaOf = ({ tenant }: Readonly<Record<string, unknown>>) => String(tenant);

/** Apps and directories of one vendor, which counts by tenant; each call is one turn. */
function vendor() {
  const app = memoryApp();
  const turns = new Map<string, NonNullable<ConnectorContext['turn']>>();
  const connected = (context: ConnectorContext): void => {
    turns.set(context.name, context.turn ?? (() => Number.NaN));
  };
  const target = defineTarget<Settings>({
    ...app.connector,
    ...{ name: 'graph', config: settings, rate, quotaOf },
    connect(_config, context) {
      connected(context);
      return app.target;
    },
  });
  const directory = defineDirectory<Settings>({
    ...{ kind: 'directory', name: 'graph', title: 'Graph', config: settings, rateOf: () => rate, quotaOf },
    connect(_config, context) {
      connected(context);
      return { read: () => expect.unreachable('nobody reads') };
    },
  });
  const connectors = {
    targets: new Map([['graph', target as never]]),
    directories: new Map([['graph', directory as never]]),
  };
  return { connectors, turns };
}

type Shown = { tenant?: string; token?: string; shards?: number };

const configOf = ({ tenant = 'acme', token = 'one', shards = 1 }: Shown = {}) =>
  Config.parse({
    version: 1,
    directories: [{ name: 'people', connector: 'graph', config: { tenant } }],
    apps: [
      { name: 'crm', connector: 'graph', connection: { tenant, token }, provisioning: { shards } },
      { name: 'elsewhere', connector: 'graph', connection: { tenant: 'other' } },
    ],
  });

function opened(config = configOf()) {
  const { connectors, turns } = vendor();
  const time = { now: 1_000_000 };
  const connections = createConnections(
    connectors,
    () => undefined,
    () => time.now,
  );
  const use = (next: Config) => {
    connections.use(next);
    for (const { name } of next.apps) connections.target(name);
    for (const { name } of next.directories) connections.directory(name);
  };
  use(config);
  /** How many calls of so many have a turn now. */
  const taken = (name: string, calls: number): number =>
    Array.from({ length: calls }, () => turns.get(name)?.('reads') ?? Number.NaN).filter((turn) => {
      if (typeof turn === 'function') turn();
      return typeof turn === 'function';
    }).length;
  return { connections, time, use, taken };
}

describe('the turns of what a vendor counts together', () => {
  it('are one number for a directory and an app of one tenant, and another one for another tenant', () => {
    const { taken, time } = opened();
    expect([taken('people', 3), taken('crm', 3), taken('elsewhere', 9)]).toEqual([3, 1, 4]);
    time.now += 10_010;
    expect([taken('crm', 3), taken('people', 3)]).toEqual([3, 1]);
  });

  it('go on counting where the connection is made anew, and where something is looked at aside', () => {
    const { connections, taken, use } = opened();
    expect(taken('crm', 2)).toBe(2);
    use(configOf({ token: 'two' }));
    expect(taken('crm', 1)).toBe(1);
    connections.aside(configOf({ token: 'three' })).target('crm');
    expect(taken('crm', 9)).toBe(1);
  });

  it('are divided among processes by the partitions each has, and one has them all to itself', () => {
    const [one, two] = [opened(configOf({ shards: 4 })), opened(configOf({ shards: 4 }))];
    one.connections.share(() => ['publisher', 'crm:0', 'crm:1', 'crm:3', 'crm2:0']);
    two.connections.share(() => ['crm:2', 'list:crm']);
    expect([one.taken('crm', 9), two.taken('crm', 9)]).toEqual([3, 1]);
    const alone = opened(configOf({ shards: 4 }));
    alone.connections.share(() => ['crm:0', 'crm:1', 'crm:2', 'crm:3']);
    expect(alone.taken('crm', 9)).toBe(4);
    const idle = opened(configOf({ shards: 4 }));
    expect(idle.taken('crm', 9)).toBe(1);
  });
});
