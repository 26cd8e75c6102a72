import { refused } from '../../../src/core/errors.ts';
import { timings } from './company.ts';
import {
  answered,
  arriveLater,
  broken,
  callsOnly,
  type Fault,
  isIntent,
  isOutcome,
  onCalls,
  onWrite,
} from './fault.ts';
import type { Sent } from './hooks.ts';
import type { Life } from './life.ts';
import { press } from './press.ts';
import type { Scene } from './scene.ts';

/** For longer than others wait before they take over, and up to long after they have looked what became of the call. */
function standStill(scene: Scene, by: Life): void {
  const long = scene.random.between(timings.lease * 2, timings.lease * 3 + timings.settle * 2);
  scene.after(long, by.freeze());
}

/** It comes to the app only once another process has called there, and before that one has looked what became of it. */
async function refusedLate(scene: Scene, by: Life): Promise<never> {
  const thaw = by.freeze();
  while (scene.strikes < 2) await scene.time.clock.sleep(100);
  scene.after(scene.random.between(0, timings.settle / 2), thaw);
  await by.awake();
  throw broken(scene, 'ECONNREFUSED');
}

/** The process is gone while its call is on its way, which comes to the app all the same. */
function killedInCall(scene: Scene, besides: (sent: Sent) => void = () => undefined): void {
  onCalls(scene, 1, async (sent) => {
    arriveLater(scene, sent, scene.random.between(0, timings.settle));
    sent.by.kill();
    besides(sent);
    return null;
  });
}

const lost = () => refused('store-unavailable', 'the store did not answer', 'Bring it back.');
const tenMinutes = 600_000;

/** The clock of whoever has begun is put on or back, at once or a moment later; half of the calls are not answered besides. */
const clockPut =
  (ahead: number): Fault['install'] =>
  (scene) =>
    onWrite(scene, isIntent, async ({ by, write }) => {
      const { hooks, random, time } = scene;
      if (random.chance(0.5))
        hooks.call = async ({ send }) => {
          hooks.call = null;
          await send();
          throw answered(scene, 504);
        };
      void time.clock.sleep(random.between(0, 3_000)).then(() => by.putClock(ahead));
      return write();
    });

/** What happens to processes of Rollcall, their clocks and their store. */
export const processFaults: readonly Fault[] = [
  {
    name: 'killed before the call',
    install: (scene) =>
      onWrite(scene, isIntent, async ({ by, write }) => {
        const won = await write();
        by.kill();
        return won;
      }),
  },
  {
    name: 'killed during the call',
    spares: callsOnly,
    install: (scene) => killedInCall(scene),
  },
  {
    name: 'killed during the call, all other clocks ten minutes ahead',
    spares: callsOnly,
    install: (scene) =>
      killedInCall(scene, ({ by }) => {
        for (const { life } of scene.instances) if (life !== by) life.putClock(tenMinutes);
      }),
  },
  {
    name: 'killed before the outcome is written',
    install: (scene) =>
      onWrite(scene, isOutcome, async ({ by }) => {
        by.kill();
        return new Set();
      }),
  },
  {
    name: 'intent written or not, the store’s answer lost',
    install: (scene) =>
      onWrite(scene, isIntent, async ({ write }) => {
        if (scene.random.chance(0.5)) await write();
        throw lost();
      }),
  },
  {
    name: 'outcome written or not, the store’s answer lost',
    install: (scene) =>
      onWrite(scene, isOutcome, async ({ write }) => {
        if (scene.random.chance(0.5)) await write();
        throw lost();
      }),
  },
  {
    name: 'store away for half a minute',
    install: (scene) =>
      onWrite(scene, scene.random.chance(0.5) ? isIntent : isOutcome, async ({ write }) => {
        const { hooks, random } = scene;
        if (random.chance(0.5)) await write();
        hooks.store = () => {
          throw lost();
        };
        scene.after(random.between(1_000, 30_000), () => {
          hooks.store = null;
        });
        throw lost();
      }),
  },
  {
    name: 'stands still before the call, lease lost',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, 1, async ({ by, send }) => {
        standStill(scene, by);
        await by.awake();
        return send();
      }),
  },
  {
    name: 'stands still before the call, then refused while the other’s call is under way',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, 2, async ({ by, send }) => {
        if (scene.strikes === 1) return refusedLate(scene, by);
        await send();
        throw answered(scene, 504);
      }),
  },
  {
    name: 'stands still after the call, lease lost',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, 1, async ({ by, send }) => {
        const answer = await send();
        standStill(scene, by);
        await by.awake();
        return answer;
      }),
  },
  {
    name: 'all wake-ups and presses doubled, in both processes',
    install(scene) {
      const { hooks, instances, random, time } = scene;
      const isOver = time.clock.monotonic() + 6_000;
      hooks.write = (written) => {
        if (isIntent(written)) scene.strikes += 1;
        return written.write();
      };
      void (async () => {
        while (time.clock.monotonic() < isOver) {
          await time.clock.sleep(random.between(20, 200));
          for (const { engine } of [...instances, ...instances]) {
            void engine.alarms.work().catch(() => undefined);
            void press(scene);
          }
        }
      })();
    },
  },
  { name: 'clock put ten minutes on', byClock: true, install: clockPut(tenMinutes) },
  { name: 'clock put ten minutes back', byClock: true, install: clockPut(-tenMinutes) },
];
