import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connector as scim } from '../../connectors/scim/index.ts';
import { Config } from '../../src/core/config.ts';
import type { DirectoryConnector, TargetConnector } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { systemClock, systemRandom } from '../../src/engine/system-clock.ts';
import { timingsOf } from '../../src/engine/timings.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { configOf, silent } from '../engine/company.ts';
import { memoryDirectory, row } from '../fakes/memory-directory.ts';
import { mostWithin } from '../fakes/most-within.ts';
import { testSealing } from '../fakes/sealing.ts';
import type { Reached, Said } from './limited-server.ts';

/** How many people get an account, at less than ten a second; left out, nothing of this is run. */
const operations = Number(process.env.OPERATIONS ?? 0);
/** At a fifth of the limit it would still come to its end. */
const patience = 60_000 + operations * 500;
const someone = system('test');

async function startServer() {
  const child = fork(new URL('limited-server.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const [began] = (await once(child, 'message')) as [Said];
  if (!('port' in began)) throw new Error('the server did not begin');
  return {
    baseUrl: `http://127.0.0.1:${began.port}/scim`,
    async reached(): Promise<Reached[]> {
      child.send('tell');
      const [told] = (await once(child, 'message')) as [Said];
      return 'reached' in told ? told.reached : [];
    },
    stop: () => child.disconnect(),
  };
}

/** The engine with the machine's own clock, on the memory store, in front of that server. */
async function importing(baseUrl: string) {
  const plain = configOf();
  const connection = { baseUrl, auth: { type: 'bearer', token: 'any' }, allowHosts: ['127.0.0.1'] };
  const options = { callsPerSecond: 10 };
  const apps = plain.apps.map((app) => ({ ...app, connector: 'scim', connection: { ...connection, options } }));
  const config = Config.parse({ ...plain, apps: apps.map((app) => ({ ...app, parameters: [] })) });
  const directory = memoryDirectory(
    ['ada', 'bea', ...Array.from({ length: operations - 2 }, (_, index) => `p${index}`)].map((id) => row(id)),
  );
  const store = memoryStore();
  const connections = createConnections(
    {
      targets: new Map([['scim', scim as TargetConnector]]),
      directories: new Map([['memory-directory', directory.connector as DirectoryConnector]]),
    },
    () => undefined,
    systemClock.now,
  );
  const engine = createEngine({
    ...{ store, clock: systemClock, random: systemRandom, log: silent, connections, timings: timingsOf(config) },
    ...{ ...testSealing(), owner: 'one', team: () => 'T1', outbox() {}, showCard: async () => undefined },
  });
  await engine.configure(config, someone);
  engine.start();
  return engine;
}

describe.runIf(operations > 0)('an app that takes ten requests in any second, in real time', () => {
  it(
    'never meets more, through all its 429s, and everybody has an account in the end',
    async () => {
      const server = await startServer();
      const engine = await importing(server.baseUrl);
      await engine.useCases.sync(null, someone);
      const isDone = async () => {
        const reached = await server.reached();
        return reached.filter(({ method, answer }) => method === 'POST' && answer === 'done').length >= operations;
      };
      while (!(await isDone())) await sleep(2_000);
      const reached = await server.reached();
      await engine.stop();
      server.stop();

      const times = reached.map(({ at }) => at);
      const count = (answer: Reached['answer']) => reached.filter((one) => one.answer === answer).length;
      const posts = reached.filter(({ method }) => method === 'POST').map(({ at }) => at);
      const seconds = (Math.max(...posts) - Math.min(...posts)) / 1_000;
      const figures = {
        ...{ requests: times.length, creations: posts.length, slowDowns: count('slow down'), over: count('over') },
        ...{ mostInASecond: mostWithin(times, 1_000), mostInAMinute: mostWithin(times, 60_000), seconds },
        perSecond: posts.length / seconds,
      };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures.mostInASecond, JSON.stringify(figures)).toBeLessThanOrEqual(10);
      expect(figures.over).toBe(0);
      expect(figures.slowDowns).toBeGreaterThan(0);
      expect(new Set(reached.filter(({ method, answer }) => method === 'POST' && answer === 'done')).size).toBe(
        operations,
      );
    },
    patience,
  );
});
