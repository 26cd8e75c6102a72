import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { aboutName } from '../../src/core/named-secret.ts';
import type { Secret } from '../../src/core/password.ts';
import { examineKeys } from '../../src/engine/examine/examine-keys.ts';
import { type RotateDeps, rotateKeys } from '../../src/engine/secret/rotate-keys.ts';
import type { KeyRing } from '../../src/engine/secret/secret-ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { fileKeys } from '../../src/store/file-keys.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys, missingKeys, type SealingKeys } from '../../src/store/sealing-keys.ts';
import { aSecret, next } from '../contracts/store/builders.ts';
import { aNamedSecret } from '../contracts/store/named-secrets.ts';
import { countingRandom } from './company.ts';

const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
const quiet = () => undefined;

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-rotate-'));
  store = memoryStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let processes = 0;
/** A process on the key file. */
const inFile = (): SealingKeys => fileKeys({ path: join(folder, 'keys'), learn: quiet });
const inEnvironment = (first: number, ...older: number[]): SealingKeys =>
  environmentKeys([new Uint8Array(32).fill(first), ...older.map((seed) => new Uint8Array(32).fill(seed))]);

function processOf(keys: SealingKeys, more: Partial<RotateDeps> = {}): RotateDeps {
  processes += 1;
  const number = processes;
  return {
    ...{ store, keys, sealer: createSealer(keys), random: countingRandom(`${number}-`) },
    clock: {
      now: () => 5,
      monotonic: () => 5,
      sleep: async () => undefined,
      deadline: () => new AbortController().signal,
    },
    bell: { ring: quiet },
    exclusive: (_name, task) => task(),
    ...more,
  };
}

const put = (deps: RotateDeps, id: string, text: string, change: Partial<Secret> = {}) =>
  deps.store.secrets.insert([aSecret(id, { sealed: deps.sealer.seal(text, id), page: null, ...change })]);

/** What every secret says to a process that starts now. */
async function readAll(keys: SealingKeys = inFile()): Promise<Record<string, string>> {
  const sealer = createSealer(keys);
  const all = await store.secrets.due(1_000, 10_000);
  return Object.fromEntries(all.map(({ id, sealed }) => [id, sealed === null ? '' : sealer.open(sealed, id)]));
}
const rotationsTold = async () =>
  (await store.events.list({}, null, 100)).filter(({ type }) => type === 'keys.rotated');

describe('a rotation of the key file', () => {
  it('puts a new key first, seals everything anew under it, and drops the old one', async () => {
    const deps = processOf(inFile());
    for (const number of Array.from({ length: 450 }, (_, index) => index))
      await put(deps, `s-${number}`, `text ${number}`);
    await store.secrets.insert([aSecret('erased', { sealed: null, page: null })]);
    const [old = ''] = deps.keys.ids();
    const seen: number[] = [];
    const rotation = await rotateKeys(deps, ops, (sealed) => void seen.push(sealed));
    expect(rotation).toMatchObject({ source: 'file', made: true, sealed: 450, spare: [old], unreadable: [] });
    expect(deps.keys.ids()).toEqual([rotation.key]);
    expect(await store.secrets.sealedUnderOther(rotation.key ?? '', null, 10)).toEqual([]);
    expect(await readAll()).toMatchObject({ 's-0': 'text 0', 's-449': 'text 449', erased: '' });
    expect(seen.at(-1)).toBe(450);
    const [event, ...others] = await rotationsTold();
    expect(others).toEqual([]);
    expect(event?.actor).toEqual(ops);
    expect(event?.message).toBe(
      `sealing keys rotated: 450 secrets were sealed anew under key ${rotation.key}; dropped ${old}`,
    );
  });

  it('leaves everything else about a secret as it was', async () => {
    const deps = processOf(inFile());
    await put(deps, 's-1', 'text', { waiting: ['crm', 'wiki'], attempts: 3, nextAt: 77 });
    const before = await store.secrets.get('s-1');
    await rotateKeys(deps, ops, quiet);
    const after = await store.secrets.get('s-1');
    expect({ ...after, sealed: null, version: 0 }).toEqual({ ...before, sealed: null, version: 0 });
    expect(after?.version).toBe((before?.version ?? 0) + 1);
  });

  it('tells people of a fresh page whose link went with the key, and nobody else', async () => {
    const deps = processOf(inFile());
    const page = (expires: number) => ({ purpose: 'show' as const, nonce: 'n', expires });
    await put(deps, 'has-link', 'text', { page: page(90), told: true, nextAt: 90 });
    await put(deps, 'has-none-yet', 'text', { page: page(90), nextAt: 3 });
    await put(deps, 'too-late', 'text', { page: page(5), told: true, nextAt: 5 });
    await put(deps, 'no-page', 'text', { told: true });
    const before = await store.secrets.many(['has-none-yet', 'too-late', 'no-page']);
    expect(await rotateKeys(deps, ops, quiet)).toMatchObject({ sealed: 4, relinked: 1 });
    const fresh = await store.secrets.get('has-link');
    expect(fresh).toMatchObject({ told: false, nextAt: 5, page: { purpose: 'show' } });
    expect(fresh?.page?.nonce).not.toBe('n');
    expect((await store.outbox.due(5, 10)).map(({ subject, to }) => [subject, to])).toEqual([
      ['has-link n', 'p-has-link'],
    ]);
    for (const { id, page: kept, told } of before)
      expect(await store.secrets.get(id)).toMatchObject({ page: kept, told });
  });

  it('seals the named secrets anew as well, as the same secrets', async () => {
    const deps = processOf(inFile());
    const about = aboutName('CRM_TOKEN');
    await store.namedSecrets.insert([aNamedSecret('CRM_TOKEN', { sealed: deps.sealer.seal('token', about) })]);
    await store.namedSecrets.insert([aNamedSecret('GONE', { sealed: null })]);
    const rotation = await rotateKeys(deps, ops, quiet);
    expect(rotation).toMatchObject({ sealed: 1, unreadable: [] });
    const after = await store.namedSecrets.get('CRM_TOKEN');
    expect(after).toMatchObject({ edition: 1, version: 1, sealed: { key: rotation.key } });
    if (after?.sealed) expect(createSealer(inFile()).open(after.sealed, about)).toBe('token');
    expect((await rotateKeys(processOf(inFile()), ops, quiet)).spare).toEqual([rotation.key]);
  });

  it('keeps the key of a named secret that does not open', async () => {
    const deps = processOf(inFile());
    const sealed = deps.sealer.seal('token', 'somewhere else');
    await store.namedSecrets.insert([aNamedSecret('CRM_TOKEN', { sealed })]);
    const rotation = await rotateKeys(deps, ops, quiet);
    expect(rotation).toMatchObject({ sealed: 0, spare: [], unreadable: [{ key: sealed.key, count: 1, held: true }] });
    expect(deps.keys.ids()).toContain(sealed.key);
  });

  it('has nothing to do where no key was ever needed, and makes none', async () => {
    const deps = processOf(inFile());
    expect(await rotateKeys(deps, ops, quiet)).toMatchObject({ key: null, made: false, sealed: 0 });
    expect(deps.keys.ids()).toEqual([]);
    expect(await rotationsTold()).toEqual([]);
  });

  it('makes no key of its own where secrets are sealed under keys that are elsewhere', async () => {
    await put(processOf(inEnvironment(1)), 's-1', 'text');
    const deps = processOf(inFile());
    await expect(rotateKeys(deps, ops, quiet)).rejects.toMatchObject({ code: 'keys-elsewhere', next: 'show' });
    expect(deps.keys.ids()).toEqual([]);
  });

  it('rotates again and again, each time to a new key', async () => {
    const deps = processOf(inFile());
    await put(deps, 's-1', 'text');
    const keys = [deps.sealer.key];
    for (let round = 0; round < 3; round += 1) keys.push((await rotateKeys(deps, ops, quiet)).key ?? '');
    expect(new Set(keys).size).toBe(4);
    expect(await readAll()).toEqual({ 's-1': 'text' });
    expect(await rotationsTold()).toHaveLength(3);
  });

  it('keeps a key that something it cannot open is sealed under, says so, and rotates all the same next time', async () => {
    const deps = processOf(inFile());
    await put(deps, 's-1', 'text');
    await put(deps, 's-2', 'text');
    const stored = await store.secrets.get('s-2');
    if (stored?.sealed === null || stored === null) throw new Error('nothing stored');
    const moved = { ...stored.sealed, nonce: 'AAAAAAAAAAAAAAAA' };
    await store.secrets.swap([{ before: stored, after: next(stored, { sealed: moved }) }]);
    const [old = ''] = deps.keys.ids();
    const first = await rotateKeys(deps, ops, quiet);
    expect(first).toMatchObject({ made: true, sealed: 1, spare: [], unreadable: [{ key: old, count: 1, held: true }] });
    const second = await rotateKeys(deps, ops, quiet);
    expect(second).toMatchObject({
      made: true,
      sealed: 1,
      spare: [first.key],
      unreadable: [{ key: old, count: 1, held: true }],
    });
    expect(deps.keys.ids()).toEqual([second.key, old]);
  });

  it('waits for what a bot sealed just before, and seals it anew', async () => {
    const bot = processOf(inFile());
    await put(bot, 's-1', 'text');
    const late = aSecret('late', { sealed: bot.sealer.seal('on its way', 'late'), page: null });
    const deps = processOf(inFile());
    const slow = { ...deps, clock: { ...deps.clock, sleep: async () => void (await store.secrets.insert([late])) } };
    expect(await rotateKeys(slow, ops, quiet)).toMatchObject({ sealed: 2, unreadable: [] });
    expect(await readAll()).toEqual({ 's-1': 'text', late: 'on its way' });
  });

  /** At this moment. */
  const rotatedAt = (now: number) => {
    const deps = processOf(inFile());
    return rotateKeys({ ...deps, clock: { ...deps.clock, now: () => now } }, ops, quiet);
  };

  it('loses nothing of a process that stood still for hours between sealing and writing', async () => {
    const frozen = processOf(inFile());
    const late = aSecret('late', { sealed: frozen.sealer.seal('on its way', 'late'), page: null });
    await rotatedAt(0);
    await rotatedAt(12 * 3_600_000);
    await store.secrets.insert([late]);
    expect(await readAll()).toEqual({ late: 'on its way' });
    const said = await examineKeys({ store, keys: inFile() }, null);
    expect(said.map(({ state }) => state)).toEqual(['right', 'note']);
    const rotation = await rotatedAt(72 * 3_600_000);
    expect(rotation).toMatchObject({ sealed: 1, unreadable: [] });
    expect(await readAll()).toEqual({ late: 'on its way' });
  });

  it('forgets a key a day after it was retired, and none that something is sealed under still', async () => {
    const deps = processOf(inFile());
    await put(deps, 's-1', 'text');
    const [first = ''] = deps.keys.ids();
    const second = (await rotatedAt(0)).key;
    const third = (await rotatedAt(24 * 3_600_000)).key;
    expect(inFile().retired()).toEqual([second, first]);
    const [stored] = await store.secrets.due(1_000, 1);
    if (stored == null || stored.sealed === null || second === null) throw new Error('nothing stored');
    // It will not open, as it was moved here from another place: nothing says what it was sealed under is not to be had elsewhere.
    await store.secrets.insert([aSecret('moved', { sealed: { ...stored.sealed, key: second }, page: null })]);
    await rotatedAt(72 * 3_600_000);
    expect(inFile().retired()).toEqual([third, second]);
  });

  it('lets a bot beside it go on: at every step it opens all there is, seals and changes secrets', async () => {
    const bot = processOf(inFile());
    for (let number = 0; number < 5; number += 1) await put(bot, `s-${number}`, `text ${number}`);
    let steps = 0;
    const { secrets } = store;
    const busy = async <T>(answer: Promise<T>): Promise<T> => {
      const result = await answer;
      steps += 1;
      await put(bot, `n-${steps}`, `new ${steps}`);
      const changed = await secrets.get(`s-${steps % 5}`);
      if (changed !== null) {
        const sealed = bot.sealer.seal(`changed ${steps}`, changed.id);
        await secrets.swap([{ before: changed, after: next(changed, { sealed }) }]);
      }
      for (const { id, sealed } of await secrets.due(1_000, 1_000)) if (sealed !== null) bot.sealer.open(sealed, id);
      return result;
    };
    const beside: Store = {
      ...store,
      secrets: {
        ...secrets,
        sealedUnderOther: (...given) => busy(secrets.sealedUnderOther(...given)),
        swap: (pairs) => busy(Promise.resolve()).then(() => secrets.swap(pairs)),
      },
    };
    const rotation = await rotateKeys(processOf(inFile(), { store: beside }), ops, quiet);
    expect(rotation.unreadable).toEqual([]);
    expect(steps).toBeGreaterThan(3);
    const after = await readAll();
    for (let step = 1; step <= steps; step += 1) expect(after[`n-${step}`]).toBe(`new ${step}`);
    expect(Object.keys(after)).toHaveLength(5 + steps);
    expect(bot.keys.ids()).toEqual([rotation.key]);
  });
});

describe('an interrupted rotation', () => {
  /** Ends the process at the step of this number, before it has an effect or after. */
  class Killed extends Error {}
  const killedAt = (step: number, late: boolean) => {
    let count = 0;
    return async <T>(act: () => T | Promise<T>): Promise<T> => {
      count += 1;
      if (count !== step) return act();
      if (late) await act();
      throw new Killed();
    };
  };
  const mortal = (deps: RotateDeps, kill: ReturnType<typeof killedAt>): RotateDeps => {
    const { secrets, events } = deps.store;
    const sealed = {
      ...secrets,
      swap: (...given: Parameters<typeof secrets.swap>) => kill(() => secrets.swap(...given)),
    };
    const chained = {
      ...events,
      append: (...given: Parameters<typeof events.append>) => kill(() => events.append(...given)),
    };
    return {
      ...deps,
      store: { ...deps.store, secrets: sealed, events: chained },
      clock: { ...deps.clock, sleep: () => kill(() => undefined) },
    };
  };
  /** Changes of the file are synchronous, so a process ends beside them and not in them. */
  const mortalKeys = (
    keys: SealingKeys,
    fatal: { add: 'before' | 'after' | null; drop: 'before' | 'after' | null },
  ): KeyRing => ({
    ...keys,
    add() {
      if (fatal.add === 'before') throw new Killed();
      const id = keys.add();
      if (fatal.add === 'after') throw new Killed();
      return id;
    },
    drop(ids, at) {
      if (fatal.drop === 'before') throw new Killed();
      keys.drop(ids, at);
      if (fatal.drop === 'after') throw new Killed();
    },
  });

  const side = fc.constantFrom(null, 'before' as const, 'after' as const);
  const life = fc.record({ step: fc.integer({ min: 1, max: 8 }), late: fc.boolean(), add: side, drop: side });

  it('loses nothing wherever it ends and however often, and the next one ends it', async () => {
    let rounds = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 5 }), fc.integer({ min: 1, max: 450 }), async (lives, count) => {
        rounds += 1;
        for (const name of ['keys', 'keys.retired']) rmSync(join(folder, name), { force: true });
        store = memoryStore();
        const wanted: Record<string, string> = {};
        const bot = processOf(inFile());
        for (let number = 0; number < count; number += 1) {
          await put(bot, `s-${number}`, `text ${number}`);
          wanted[`s-${number}`] = `text ${number}`;
        }
        for (const { step, late, add, drop } of lives) {
          const keys = inFile();
          const deps = processOf(keys, { keys: mortalKeys(keys, { add, drop }) });
          await rotateKeys(mortal(deps, killedAt(step, late)), ops, quiet).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
          expect(await readAll()).toEqual(wanted);
          await put(processOf(inFile()), `n-${step}-${rounds}`, 'new');
          wanted[`n-${step}-${rounds}`] = 'new';
        }
        const rotation = await rotateKeys(processOf(inFile()), ops, quiet);
        expect(rotation.unreadable).toEqual([]);
        expect(inFile().ids()).toEqual([rotation.key]);
        expect(await readAll()).toEqual(wanted);
        expect(await store.secrets.sealedUnderOther(rotation.key ?? '', null, 1)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is gone on with under the key it has put first, without yet another one', async () => {
    const deps = processOf(inFile());
    for (let number = 0; number < 450; number += 1) await put(deps, `s-${number}`, 'text');
    await expect(rotateKeys(mortal(deps, killedAt(3, false)), ops, quiet)).rejects.toThrow(Killed);
    const [begun = '', old = ''] = deps.keys.ids();
    const rotation = await rotateKeys(processOf(inFile()), ops, quiet);
    expect(rotation).toMatchObject({ key: begun, made: false, sealed: 250, spare: [old] });
    expect(await rotationsTold()).toHaveLength(1);
  });

  it('never drops a key without having said so first', async () => {
    const keys = inFile();
    const deps = processOf(keys, { keys: mortalKeys(keys, { add: null, drop: 'after' }) });
    await put(deps, 's-1', 'text');
    await expect(rotateKeys(deps, ops, quiet)).rejects.toThrow(Killed);
    expect(await rotationsTold()).toHaveLength(1);
  });
});

describe('a rotation with ROLLCALL_KEYS', () => {
  it('seals everything anew under the first key, and says which can be taken out', async () => {
    const [oldest, newer] = [processOf(inEnvironment(1)), processOf(inEnvironment(2, 1))];
    await put(oldest, 's-1', 'one');
    const page = { purpose: 'show' as const, nonce: 'n', expires: 90 };
    await put(newer, 's-2', 'two', { page, told: true });
    const deps = processOf(inEnvironment(3, 2, 1));
    const rotation = await rotateKeys(deps, ops, quiet);
    expect(rotation).toMatchObject({ source: 'environment', place: 'ROLLCALL_KEYS', made: false, sealed: 2 });
    expect(rotation.spare).toEqual([newer.sealer.key, oldest.sealer.key]);
    expect(await readAll(inEnvironment(3))).toEqual({ 's-1': 'one', 's-2': 'two' });
    expect(await store.secrets.get('s-2')).toMatchObject({ page, told: true });
    const [event] = await rotationsTold();
    expect(event?.message).toBe(`sealing keys rotated: 2 secrets were sealed anew under key ${rotation.key}`);
  });

  it('changes and records nothing where everything is under the first key', async () => {
    const deps = processOf(inEnvironment(3, 2));
    await put(deps, 's-1', 'one');
    expect(await rotateKeys(deps, ops, quiet)).toMatchObject({ sealed: 0, spare: [deps.keys.ids()[1]] });
    expect((await store.secrets.get('s-1'))?.version).toBe(0);
    expect(await rotationsTold()).toEqual([]);
  });

  it('counts what is under keys that were taken out too early, and leaves it', async () => {
    const early = processOf(inEnvironment(1));
    await put(early, 's-1', 'one');
    await put(early, 's-2', 'two');
    const rotation = await rotateKeys(processOf(inEnvironment(2)), ops, quiet);
    expect(rotation).toMatchObject({ sealed: 0, unreadable: [{ key: early.sealer.key, count: 2, held: false }] });
    expect(await readAll(inEnvironment(2, 1))).toEqual({ 's-1': 'one', 's-2': 'two' });
  });

  it('is refused in production without them', async () => {
    await expect(rotateKeys(processOf(missingKeys()), ops, quiet)).rejects.toMatchObject({ code: 'keys-missing' });
  });
});

describe('doctor', () => {
  const said = async (keys: KeyRing, config: Config | null = null) =>
    (await examineKeys({ store, keys }, config)).map(({ state, what }) => `${state}: ${what}`);

  it('says where keys come from, and makes none', async () => {
    const keys = inFile();
    expect(await said(keys)).toEqual([
      `right: no sealing key was needed yet; the first one will be made in ${join(folder, 'keys')}`,
    ]);
    expect(keys.ids()).toEqual([]);
    const { id } = keys.newest();
    expect(await said(keys)).toEqual([`right: secrets are sealed under key ${id} of ${join(folder, 'keys')}`]);
  });

  it('counts what is sealed under older keys, and what under keys that are not there', async () => {
    const [first, second] = [processOf(inEnvironment(1)), processOf(inEnvironment(2))];
    await put(first, 's-1', 'one');
    await put(first, 's-2', 'two');
    await put(second, 's-3', 'three');
    const newest = inEnvironment(3, 2);
    const [third = '', two = ''] = newest.ids();
    expect(await said(newest)).toEqual([
      `right: secrets are sealed under key ${third} of ROLLCALL_KEYS, with 1 older one behind it`,
      'note: one secret is sealed under older keys',
      `wrong: 2 secrets are sealed under keys that are not there: ${first.sealer.key}`,
    ]);
    expect(two).toBe(second.sealer.key);
  });

  it('says what is wrong in production without keys, and with a file that is not right', async () => {
    expect((await said(missingKeys()))[0]).toMatch(/^note: there are no sealing keys: ROLLCALL_KEYS is not set/);
    const apps = ['crm', 'erp'].map((name) => ({
      ...{ name, connector: 'memory', provisioning: { enabled: name === 'crm' } },
      parameters: [{ target: 'password', password: 'generated' }],
    }));
    const [finding = ''] = await said(missingKeys(), Config.parse({ version: 1, apps }));
    expect(finding).toMatch(/^wrong: passwords and sign-on of crm wait, as there is no key to seal with/);
    await put(processOf(inEnvironment(1)), 's-1', 'one');
    expect((await said(missingKeys()))[1]).toMatch(/^wrong: one secret is sealed under keys that are not there/);
    const broken: KeyRing = { ...inFile(), ids: () => fileKeys({ path: folder, learn: quiet }).ids() };
    expect((await said(broken))[0]).toMatch(/^wrong: the key file/);
  });
});
