import { connector as manual } from '../../../connectors/manual.ts';
import type { TargetConnector } from '../../../src/core/connector.ts';
import { createConnections } from '../../../src/engine/connect/connect.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import type { Store } from '../../../src/engine/store-ports.ts';
import { timingsOf } from '../../../src/engine/timings.ts';
import { countingRandom, silent } from '../../engine/company.ts';
import { testSealing } from '../../fakes/sealing.ts';
import { createLife, type Life } from './life.ts';
import { lineTo } from './line.ts';
import type { Scene } from './scene.ts';

/** One process of Rollcall. */
export type Instance = { life: Life; engine: Engine };

const sealing = testSealing();

/** A whole Rollcall on the scene’s store, directory and app: the engine as it runs in production, not yet started. */
export function createInstance(scene: Scene, name: string): Instance {
  const { time, directory, config, random } = scene;
  const life = createLife(time.clock);
  const line = lineTo({ ...scene, clock: time.clock }, life);
  const connections = createConnections(
    {
      targets: new Map([line, manual as TargetConnector].map((one) => [one.name, one])),
      directories: new Map([[directory.connector.name, directory.connector]]),
    },
    () => undefined,
    life.clock.now,
  );
  const engine = createEngine({
    ...{ store: storeOf(scene, life), clock: life.clock, log: silent, connections, ...sealing },
    random: { ...countingRandom(`${name}-`), fraction: random.fraction },
    timings: timingsOf(config),
    ...{ owner: name, team: () => 'T1', outbox() {}, showCard: async () => undefined },
  });
  return { life, engine };
}

/** The one store as this process reaches it; what changes Zoe’s login meets the faults there are. */
function storeOf({ store, hooks, time, random }: Scene, life: Life): Store {
  const { swap } = store.logins;
  const logins: Store['logins'] = {
    ...store.logins,
    async swap(pairs) {
      await time.clock.sleep(random.between(0, 3));
      const [pair, another] = pairs;
      const write = () => swap(pairs);
      if (hooks.write === null || pair === undefined || another !== undefined) return write();
      return hooks.write({ ...pair, by: life, write });
    },
  };
  const parts = Object.entries({ ...store, logins }).map(([name, part]) => [name, life.through(part, hooks)]);
  return Object.fromEntries(parts) as Store;
}
