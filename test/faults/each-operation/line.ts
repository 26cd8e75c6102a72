import { ConnectorError, type ListedAccount, type Target, type TargetConnector } from '../../../src/core/connector.ts';
import type { Clock } from '../../../src/engine/ports.ts';
import type { memoryApp } from '../../fakes/memory-app.ts';
import type { Seeded } from '../random.ts';
import type { Call, Hooks, Read, Records } from './hooks.ts';
import type { Life } from './life.ts';

type World = { app: ReturnType<typeof memoryApp>; clock: Clock; random: Seeded; hooks: Hooks; records: Records };

/** The way from one process to the app: every call takes a moment there and back, and meets whatever fault there is. */
export function lineTo({ app, clock, random, hooks, records }: World, life: Life): TargetConnector {
  const { target } = app;
  const moment = () => clock.sleep(random.between(2, 40));
  const { awake } = life;

  async function write<T extends ListedAccount | null>(
    kind: string,
    signal: AbortSignal,
    effect: () => Promise<T>,
  ): Promise<T> {
    await awake();
    await moment();
    await awake();
    const send = () => arrive(kind, effect);
    const call: Call = { kind, at: clock.now(), end: 'unknown', until: clock.now() };
    records.calls.push(call);
    try {
      const answer = await (hooks.call === null ? send() : hooks.call({ kind, signal, send, by: life }));
      await moment();
      await awake();
      Object.assign(call, { end: 'done', until: clock.now() });
      return answer as T;
    } catch (error) {
      await awake();
      Object.assign(call, { end: error instanceof ConnectorError ? error.effect : 'unknown', until: clock.now() });
      throw error;
    }
  }

  /** Does the call, and notes whether it changed anything. */
  async function arrive<T>(kind: string, effect: () => Promise<T>): Promise<T> {
    const before = JSON.stringify([...app.accounts]);
    const answer = await effect();
    if (JSON.stringify([...app.accounts]) !== before) records.effects.push(kind);
    return answer;
  }

  async function read<T>(kind: Read['kind'], look: (accounts: ReadonlyMap<string, ListedAccount>) => T): Promise<T> {
    await awake();
    await moment();
    await awake();
    await hooks.read?.(kind);
    const answer = structuredClone(look(hooks.seen?.(kind) ?? app.accounts));
    records.reads.push({ kind, at: clock.now(), answer });
    await moment();
    await awake();
    return answer;
  }

  const line: Target = {
    test: () => read('get', () => undefined),
    async *list() {
      yield await read('list', (accounts) => [...accounts.values()]);
    },
    get: (remoteId) => read('get', (accounts) => accounts.get(remoteId) ?? null),
    find: ({ externalId, userName }) =>
      read('find', (accounts) =>
        [...accounts.values()].filter((account) =>
          externalId === undefined ? account.userName === userName?.toLowerCase() : account.externalId === externalId,
        ),
      ),
    create: (account, signal) => write('create', signal, () => target.create(account, signal)),
    update: (id, change, signal) => write('update', signal, () => target.update(id, change, signal)),
    suspend: (id, signal) => write('suspend', signal, () => target.suspend(id, signal)),
    reactivate: (id, change, signal) => write('reactivate', signal, () => target.reactivate(id, change, signal)),
    async delete(id, signal) {
      await write('delete', signal, async () => {
        await target.delete(id, signal);
        return null;
      });
    },
    entitlements: (signal) => target.entitlements(signal),
  };
  return { ...app.connector, connect: () => line };
}
