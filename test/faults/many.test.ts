import { describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import type { Message } from '../../src/local-slack/model.ts';
import { actionBlockOf, pressOf } from '../slack/office.ts';
import { approvers, type Export, exportsOf, exportWith, headcount, lease } from './many/company.ts';
import { endOf, expectOneAccountEach, expectWholeHistory } from './many/end.ts';
import type { Ending, Instance } from './many/instance.ts';
import { openLink, type StoreLink } from './many/link.ts';
import { openMany, told, untilQuiet, type World } from './many/world.ts';
import { type Seeded, seeded } from './random.ts';

/** As in the issue by `MANY_PEOPLE=2000 KILLS=300 TERMS=200 npm run test:faults -- many`; other moments by `SEED=7`. */
const people = Number(process.env.MANY_PEOPLE ?? 60);
const kills = Number(process.env.KILLS ?? 12);
const seed = Number(process.env.SEED ?? 1);
const terms = Number(process.env.TERMS ?? 8);
/** So many that there is work to be struck to the end. */
const changes = Math.max(4, Math.ceil(Math.max(kills, terms) / 10));
const patience = 120_000 + people * 600 + Math.max(kills, terms) * 8_000;
const everybody = headcount(people);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

type Run = { world: World; random: Seeded };

async function opened(options: Partial<Parameters<typeof openMany>[0]> = {}): Promise<Run & { later: Export[] }> {
  const { first, later } = exportsOf(seeded(seed), people, changes);
  const world = await openMany({ seed, faults: 0.06, first, instances: 3, ...options });
  return { world, random: seeded(seed), later };
}

/** Everything HR says, each export once the one before it has come about, while `trouble` goes on; until all is quiet. */
async function live({ world, later }: { world: World; later: readonly Export[] }, trouble: () => Promise<void>) {
  const troubling = trouble();
  await untilQuiet(world, headcount(Math.floor(people * 0.8)), patience);
  for (const said of later) {
    world.say(said.csv);
    await untilQuiet(world, headcount(said.people), patience);
  }
  await troubling;
  world.apps.crm.calm();
  world.apps.wiki.calm();
  await untilQuiet(world, everybody, patience);
}

let calmEnd: ReturnType<typeof withoutFaults> | null = null;

/** What a run of one process comes to in which nothing goes wrong. */
async function withoutFaults() {
  const { world, later } = await opened({ faults: 0, instances: 1 });
  try {
    for (const instance of world.instances) instance.start();
    await live({ world, later }, async () => undefined);
    return await endOf(world);
  } finally {
    await world.close();
  }
}

async function expectSameEnd(world: World): Promise<void> {
  expectOneAccountEach(world, everybody);
  await expectWholeHistory(world);
  calmEnd ??= withoutFaults();
  expect(await endOf(world)).toEqual(await calmEnd);
}

/** Stops or kills one process after the other, at any moment of its life, and starts it again. */
async function strike({ world, random }: Run, times: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (let time = 0; time < times; time += 1) {
    const victim = random.pick<Instance>(world.instances);
    // On a slow machine most would be struck before they had done anything.
    if (random.chance(0.7)) await serving(victim);
    else if (signal === 'SIGTERM') await spoken(victim);
    await pause(random.between(0, 2_500));
    endings.push(await victim.send(signal));
    victim.start();
  }
  return endings;
}

/** Before its first word its code is still being loaded: nobody can take a signal then. */
async function spoken(instance: Instance): Promise<void> {
  while (instance.output() === '' && !instance.hasEnded()) await pause(50);
}

async function serving(instance: Instance): Promise<void> {
  const until = Date.now() + 180_000;
  while (!instance.isServing() && !instance.hasEnded()) {
    if (Date.now() > until) throw new Error(`it does not come to serve:\n${told([instance])}`);
    await pause(50);
  }
}

async function termed(instance: Instance): Promise<Ending> {
  await spoken(instance);
  return instance.send('SIGTERM');
}

const isWell = ({ code, signal }: Ending): boolean => code === 0 && signal === null;

describe('three processes on one store', () => {
  it(
    `end as one process without faults, over ${kills} kill -9 and apps that fail (seed ${seed})`,
    async () => {
      const run = await opened();
      try {
        for (const instance of run.world.instances) instance.start();
        await live(run, async () => void (await strike(run, kills, 'SIGKILL')));
        await expectSameEnd(run.world);
      } finally {
        await run.world.close();
      }
    },
    patience * 2,
  );

  it(
    `lose nothing over ${terms} SIGTERM at any moment, each of which ends with 0`,
    async () => {
      const run = await opened();
      const { instances } = run.world;
      try {
        for (const instance of instances) instance.start();
        const endings: Ending[] = [];
        await live(run, async () => void endings.push(...(await strike(run, terms, 'SIGTERM'))));
        await expectSameEnd(run.world);
        endings.push(...(await Promise.all(instances.map(termed))));
        expect(endings.filter((ending) => !isWell(ending))).toEqual([]);
        expect(endings).toHaveLength(terms + instances.length);
      } finally {
        await run.world.close();
      }
    },
    patience * 2,
  );

  it(
    'are not harmed by one that stands still, one that is cut off, nor by clocks that are ten minutes off',
    async () => {
      const links: StoreLink[] = [];
      const run = await opened({
        differ: async (index, uri) => {
          if (index === 0) return { options: `--import ${clock}`, more: { WALK_CLOCK_AHEAD: '600000' } };
          if (index === 1) return { options: `--import ${clock}`, more: { WALK_CLOCK_AHEAD: '-600000' } };
          const link = await openLink(uri);
          links.push(link);
          return { uri: link.uri };
        },
      });
      const { world, random } = run;
      try {
        for (const instance of world.instances) instance.start();
        const epochs = await epochsOf(world);
        await live(run, async () => {
          for (let round = 0; round < 3; round += 1) {
            await pause(random.between(0, 3_000));
            await random.pick<Instance>(world.instances.slice(0, 2)).freeze(lease * 1.5);
            for (const link of links) link.cut();
            await pause(lease * 1.5);
            for (const link of links) link.mend();
          }
        });
        expect(await epochsOf(world)).toBeGreaterThan(epochs);
        await expectSameEnd(world);
        expect((await Promise.all(world.instances.map(termed))).filter(isWell)).toHaveLength(3);
      } finally {
        await world.close();
        for (const link of links) await link.close();
      }
    },
    patience * 2,
  );
});

const clock = new URL('../e2e/walks/clock-ahead.mjs', import.meta.url).href;

/** How often leases were taken from somebody, in all. */
async function epochsOf({ db }: World): Promise<number> {
  return (await db.collection('leases').find().toArray()).reduce((sum, { epoch }) => sum + Number(epoch), 0);
}

describe('a rolling restart', () => {
  it(
    'is seen by nobody: every press is answered, every card stands there once',
    async () => {
      const newcomers = 8;
      const { world } = await opened({ faults: 0, first: exportWith(0) });
      try {
        for (const instance of world.instances) instance.start();
        await untilQuiet(world, headcount(0), patience);
        const rounds = rollOn(world);
        for (let newcomer = 1; newcomer <= newcomers; newcomer += 1) {
          world.say(exportWith(newcomer));
          await pressed(world, newcomer);
        }
        const endings = await rounds.end();
        await untilQuiet(world, headcount(newcomers), patience);
        expect(endings.length).toBeGreaterThanOrEqual(world.instances.length);
        expect(endings.filter((ending) => !isWell(ending))).toEqual([]);
        expectOneAccountEach(world, headcount(newcomers));
        await expectWholeHistory(world);
        const shown = cardsIn(world).map(({ approval }) => approval);
        expect(shown.length).toBeGreaterThanOrEqual(newcomers);
        expect(new Set(shown).size).toBe(shown.length);
      } finally {
        await world.close();
      }
    },
    patience * 2,
  );
});

/** One process after the other, the next one once the last is connected to Slack again, until `end`; at least once round. */
function rollOn(world: World): { end(): Promise<Ending[]> } {
  let isOver = false;
  const endings: Ending[] = [];
  const rolling = (async () => {
    while (!isOver || endings.length < world.instances.length) {
      const instance = world.instances[endings.length % world.instances.length];
      if (instance === undefined) return;
      endings.push(await instance.send('SIGTERM'));
      instance.start();
      while (!instance.output().includes('connected to Slack by Socket Mode')) await pause(100);
    }
  })();
  return {
    async end() {
      isOver = true;
      await rolling;
      return endings;
    },
  };
}

/** Ada presses *Approve* on whatever cards about this newcomer's account are there, until one is answered; then nobody waits. */
async function pressed(world: World, newcomer: number): Promise<void> {
  const until = Date.now() + patience;
  const email = `n${newcomer}@acme.test`;
  for (;;) {
    const person = await world.db.collection('people').findOne({ 'attributes.email': email });
    const login = person && (await world.db.collection('logins').findOne({ person: String(person._id), app: 'wiki' }));
    if (login && login.operation?.state !== 'awaiting' && login.operation?.state !== 'planned') return;
    for (const { approval, message } of cardsIn(world))
      if (login?.operation?.ask?.approval === approval)
        expect(await world.workspace.actions.press(pressOf(approvers[0].user, message, actionIds.approve))).toEqual({
          ok: true,
        });
    if (Date.now() > until) throw new Error(`${email} waits: ${JSON.stringify(login)}\n${told(world.instances)}`);
    await pause(200);
  }
}

/** Cards in #access, with the request each shows. */
function cardsIn({ workspace: { state } }: World): { approval: string; message: Message }[] {
  const channel = state.channels.find(({ name }) => name === 'access')?.id ?? '';
  return state.messages(channel, approvers[0].user).flatMap((message) => {
    const block = actionBlockOf(message.blocks, actionIds.details);
    const button = block?.type === 'actions' ? block.elements.find(isDetails) : undefined;
    const value = button !== undefined && 'value' in button ? button.value : undefined;
    return value === undefined ? [] : [{ approval: value.split(':')[0] ?? '', message }];
  });
}

const isDetails = ({ action_id }: { action_id?: string }): boolean => action_id === actionIds.details;
