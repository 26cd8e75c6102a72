import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { RollcallError } from '../../src/core/errors.ts';
import { makeEvent, system } from '../../src/core/event.ts';
import type { Actor, Versioned } from '../../src/core/model.ts';
import { settled } from '../../src/engine/erase/events.ts';
import type { Documents, Store } from '../../src/engine/store-ports.ts';
import { systemRandom } from '../../src/engine/system-clock.ts';
import { allChains, verifyChains, verifyStore } from '../../src/engine/tell/audit.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { aProposal } from '../contracts/store/proposals.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const minute = 60_000;
const zoes = { displayName: 'Zoë Abendroth', givenName: 'Zoë', familyName: 'Abendroth', employeeId: 'E-100234' };
const staff = () => [row('ada'), row('bea'), row('max', { manager: 'zoe@acme.test' }), row('zoe', zoes)];
const asked = (settings = {}): Config => configOf({ approval: { create: true, suspend: false } }, settings);
const withZoe = asked({ approvers: ['ada@acme.test', 'bea@acme.test', 'zoe@acme.test'] });

/** What of Zoë must be nowhere in the end. */
const traces = ['zoe@acme.test', 'Zoë Abendroth', 'Abendroth', 'E-100234', 'UZOE1234'];

/** What is left of them, with what stands around it. */
const around = (text: string): string[] =>
  traces.flatMap((trace) => {
    const at = text.indexOf(trace);
    return at === -1 ? [] : [text.slice(Math.max(0, at - 150), at + 60)];
  });

async function actorOf(acme: Acme, who: string): Promise<Actor> {
  const { id, attributes } = await acme.personOf(who);
  return { kind: 'person', person: id, name: String(attributes.displayName), via: 'cli' };
}

async function passing<T>(acme: Acme, doing: Promise<T>, milliseconds = minute): Promise<T> {
  const settled = doing.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await acme.time.advance(milliseconds);
  return (await settled)();
}

/** Zoë worked here, decided about others, was pinned, paused and asked for things; then she left, and her account is suspended. */
async function leftCompany(store: Store = memoryStore()): Promise<Acme> {
  const acme = await company(staff(), withZoe, { store });
  await acme.sync();
  const zoe = await acme.personOf('zoe');
  const identity = { team: 'T1', user: 'UZOE1234' };
  const profile = { email: 'zoe@acme.test', name: 'zoe', guest: false, bot: false, deleted: false, stranger: false };
  await passing(acme, acme.engine.useCases.identify(identity, profile));
  for (const card of await acme.openCards())
    await acme.decide(card, card.person === zoe.id ? 'ada' : 'zoe', 'approve', 'as Zoë Abendroth said');
  const max = await acme.personOf('max');
  const pausing = acme.engine.useCases.pause({ person: max.id }, null, 'ask zoe@acme.test', await actorOf(acme, 'zoe'));
  await passing(acme, pausing);
  await passing(acme, acme.engine.configure(asked(), system('test')));
  await passing(acme, acme.engine.configure(asked({ channel: '#accounts' }), await actorOf(acme, 'zoe')));
  acme.directory.state.rows = staff().slice(0, 2).concat(row('max'));
  await acme.sync();
  return acme;
}

const eraseZoe = async (acme: Acme, person: string, typed = 'zoë abendroth'): ReturnType<Acme['engine']['erase']> =>
  passing(acme, acme.engine.erase(person, typed, await actorOf(acme, 'ada')));

/** Everything the store holds but the lists of the apps. */
async function everything({ store }: Acme): Promise<string> {
  const { people, logins, approvals, health, pauses, delegations, digests, secrets, namedSecrets } = store;
  const { drafts, proposals, pushed, pushTokens, signOns, signingKeys } = store;
  const all = [
    people,
    logins,
    approvals,
    health,
    pauses,
    delegations,
    digests,
    secrets,
    namedSecrets,
    drafts,
    proposals,
  ];
  const documents = [...all, pushed, pushTokens, signOns, signingKeys] as unknown as Documents<Versioned>[];
  const held: unknown[] = [await store.config.read(), await store.directories.get('hr')];
  for (const each of documents) held.push(await each.page(null, 1_000));
  for await (const event of allChains({ store })) held.push(event);
  return JSON.stringify(held);
}

describe('an erasure', () => {
  it('takes a person who has left out of every event and document, and the chains stay unbroken', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    const login = await acme.store.logins.get(`${id}:crm`);
    if (login === null) throw new Error('no login');
    const said = {
      active: true,
      attributes: { displayName: 'Zoë Abendroth', mobile: '+49 151 0815' },
      entitlements: {},
    };
    const knownAs = ['0815@acme.test'];
    const signOn = { firstAt: 1, lastAt: 1, times: 1, made: said, wished: said };
    await acme.store.logins.swap([{ before: login, after: { ...login, version: login.version + 1, signOn, knownAs } }]);
    const line = await acme.engine.anchor(await actorOf(acme, 'ada'));
    const before = await everything(acme);
    expect(traces.filter((trace) => !before.includes(trace))).toEqual([]);
    const heads = (await verifyStore(acme)).heads;
    const report = await eraseZoe(acme, id);
    const after = await everything(acme);
    expect(around(after)).toEqual([]);
    expect(after).not.toContain('0815');
    expect(report.text).toContain('Zoë Abendroth is erased: personal data in');
    expect(report.text).toContain("Their suspended account in crm is the app's");
    const audit = await verifyStore(acme, {
      lines: async function* () {
        yield line;
      },
    });
    expect(audit).toMatchObject({ broken: null, erased: report.events, unfinished: 0 });
    expect(report.events).toBeGreaterThan(5);
    expect(audit.erasures).toMatchObject([{ person: id, by: 'Person ada', events: report.events }]);
    const crm = heads.find(({ partition }) => partition === 'crm:0');
    expect(audit.heads).toContainEqual(crm);
    await acme.stop();
  });

  it('is told by events that name nobody, and verifies from an export', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    await eraseZoe(acme, id);
    const told = await acme.store.events.list({ person: id }, null, 100);
    const types = told.filter(({ erased }) => erased !== true).map(({ type, message }) => `${type}: ${message}`);
    expect(types.join('\n')).toMatch(
      /^person\.erased: somebody who had left was erased, with personal data in \d+ events(\naudit\.erased: personal data was taken out of \d+ events){2}$/,
    );
    const exported: unknown[] = [];
    for await (const event of allChains(acme)) exported.push(JSON.parse(JSON.stringify(event)));
    const read = async function* () {
      yield* exported;
    };
    expect((await verifyChains(read)).broken).toBeNull();
    const refilled = exported.map((event) =>
      (event as { person: string; erased?: true }).erased === true
        ? { ...(event as object), message: 'was here' }
        : event,
    );
    const forged = async function* () {
      yield* refilled;
    };
    expect((await verifyChains(forged)).broken?.why).toBe('it is not what its erasure has left');
    await acme.stop();
  });

  it('leaves who else acted, and what is planned for others', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    const decided = async () => (await acme.store.approvals.decidedSince(0, 100)).map(({ decidedBy }) => decidedBy);
    expect((await decided()).map((by) => (by?.kind === 'person' ? by.name : ''))).toContain('Zoë Abendroth');
    const max = await acme.loginOf('max');
    await eraseZoe(acme, id);
    expect((await decided()).map((by) => (by?.kind === 'person' ? by.name : ''))).toContain('[erased]');
    expect((await decided()).map((by) => (by?.kind === 'person' ? by.name : ''))).toContain('Person ada');
    expect((await acme.loginOf('max'))?.wish).toEqual(max?.wish);
    await acme.stop();
  });

  it('lets their account stay closed: planned anew, nothing is done', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    await eraseZoe(acme, id);
    const writes = acme.app.calls.length;
    await acme.store.people.dirtyAll(null);
    await passing(acme, acme.engine.alarms.work());
    expect((await acme.store.logins.get(`${id}:crm`))?.operation).toBeNull();
    expect((await acme.store.logins.get(`${id}:crm`))?.account).toBe('suspended');
    expect(acme.app.calls.length).toBe(writes);
    await acme.stop();
  });

  it('done again finds nothing left, and says so', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    await eraseZoe(acme, id);
    const { events, text } = await eraseZoe(acme, id, id);
    expect([events, text]).toEqual([0, 'They were erased already, and nothing of them is left.']);
    await acme.stop();
  });

  it('goes on where it was killed, at whatever write that was', async () => {
    let interrupted = 0;
    for (let at = 1; ; at += 1) {
      const { store, arm } = breaking();
      const acme = await leftCompany(store);
      const { id } = await acme.personOf('zoe');
      arm(at);
      const died = await eraseZoe(acme, id).then(
        () => false,
        (error: Error) => error.message === 'killed',
      );
      const halfway = await verifyStore(acme);
      expect(halfway.broken, `write ${at}`).toBeNull();
      if (died) {
        interrupted += 1;
        const typed = (await acme.store.people.get(id))?.erasedAt === undefined ? 'zoë abendroth' : id;
        await eraseZoe(acme, id, typed);
      }
      const after = await everything(acme);
      expect(around(after), `write ${at}`).toEqual([]);
      expect(await verifyStore(acme), `write ${at}`).toMatchObject({ broken: null, unfinished: 0 });
      await acme.stop();
      if (!died) break;
    }
    expect(interrupted).toBeGreaterThan(6);
  });

  it('leaves a namesake their name', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    acme.directory.state.rows = [...acme.directory.state.rows, row('other', { ...zoes, employeeId: 'E-200999' })];
    await acme.sync();
    const { text } = await eraseZoe(acme, id);
    expect(text).toContain('Somebody else bears the same name');
    expect((await acme.personOf('other')).attributes.displayName).toBe('Zoë Abendroth');
    expect((await everything(acme)).includes('zoe@acme.test')).toBe(false);
    await acme.stop();
  });
});

/** Changes a stored document by hand. */
async function edit<T extends Versioned>(documents: Documents<T>, id: string, change: (before: T) => object) {
  const before = await documents.get(id);
  if (before === null) throw new Error(`there is no ${id}`);
  await documents.swap([{ before, after: { ...before, ...change(before), version: before.version + 1 } }]);
}

describe('an erasure finds', () => {
  const former = 'zoe.berg@acme.test';

  /** Zoë had another address when others wrote about her. */
  async function renamedCompany(store?: Store): Promise<Acme> {
    const rows = (zoe: object) => [row('ada'), row('bea'), row('max'), row('zoe', { ...zoes, ...zoe })];
    const acme = await company(rows({ email: former }), asked(), store === undefined ? {} : { store });
    await acme.sync();
    for (const card of await acme.openCards()) await acme.decide(card, 'ada', 'approve');
    const { id } = await acme.personOf('max');
    const why = `until ${former} is back`;
    await passing(acme, acme.engine.useCases.pause({ person: id }, null, why, await actorOf(acme, 'ada')));
    acme.directory.state.rows = rows({});
    await acme.sync();
    acme.directory.state.rows = rows({}).slice(0, 3);
    await acme.sync();
    return acme;
  }
  const zoeOf = async ({ store }: Acme) => {
    const [zoe] = await store.people.search({ text: 'Abendroth' }, null, 2);
    if (zoe === undefined) throw new Error('no Zoë');
    return zoe;
  };

  it('addresses they had before, wherever it was killed', async () => {
    for (let at = 1; ; at += 1) {
      const { store, arm } = breaking();
      const acme = await renamedCompany(store);
      const { id } = await zoeOf(acme);
      if (at === 1) expect(await everything(acme)).toContain(former);
      arm(at);
      const died = await eraseZoe(acme, id).then(
        () => false,
        () => true,
      );
      if (died) {
        const typed = (await acme.store.people.get(id))?.erasedAt === undefined ? 'zoë abendroth' : id;
        await eraseZoe(acme, id, typed);
      }
      expect(await everything(acme), `write ${at}`).not.toContain(former);
      expect(await verifyStore(acme), `write ${at}`).toMatchObject({ broken: null, unfinished: 0 });
      await acme.stop();
      if (!died) break;
    }
  });

  it('nothing of whoever has their former address now', async () => {
    const acme = await renamedCompany();
    const { id } = await zoeOf(acme);
    const heir = row('heir', { email: former, displayName: 'Zora Berg' });
    acme.directory.state.rows = [...acme.directory.state.rows, heir];
    await acme.sync();
    await eraseZoe(acme, id);
    const [pause] = await acme.store.pauses.page(null, 1);
    expect(pause?.reason).toContain(former);
    expect((await acme.personOf('heir')).attributes.email).toBe(former);
    await acme.stop();
  });

  it('what others wrote about them: in a request, a disable, and what an app answered', async () => {
    const acme = await leftCompany();
    const [{ id }, max, by] = [await acme.personOf('zoe'), await acme.personOf('max'), await actorOf(acme, 'ada')];
    const grant = { id: 'g-1', app: 'crm', role: null, until: null, by, at: 1, endedAt: null };
    await edit(acme.store.people, max.id, () => ({
      grants: [{ ...grant, why: 'stands in for Zoë Abendroth' }],
      stop: { by, at: 1, reason: 'zoe@acme.test says so' },
    }));
    await edit(acme.store.logins, `${max.id}:crm`, ({ operation }) => ({
      operation: {
        ...operation,
        trouble: { kind: 'conflict', message: 'zoe@acme.test has it', remedy: 'Ask zoe@acme.test', at: 1 },
      },
    }));
    await eraseZoe(acme, id);
    const after = await everything(acme);
    expect(after).toContain('stands in for [erased]');
    // Max's directory tells who manages him; that is no word of theirs.
    expect(around(after)).toEqual([]);
    await acme.stop();
  });

  it('the digest they were sent, whose document is called by their address', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    const state = { version: 0, outbox: [], schedule: 's', dueAt: 1, madeAt: null, told: [] };
    await acme.store.digests.insert(['Zoe@Acme.test', 'UZOE1234', '#access'].map((word) => ({ ...state, id: word })));
    await eraseZoe(acme, id);
    expect((await acme.store.digests.page(null, 10)).map((one) => one.id)).toEqual(['#access']);
    await acme.stop();
  });

  it('events of others that were not published yet, and waits for whoever publishes', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    const max = await acme.personOf('max');
    const actor = await actorOf(acme, 'zoe');
    const event = makeEvent({ type: 'note', message: 'asked by zoe@acme.test', actor, person: max.id }, 'e-late', 1);
    const [card] = await acme.store.approvals.page(null, 1);
    const flushed: string[] = [];
    const ground = { store: acme.store, clock: acme.time.clock, random: systemRandom };
    const deps = { ...ground, flush: async () => void flushed.push('once') };
    await edit(acme.store.approvals, card?.id ?? '', ({ outbox }) => ({ outbox: [...outbox, event] }));
    const settling = settled(deps, { person: id, words: ['zoe@acme.test'] });
    let isSettled = false;
    void settling.then(() => {
      isSettled = true;
    });
    await Promise.resolve();
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(isSettled).toBe(false);
    await passing(acme, settling);
    expect((await acme.store.events.known(['e-late'])).has('e-late')).toBe(true);
    expect(flushed.length).toBeGreaterThan(1);
    await acme.stop();
  });
});

describe('an erasure is refused', () => {
  const refusal = async (acme: Acme, person: string, typed?: string): Promise<string> =>
    eraseZoe(acme, person, typed).then(
      () => 'done',
      (error: RollcallError) => error.code,
    );

  it('to everybody but an admin by name, and where the name is another', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    for (const actor of [{ kind: 'operator', name: 'root', via: 'cli' } as const, await actorOf(acme, 'bea')])
      await expect(acme.engine.erase(id, 'Zoë Abendroth', actor)).rejects.toMatchObject({ code: 'not-admin' });
    expect(await refusal(acme, id, 'Zoe')).toBe('other-name');
    expect(await refusal(acme, 'p-nobody')).toBe('unknown-person');
    await acme.stop();
  });

  it('for whoever works here, or is suspended', async () => {
    const acme = await company(staff(), withZoe);
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    expect(await refusal(acme, id)).toBe('still-here');
    acme.directory.state.rows = [...staff().slice(0, 3), row('zoe', zoes, 'suspended')];
    await acme.sync();
    expect(await refusal(acme, id)).toBe('still-here');
    await acme.stop();
  });

  it('while an account is open, or the configuration names them', async () => {
    const acme = await company(staff(), withZoe);
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    for (const card of await acme.openCards()) await acme.decide(card, card.person === id ? 'ada' : 'zoe');
    acme.app.failNext(...Array.from({ length: 9 }, () => new RollcallError('x', 'show', 'no', 'no') as never));
    acme.directory.state.rows = staff().slice(0, 3);
    await acme.sync();
    expect((await acme.loginOf('zoe'))?.account).toBe('active');
    expect(await refusal(acme, id)).toBe('account-open');
    await acme.stop();
    const named = await company(staff(), withZoe);
    await named.sync();
    const zoe = await named.personOf('zoe');
    named.directory.state.rows = staff().slice(0, 3);
    await named.sync();
    for (const card of await named.openCards()) await named.decide(card, 'ada', 'reject', 'gone');
    expect(await refusal(named, zoe.id)).toBe('still-named');
    await named.stop();
  });

  it('while a proposal was made on a configuration that names them', async () => {
    const acme = await leftCompany();
    const { id } = await acme.personOf('zoe');
    await acme.store.proposals.insert([aProposal('pr-1', { base: withZoe, config: asked() })]);
    expect(await refusal(acme, id)).toBe('still-named');
    await acme.stop();
  });
});

/** A store whose so-manieth write from now on dies, once. */
function breaking(): { store: Store; arm(at: number): void } {
  const inner = memoryStore();
  let left = 0;
  const writes = new Set(['swap', 'insert', 'append', 'erase', 'put', 'forget', 'forgetDecider']);
  const dying = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function' || !writes.has(String(name))) return member;
        return async (...given: unknown[]) => {
          if (left > 0) {
            left -= 1;
            if (left === 0) throw new Error('killed');
          }
          return member.apply(target, given);
        };
      },
    });
  const parts = Object.entries(inner).map(([name, part]) => [name, dying(part)]);
  return {
    store: Object.fromEntries(parts) as Store,
    arm: (at) => {
      left = at;
    },
  };
}
