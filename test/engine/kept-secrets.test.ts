import { beforeEach, describe, expect, it } from 'vitest';
import { aboutName, setNamed } from '../../src/core/named-secret.ts';
import { createExclusive } from '../../src/engine/exclusive.ts';
import { createOwnership } from '../../src/engine/ownership.ts';
import { createKeptSecrets } from '../../src/engine/secret/kept-secrets.ts';
import { sealNamesAnew } from '../../src/engine/secret/seal-names.ts';
import { createSecretBook } from '../../src/engine/secret/secret-book.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys } from '../../src/store/sealing-keys.ts';
import { testSealing } from '../fakes/sealing.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';
import { silent } from './company.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const holder = { kind: 'app', name: 'crm' } as const;
const lease = 300;
const name = 'CRM_GRANT';
const { sealer } = testSealing();
let store: Store;
let time: ReturnType<typeof virtualClock>;
let environment: Record<string, string>;
let learnt: string[];
beforeEach(() => {
  store = memoryStore();
  time = virtualClock();
  environment = {};
  learnt = [];
});

async function set(value: string): Promise<void> {
  const before = await store.namedSecrets.get(name);
  const after = setNamed(before, name, sealer.seal(value, aboutName(name)), { holder, by: ada, at: 1 });
  if (before === null) await store.namedSecrets.insert([after]);
  else await store.namedSecrets.swap([{ before, after }]);
}
/** As another process has it. */
function process(owner: string, own: Partial<Parameters<typeof createKeptSecrets>[0]> = {}) {
  const { clock } = time;
  const ownership = createOwnership({ leases: store.leases, clock, owner, lease });
  return createKeptSecrets({
    ...{ store, sealer, clock, log: silent, environment: (one) => environment[one] },
    exclusive: createExclusive({ ownership, clock, lease }),
    learn: (value) => void learnt.push(value),
    ...own,
  });
}
const stored = async (): Promise<string | null> => {
  const sealed = (await store.namedSecrets.get(name))?.sealed ?? null;
  return sealed === null ? null : sealer.open(sealed, aboutName(name));
};

describe('a secret the app replaces', () => {
  it('is kept sealed, and nothing connects anew for it', async () => {
    await set('first one');
    const edition = (await store.namedSecrets.get(name))?.edition;
    expect(await process('a')(name).renew(async (newest) => `${newest}, then the second`)).toBe(
      'first one, then the second',
    );
    expect(await stored()).toBe('first one, then the second');
    const kept = await store.namedSecrets.get(name);
    expect(kept?.edition).toBe(edition);
    expect(JSON.stringify(kept)).not.toContain('second');
    expect(learnt).toEqual(['first one, then the second']);
    const book = createSecretBook({ store, sealer, log: silent, environment: () => undefined });
    await book.follow();
    await process('a')(name).renew(async () => 'the third');
    await book.follow();
    expect([book.secret(name), book.edition(name)]).toEqual(['the third', edition]);
  });

  it('stays where there is no other one, or none came', async () => {
    await set('first one');
    const kept = process('a')(name);
    expect(await kept.renew(async () => null)).toBe('first one');
    await expect(kept.renew(async () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect((await store.namedSecrets.get(name))?.version).toBe(0);
  });

  it('is replaced by one process at a time: each begins with what the one before brought', async () => {
    await set('0');
    const processes = ['a', 'b', 'c'].map((owner) => process(owner)(name));
    let inside = 0;
    const seen: string[] = [];
    const work = processes.flatMap((kept) =>
      Array.from({ length: 5 }, () =>
        kept.renew(async (newest) => {
          inside += 1;
          expect(inside).toBe(1);
          seen.push(newest);
          await time.clock.sleep(10);
          inside -= 1;
          return String(Number(newest) + 1);
        }),
      ),
    );
    await time.advance(60_000);
    await Promise.all(work);
    expect(seen).toEqual(Array.from({ length: 15 }, (_, number) => String(number)));
    expect(await stored()).toBe('15');
  });

  it('yields to what an admin has brought meanwhile', async () => {
    await set('first one');
    const answer = await process('a')(name).renew(async () => {
      await set('of the admin');
      return 'of the app';
    });
    expect([answer, await stored()]).toEqual(['of the admin', 'of the admin']);
    expect((await store.namedSecrets.get(name))?.edition).toBe(2);
  });

  it('is written all the same where it was only sealed anew meanwhile', async () => {
    await set('first one');
    const keys = environmentKeys([new Uint8Array(32).fill(9), new Uint8Array(32).fill(7)]);
    const newer = createSealer(keys);
    const answer = await process('a', { sealer: newer })(name).renew(async () => {
      expect((await sealNamesAnew({ store, sealer: newer })).sealed).toBe(1);
      return 'second one';
    });
    expect(answer).toBe('second one');
    const sealed = (await store.namedSecrets.get(name))?.sealed;
    expect(sealed && newer.open(sealed, aboutName(name))).toBe('second one');
  });

  it('that the store did not take is not lost: it is kept at the next turn', async () => {
    await set('first one');
    let isAway = true;
    const namedSecrets: Store['namedSecrets'] = {
      ...store.namedSecrets,
      swap: async (pairs) => {
        if (isAway) throw new Error('the store is away');
        return store.namedSecrets.swap(pairs);
      },
    };
    const kept = process('a', { store: { ...store, namedSecrets } })(name);
    await expect(kept.renew(async () => 'second one')).rejects.toThrow('away');
    expect(await stored()).toBe('first one');
    isAway = false;
    expect(await kept.renew(async (newest) => `${newest}, known`)).toBe('second one, known');
    expect(await stored()).toBe('second one, known');
  });

  it('is missing where nothing stands under its name', async () => {
    await expect(process('a')(name).renew(async () => 'x')).rejects.toMatchObject({ code: 'secret-missing' });
  });
});

describe('a secret of the environment that the app replaces', () => {
  it('is kept beside it, for as long as the environment says the same', async () => {
    environment = { [name]: 'from outside' };
    const kept = process('a')(name);
    expect(await kept.renew(async (newest) => `after ${newest}`)).toBe('after from outside');
    expect(await process('b')(name).renew(async (newest) => `after ${newest}`)).toBe('after after from outside');
    environment = { [name]: 'another from outside' };
    expect(await kept.renew(async (newest) => `after ${newest}`)).toBe('after another from outside');
  });

  it('does not give way to one that was set before the environment said anything', async () => {
    await set('of the page');
    environment = { [name]: 'from outside' };
    const seen: string[] = [];
    await process('a')(name).renew(async (newest) => {
      seen.push(newest);
      return null;
    });
    expect(seen).toEqual(['from outside']);
  });
});
