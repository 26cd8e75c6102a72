import { system } from '../../../src/core/event.ts';
import type { Login } from '../../../src/core/login-model.ts';
import { isFinal } from '../../../src/core/operation.ts';
import { seeded } from '../random.ts';
import { rowsWith } from './company.ts';
import type { Fault } from './fault.ts';
import type { Kind } from './kinds.ts';
import { press } from './press.ts';
import { type Begun, copyOf, openScene, type Scene } from './scene.ts';

/** The company before the change, made by the same engine while nothing fails. */
export async function prepare(kind: Kind): Promise<Begun> {
  const scene = openScene(kind, seeded(1));
  const { time, store, app } = scene;
  const { engine } = scene.start('before');
  const configured = engine.configure(scene.config, system('test'));
  await time.advance(100);
  await configured;
  for (const row of kind.before === null ? [null] : [{ ...kind.before, status: 'active' as const }, kind.before]) {
    scene.directory.state.rows = rowsWith(row);
    const synced = engine.useCases.sync(null, system('test'));
    for (let round = 0; round < 40; round += 1) {
      await time.advance(1_000);
      await press(scene);
    }
    await synced;
  }
  const stopped = engine.stop();
  await time.advance(20_000);
  await stopped;
  for (const account of app.accounts.values())
    if (account.externalId !== null) account.entitlements = withChess(account.entitlements);
  return { at: time.clock.now(), store, accounts: [...app.accounts.values()] };
}

/** Somebody has put her into a group by hand, and nobody has noticed yet. */
const withChess = ({ groups = [], ...others }: Readonly<Record<string, readonly string[]>>) => ({
  ...others,
  groups: [...groups, 'Chess'].sort(),
});

const step = 1_000;
/** So many steps nothing may happen any more: longer than anything waits, but for a clock that was put back. */
const calm = 6;
const patience = 240;
const [longSince, tenMinutes] = [60, 600_000];

/** The change, the fault, and everything that follows until all is calm. */
export async function play(kind: Kind, begun: Begun, seed: number, { install, alone }: Fault): Promise<Scene> {
  const random = seeded(seed);
  const scene = openScene(kind, random, { ...begun, store: await copyOf(begun.store) });
  scene.directory.state.rows = rowsWith(kind.before);
  for (const name of alone === true ? ['one'] : ['one', 'two']) {
    scene.start(name);
    await scene.time.advance(random.between(1, 400));
  }
  install(scene);
  scene.directory.state.rows = rowsWith(kind.now);
  random
    .pick(scene.instances)
    .engine.useCases.sync(null, system('test'))
    .catch(() => undefined);
  await untilCalm(scene);
  return scene;
}

async function untilCalm(scene: Scene): Promise<void> {
  let [still, version] = [0, -1];
  for (let round = 0; round < patience && still < calm; round += 1) {
    if (round === longSince) scene.time.leap(tenMinutes);
    await scene.time.advance(step);
    await press(scene);
    sweep(scene, round);
    const login = await scene.login();
    still = isAtRest(scene, login) && login?.version === version ? still + 1 : 0;
    version = login?.version ?? -1;
  }
}

/** What the alarm clock does in production, whenever it likes. */
function sweep({ random, instances, kind }: Scene, round: number): void {
  const alarms = random.pick(instances.filter(({ life }) => !life.isDead())).engine.alarms;
  if (round % 5 === 1) void alarms.verify(kind.app).catch(() => undefined);
  if (round % 8 === 3) void alarms.approvals().catch(() => undefined);
  if (round % 8 === 7) void alarms.work().catch(() => undefined);
}

const isAtRest = ({ pending }: Scene, login: Login | null): boolean => {
  if (pending > 0 || login?.operation == null || login.nextAt !== null || login.outbox.length > 0) return false;
  const { state } = login.operation;
  return isFinal(state) || state === 'failed' || state === 'held';
};
