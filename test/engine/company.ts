import { createHash } from 'node:crypto';
import type { Approval } from '../../src/core/approval-model.ts';
import { Config } from '../../src/core/config.ts';
import type { DirectoryConnector, Rate, RawRecord, TargetConnector } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import type { Person } from '../../src/core/model.ts';
import { wordOf } from '../../src/core/status.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { createEngine, type EngineOptions } from '../../src/engine/engine.ts';
import { createExclusive } from '../../src/engine/exclusive.ts';
import type { Meter } from '../../src/engine/meter.ts';
import { createOwnership } from '../../src/engine/ownership.ts';
import type { Clock, Log, Random } from '../../src/engine/ports.ts';
import { createKeptSecrets } from '../../src/engine/secret/kept-secrets.ts';
import { createSecretBook } from '../../src/engine/secret/secret-book.ts';
import type { Saml } from '../../src/engine/sign-on/saml-port.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { timingsOf } from '../../src/engine/timings.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { memoryDirectory } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

/** Ids by counting, for readable failures. */
export function countingRandom(prefixes = ''): Random {
  let count = 0;
  return {
    id: (prefix) => `${prefix}-${prefixes}${String(++count).padStart(6, '0')}`,
    fraction: () => 0.5,
    bytes: (length) =>
      new Uint8Array(createHash('sha512').update(`${prefixes}${++count}`).digest().subarray(0, length)),
  };
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

type IsMember = (person: Person) => Promise<boolean>;
type AppInput = {
  approval?: Record<string, unknown>;
  owners?: string[];
  onSuspend?: string;
  onDelete?: string;
  onRoleLoss?: string;
};

/** One directory, everybody in the role Staff, one app, Ada and Bea as approvers. */
export const configOf = (app: AppInput = {}, settings: Record<string, unknown> = {}): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test', 'bea@acme.test'], ...settings },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Staff', apps: ['crm'] }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps: [
      {
        name: 'crm',
        title: 'CRM',
        ...(app.owners && { owners: app.owners }),
        connector: 'memory',
        provisioning: {
          enabled: true,
          entitlements: true,
          approval: { create: false, ...app.approval },
          ...(app.onSuspend && { onSuspend: app.onSuspend }),
          ...(app.onDelete && { onDelete: app.onDelete }),
          ...(app.onRoleLoss && { onRoleLoss: app.onRoleLoss }),
        },
        parameters: [{ target: 'groups', from: 'department', translate: { Sales: 'Sales and Marketing' } }],
      },
    ],
  });

function exclusiveOf(store: Store, clock: Clock) {
  const ownership = createOwnership({ leases: store.leases, clock, owner: 'one', lease: 30_000 });
  return createExclusive({ ownership, clock, lease: 30_000 });
}

type Sealing = Pick<EngineOptions, 'sealer' | 'keys'>;

/** A whole Rollcall on memory ports and a virtual clock. */
export async function company(
  rows: RawRecord[],
  config: Config = configOf(),
  options: {
    store?: Store;
    uniqueKey?: boolean;
    dropsGroups?: boolean;
    unread?: boolean;
    rate?: Rate;
    ids?: string;
    sealing?: Sealing;
    /** Another app beside `memory`. */
    also?: TargetConnector;
    /** Another directory beside `memory-directory`. */
    directory?: DirectoryConnector;
    log?: Log;
    /** What the `${NAME}`s of the configuration are in the environment. */
    environment?: Readonly<Record<string, string>>;
    isMember?: IsMember;
    saml?: Saml;
    meter?: Meter;
  } = {},
) {
  const time = virtualClock();
  const store = options.store ?? memoryStore();
  const app = memoryApp({
    ...(options.uniqueKey === false && { uniqueKey: false }),
    ...(options.dropsGroups && { dropsGroups: true }),
    ...(options.unread && { unread: true }),
    ...(options.rate && { rate: options.rate }),
    groups: ['Sales and Marketing', 'Managers'],
  });
  const directory = memoryDirectory(rows);
  const shown: Approval[] = [];
  const sealing = options.sealing ?? testSealing();
  const log = options.log ?? silent;
  const environment = (name: string) => options.environment?.[name];
  const book = createSecretBook({ store, log, environment, sealer: sealing.sealer });
  const connections = createConnections(
    {
      targets: new Map([app.connector, options.also ?? []].flat().map((one) => [one.name, one])),
      directories: new Map<string, DirectoryConnector>(
        [directory.connector as DirectoryConnector, options.directory ?? []].flat().map((one) => [one.name, one]),
      ),
    },
    book.secret,
    time.clock.now,
    book.edition,
    createKeptSecrets({
      store,
      log,
      environment,
      sealer: sealing.sealer,
      clock: time.clock,
      exclusive: exclusiveOf(store, time.clock),
    }),
  );
  const engine = createEngine({
    ...{
      store,
      clock: time.clock,
      random: countingRandom(options.ids),
      log,
      connections,
      book,
      timings: timingsOf(config),
    },
    ...sealing,
    ...{ owner: 'one', team: () => 'T1', outbox() {}, publicUrl: 'https://rollcall.acme.test' },
    ...(options.isMember && { isMember: options.isMember }),
    ...(options.saml && { saml: options.saml }),
    ...(options.meter && { meter: options.meter }),
    showCard: async (approval) => void shown.push(approval),
  });
  await engine.configure(config, system('test'));
  engine.start();
  await time.advance(100);

  const personOf = async (externalId: string): Promise<Person> => {
    const [person] = await store.people.byRecords('hr', [externalId]);
    if (person === undefined) throw new Error(`no person ${externalId}`);
    return person;
  };
  const loginOf = async (externalId: string) => store.logins.get(`${(await personOf(externalId)).id}:crm`);

  return {
    ...{ time, store, app, directory, engine, shown, personOf, loginOf },
    /** Reads the directory while virtual time passes, then lets the work be done. */
    async sync(milliseconds = 60_000) {
      const reports = engine.useCases.sync(null, system('test'));
      await time.advance(milliseconds);
      const [report] = await reports;
      if (report === undefined) throw new Error('no directory');
      return report;
    },
    async word(externalId: string) {
      const login = await loginOf(externalId);
      return login === null ? null : wordOf(login);
    },
    async openCards() {
      return store.approvals.open(100);
    },
    async decide(
      approval: Approval,
      by: string,
      decision: 'approve' | 'reject' = 'approve',
      reason: string | null = null,
    ) {
      const actor = await personOf(by);
      const outcome = engine.useCases.decide({
        approval: approval.id,
        edition: approval.edition,
        decision,
        reason,
        actor,
      });
      await time.advance(60_000);
      return outcome;
    },
    async stop() {
      const stopping = engine.stop();
      await time.advance(60_000);
      await stopping;
    },
  };
}
