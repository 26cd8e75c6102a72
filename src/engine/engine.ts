import { shortAnchor } from '../core/anchor.ts';
import type { Approval } from '../core/approval-model.ts';
import type { Config } from '../core/config.ts';
import { system } from '../core/event.ts';
import type { Actor, Person } from '../core/model.ts';
import { listExclusively, listIfOld } from './accounts/list-app.ts';
import { resumeRefresh } from './accounts/refresh.ts';
import { endPauses } from './act/pause.ts';
import { reprovision } from './act/reprovision.ts';
import { heeded } from './apply/app-health.ts';
import { createPump } from './apply/pump.ts';
import { createWorkers } from './apply/workers.ts';
import { approvedBy } from './approve/approved-by.ts';
import { asked } from './approve/asked.ts';
import { cardSubscriber, reopenGathering, type ShowCard } from './approve/cards.ts';
import { decide } from './approve/decide.ts';
import { delegate, delegations, endDelegation } from './approve/delegate.ts';
import { askQuestion } from './approve/question.ts';
import { refuseAttempt } from './approve/refused-attempt.ts';
import { cardsToRepair } from './approve/repair-cards.ts';
import { signIn, signInLinks } from './approve/sign-in.ts';
import { sweepApprovals } from './approve/sweep-approvals.ts';
import { followConfig } from './configure/apply-config.ts';
import { configuring } from './configure/config-cases.ts';
import { configure } from './configure/configure.ts';
import { refreshProposals } from './configure/proposals.ts';
import { remindProposals } from './configure/remind-proposals.ts';
import { connecting } from './connect/connect-cases.ts';
import { createCourtesy } from './courtesy.ts';
import { erase } from './erase/erase.ts';
import { type Check, examine } from './examine/examine.ts';
import { createExclusive } from './exclusive.ts';
import { govern } from './govern.ts';
import { identify } from './identify.ts';
import { inbound } from './inbound/inbound.ts';
import { createPushBell, type PushBell } from './inbound/push-bell.ts';
import { pushTokenCases } from './inbound/tokens.ts';
import { type Meter, meteredConnections, noMeter } from './meter.ts';
import { watched } from './meter-figures.ts';
import { createOwnership } from './ownership.ts';
import { passwordSubscriber } from './password/follow-passwords.ts';
import { createHandOver } from './password/hand-over.ts';
import { once } from './password/once.ts';
import { passwords } from './password/passwords.ts';
import { preview } from './plan/preview.ts';
import { reconcile, reconcilePeople } from './plan/reconcile.ts';
import type { Clock, Connections, Deps, Log, Random, Timings } from './ports.ts';
import { createPublisher, flushed, publishAll, type Subscriber } from './publisher.ts';
import { rotateKeys } from './secret/rotate-keys.ts';
import { createSecretBook, type SecretBook } from './secret/secret-book.ts';
import type { KeyRing, Sealer } from './secret/secret-ports.ts';
import { signOns } from './sign-on/cases.ts';
import type { Documents } from './sign-on/documents-port.ts';
import type { Saml } from './sign-on/saml-port.ts';
import type { Store } from './store-ports.ts';
import { createNotices } from './sync/notices.ts';
import { readDirectory } from './sync/read-directory.ts';
import { accessSubscriber } from './tell/access-told.ts';
import { anchor } from './tell/anchor.ts';
import { digest, expiring } from './tell/digest.ts';
import { findLogins } from './tell/find-logins.ts';
import { appNames, findPeople, overview, pending, viewApproval, viewLogins } from './tell/look-up.ts';
import { sendDigests, type ZoneOf } from './tell/send-digest.ts';
import { welcome, welcomeSubscriber } from './tell/welcome.ts';
import { timingsOf } from './timings.ts';
import { trailSubscriber } from './trail.ts';
import { createTurn } from './turn.ts';
import type { SyncReport, UseCases } from './use-cases.ts';
import { wakePeople } from './wake-people.ts';

export type EngineOptions = {
  store: Store;
  clock: Clock;
  random: Random;
  log: Log;
  connections: Connections;
  /** What the connections take secrets from; left out: they have none but the environment's. */
  book?: SecretBook;
  /** Rung when something was pushed; what the connections of directories listen to. */
  pushBell?: PushBell;
  timings: Timings;
  sealer: Sealer;
  keys: KeyRing;
  /** What `doctor` looks at beside the engine's own. */
  checks?: readonly Check[];
  /** What stands at addresses of others, such as the metadata of apps; left out: nothing is read there. */
  documents?: Documents;
  /** Where people reach this Rollcall; links to its pages begin with it. */
  publicUrl?: string;
  /** Left out: nobody signs on here. */
  saml?: Saml;
  /** This process, in leases. */
  owner: string;
  /** The Slack workspace, once known. */
  team(): string | null;
  showCard: ShowCard;
  /** Is this person still a full member in Slack? Left out: nobody is asked. */
  isMember?(person: Person): Promise<boolean>;
  /** Rung when cards are to be drawn. */
  outbox(): void;
  subscribers?: readonly Subscriber[];
  /** Hears what is worth counting; left out: nobody counts. */
  meter?: Meter;
};

/** The engine put together: use cases for the edges, alarms for the clock, and the pumps that do the work once started. */
export function createEngine(options: EngineOptions) {
  const { store, clock, log, timings, meter = noMeter } = options;
  const ownership = createOwnership({ leases: store.leases, clock, owner: options.owner, lease: timings.lease });
  const exclusive = createExclusive({ ownership, clock, lease: timings.lease });
  const bell: Deps['bell'] = { ring: (what) => rings[what]() };
  const book = options.book ?? createSecretBook({ ...options, environment: () => undefined });
  const courtesy = createCourtesy(clock);
  const connections = meteredConnections(options.connections, { meter, clock });
  connections.share(ownership.names);
  const deps = { ...options, connections, meter, book, bell, courtesy, exclusive, ownership };
  let syncing = 0;
  const list = listExclusively(deps);
  const planning = {
    ...deps,
    reading: () => syncing > 0,
    listApp: (app: string) => heeded(deps, app, () => list(app)),
  };

  const told = [welcomeSubscriber(deps), accessSubscriber(deps)];
  const own = [trailSubscriber(log), cardSubscriber(deps, options.showCard), passwordSubscriber(deps), ...told];
  const heard = [...own, ...(options.subscribers ?? [])];
  const publisher = createPublisher(deps, heard);
  const workers = createWorkers({
    ...deps,
    replan: async (people) => {
      await reconcilePeople(planning, { people, app: null, again: false, requester: null });
    },
    happened: () => bell.ring('publisher'),
  });

  const publishing = createPump(deps, 'publisher', async () => {
    if ((await ownership.acquire('publisher')) === null) return timings.lease / 3;
    await publishAll(publisher);
    return timings.lease / 3;
  });
  const reconciling = createPump(deps, 'reconcile', async () => {
    // What a directory is still telling is planned whole, so that one import asks once; the sync itself plans at its end.
    if (syncing > 0) return 500;
    await reconcile(planning);
    return null;
  });
  const following = createPump(deps, 'configuration', async () => {
    await book.follow();
    const stored = await store.config.read();
    if (stored === null) return 1_000;
    options.connections.use(stored.config);
    Object.assign(timings, timingsOf(stored.config), { lease: timings.lease });
    await workers.follow(stored.config);
    // Whoever changed it may have died before everybody was to follow.
    if (stored.unfollowed && stored.at + timings.lease < clock.now()) await followConfig(deps, stored);
    return 2_000;
  });
  const handOver = createHandOver(deps);
  const handing = createPump(deps, 'passwords', async () => {
    if ((await ownership.acquire('passwords')) === null) return timings.lease / 3;
    return (await handOver()) ? 0 : timings.lease / 3;
  });
  const rings = {
    worker: () => workers.ring(),
    outbox: options.outbox,
    publisher: () => publishing.ring(),
    reconcile: () => reconciling.ring(),
    passwords: () => handing.ring(),
  };

  async function sync(
    directory: string | null,
    actor: Actor,
    progress?: (rows: number) => void,
  ): Promise<SyncReport[]> {
    const stored = await store.config.read();
    const names = directory === null ? (stored?.config.directories ?? []).map(({ name }) => name) : [directory];
    const reports: SyncReport[] = [];
    syncing += 1;
    try {
      for (const name of names)
        reports.push(
          await exclusive(`directory:${name}`, (isOurs) => readDirectory({ ...deps, isOurs }, name, actor, progress)),
        );
    } finally {
      syncing -= 1;
    }
    if (reports.some((report) => report.result !== 'unchanged')) await reconcile(planning);
    if (syncing === 0) bell.ring('reconcile');
    return reports;
  }

  const anchored = async () => shortAnchor(await anchor(deps, system('digest')));

  const flush = () => flushed(ownership, publisher);

  const deciding = { ...deps, signInLinks: signInLinks(deps) };
  const useCases: UseCases = {
    ...govern(planning),
    ...once(deps),
    ...passwords(deps),
    ...signOns(deps),
    ...configuring(deps),
    ...connecting(planning),
    identify: (identity, profile) => identify(deps, identity, profile),
    decide: (input) => decide(deciding, input),
    ...signIn(deciding, (input) => decide(deciding, input)),
    delegate: (to, until, actor) => delegate(deps, to, until, actor),
    endDelegation: (actor) => endDelegation(deps, actor),
    delegations: () => delegations(deps),
    question: (id, text, actor) => askQuestion(deps, id, text, actor),
    refuseAttempt: (attempt) => refuseAttempt(deps, attempt),
    sync: (directory, actor) => sync(directory, actor),
    ...createNotices(deps, (directory) => sync(directory, system('notice'))),
    preview: (filter, limit) => preview(deps, filter, limit),
    reprovision: (person, app, actor) => reprovision(planning, person, app, actor),
    overview: () => overview(deps),
    apps: () => appNames(deps),
    digest: () => digest(deps),
    logins: (filter, after, limit) => viewLogins(deps, filter, after, limit),
    examine: () => examine(deps),
    expiring: () => expiring(deps),
    findLogins: (search, after, limit) => findLogins(deps, search, after, limit),
    approvedBy: (person) => approvedBy(deps, person),
    history: (filter, before, limit) => store.events.list(filter, before, limit),
    findPeople: (text, limit) => findPeople(deps, options.team(), text, limit),
    person: (id) => store.people.get(id),
    welcome: (id) => welcome(deps, id),
    pending: (person, powers, limit) => pending(deps, person, powers, limit),
    approval: (id, sample) => viewApproval(deps, id, sample),
    asked: (id, by, limit) => asked(deps, id, by, limit),
  };

  /** What the alarm clock calls; each is level-triggered and may come late, twice or never. */
  const alarms = {
    sync: (directory: string) => sync(directory, system('schedule')),
    work: async () => {
      for (const ring of Object.values(rings)) ring();
    },
    approvals: () =>
      exclusive('approvals', async () => {
        await sweepApprovals(deps, (approval) => reopenGathering(deps, approval));
        await refreshProposals(deps, true);
        await remindProposals(deps);
      }),
    wake: async () => {
      await wakePeople(deps);
      await endPauses(deps);
    },
    verify: async (app: string) => {
      await resumeRefresh(planning, app);
      await exclusive(`list:${app}`, () => listIfOld(deps, app));
    },
    digest: (zoneOf: ZoneOf) => exclusive('digest', () => sendDigests({ ...deps, anchor: anchored }, zoneOf)),
    cards: (repair: (approvals: readonly Approval[]) => Promise<unknown>) =>
      exclusive('cards', async () => repair(await cardsToRepair(deps))),
  };

  return {
    useCases,
    /** What sources push to directories of ours. */
    inbound: { ...inbound({ ...deps, pushBell: options.pushBell ?? createPushBell() }), ...pushTokenCases(deps) },
    alarms,
    bell,
    courtesy,
    /** Is it this process that brings messages to Slack? Two would post each twice. */
    hasOutbox: createTurn(ownership, 'outbox', timings.lease),
    sync,
    watched: watched(deps),
    examine: () => examine(deps),
    anchor: (actor: Actor) => anchor(deps, actor),
    erase: (person: string, typed: string, actor: Actor) => erase({ ...planning, flush }, person, typed, actor),
    rotateKeys: (actor: Actor, told: (sealed: number) => void) => rotateKeys(deps, actor, told),
    configure: (config: Config, actor: Actor) => configure(deps, config, actor),
    previewConfig: (config: Config, limit: number) => preview(deps, {}, limit, config),
    /** Publishes what is there, if no other process does: for commands that run alone. */
    flush,
    start(): void {
      for (const pump of [following, publishing, reconciling, handing]) pump.start();
    },
    async stop(): Promise<void> {
      await Promise.all([following.stop(), reconciling.stop(), handing.stop()]);
      await workers.stop();
      await publishing.stop();
      await ownership.releaseAll();
      log.debug({}, 'the engine has stopped');
    },
  };
}

export type Engine = ReturnType<typeof createEngine>;
