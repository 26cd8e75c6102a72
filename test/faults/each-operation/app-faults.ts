import { timings } from './company.ts';
import { answered, arriveLater, broken, callsOnly, type Fault, onCalls } from './fault.ts';
import type { Scene } from './scene.ts';

const few = ({ random }: Scene): number => random.between(1, 3);

/** What an app, or the way to it, does with a call. */
export const appFaults: readonly Fault[] = [
  {
    name: 'answer lost, after the effect',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async ({ send }) => {
        await send();
        throw answered(scene, 504);
      }),
  },
  {
    name: 'answer lost, without effect',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async () => {
        throw answered(scene, 504);
      }),
  },
  {
    name: 'effect late, within the settle time',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async (sent) => {
        arriveLater(scene, sent, scene.random.between(1, timings.settle - 100));
        throw broken(scene, 'ECONNRESET');
      }),
  },
  {
    name: 'effect late, after the settle time',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, 1, async (sent) => {
        arriveLater(scene, sent, scene.random.between(timings.settle + 200, timings.settle * 2));
        throw broken(scene, 'ECONNRESET');
      }),
  },
  {
    name: 'connection reset in the middle of the answer',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async ({ send }) => {
        await send();
        await scene.time.clock.sleep(scene.random.between(1, 1_000));
        throw broken(scene, 'ECONNRESET');
      }),
  },
  {
    name: 'call never ends, with or without effect',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async ({ send, signal }) => {
        if (scene.random.chance(0.5)) await send();
        await scene.time.clock.sleep(3_600_000, signal);
        throw broken(scene, 'ECONNABORTED');
      }),
  },
  {
    name: '429, for so many seconds',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async () => {
        throw answered(scene, 429, { 'Retry-After': `${scene.random.between(1, 5)}` });
      }),
  },
  {
    name: '429, until a date',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async () => {
        const until = new Date(scene.time.clock.now() + scene.random.between(1_000, 6_000));
        throw answered(scene, 429, { 'Retry-After': until.toUTCString() });
      }),
  },
  {
    name: '500, with or without effect',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, few(scene), async ({ send }) => {
        if (scene.random.chance(0.5)) await send();
        throw answered(scene, scene.random.pick([500, 502, 503]), { 'Retry-After': '2' });
      }),
  },
  {
    name: '401 until somebody mends it',
    spares: callsOnly,
    install(scene) {
      const { hooks, random } = scene;
      const refuse = async (): Promise<never> => {
        throw answered(scene, 401);
      };
      onCalls(scene, 1, () => {
        [hooks.call, hooks.read] = [refuse, refuse];
        scene.after(random.between(1_000, 20_000), () => {
          [hooks.call, hooks.read] = [null, null];
        });
        return refuse();
      });
    },
  },
  {
    name: 'reads show the past, with or without an answer',
    spares: callsOnly,
    install(scene) {
      const { app, hooks, random } = scene;
      onCalls(scene, few(scene), async ({ send }) => {
        const past = structuredClone(app.accounts);
        hooks.seen ??= () => past;
        scene.after(random.between(500, timings.settle - 100), () => {
          hooks.seen = null;
        });
        const answer = await send();
        if (random.chance(0.5)) throw answered(scene, 504);
        return answer;
      });
    },
  },
  {
    name: 'lists leave the account out, reads of its own do not',
    spares: (kind) => callsOnly(kind) ?? (kind.end === null ? 'there is none afterwards' : null),
    install(scene) {
      const { app, hooks } = scene;
      hooks.call = async ({ send }) => {
        hooks.call = null;
        const answer = await send();
        hooks.seen = (kind) => {
          if (kind !== 'list') return app.accounts;
          scene.strikes += 1;
          return new Map([...app.accounts].filter(([remoteId]) => remoteId !== answer?.remoteId));
        };
        scene.after(timings.settle * 2 + 5_000, () => {
          hooks.seen = null;
        });
        return answer;
      };
    },
  },
];
