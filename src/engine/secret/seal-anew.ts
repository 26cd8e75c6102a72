import { RollcallError } from '../../core/errors.ts';
import { fresh, isOpenPage } from '../../core/handover.ts';
import type { Secret } from '../../core/password.ts';
import { wantPage } from '../password/once-page.ts';
import type { Deps } from '../ports.ts';
import type { Store } from '../store-ports.ts';
import { sealNamesAnew } from './seal-names.ts';
import { sealSigningAnew } from './seal-signing.ts';
import type { KeyRing } from './secret-ports.ts';

export type SealDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'bell' | 'sealer'> & { keys: KeyRing };

const page = 200;

/** How many secrets, and how many among them whose people get a new link. */
export type Counts = { sealed: number; relinked: number };
/** `unreadable`: what could not be opened, by the key it is sealed under. */
type Sweep = Counts & { unreadable: ReadonlyMap<string, number> };

/** Passes over what is sealed under other keys, until one finds only what cannot be opened. */
export async function sealAnew(deps: SealDeps, told: (sealed: number) => void): Promise<Sweep> {
  const counts = { sealed: 0, relinked: 0 };
  for (;;) {
    const { tried, unreadable } = await pass(deps, counts, () => told(counts.sealed));
    if (tried === 0) return { ...counts, unreadable };
  }
}

async function pass(deps: SealDeps, counts: Counts, told: () => void) {
  const { secrets } = deps.store;
  const unreadable = new Map<string, number>();
  let tried = 0;
  for (const sealOthers of [sealNamesAnew, sealSigningAnew]) {
    const others = await sealOthers(deps);
    for (const secret of others.unreadable) count(unreadable, secret);
    counts.sealed += others.sealed;
    tried += others.tried;
  }
  for await (const some of sealedElsewhere(deps.store, deps.sealer.key)) {
    const pairs = some.flatMap((before) => pairOf(deps, before) ?? []);
    const opened = new Set(pairs.map(({ before }) => before.id));
    for (const secret of some) if (!opened.has(secret.id)) count(unreadable, secret);
    const won = await secrets.swap(pairs);
    tried += pairs.length;
    counts.sealed += won.size;
    counts.relinked += await relink(
      deps,
      pairs.filter(({ after }) => won.has(after.id)),
    );
    told();
  }
  return { tried, unreadable };
}

type Pair = { before: Secret; after: Secret };

/** Null: it cannot be opened. */
function pairOf(deps: SealDeps, before: Secret): Pair | null {
  const { sealer } = deps;
  if (before.sealed === null) return null;
  try {
    const sealed = sealer.seal(sealer.open(before.sealed, before.id), before.id);
    return { before, after: { ...before, version: before.version + 1, sealed, ...relinked(deps, before) } };
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'unsealable') return null;
    throw error;
  }
}

/** A link people have holds a mark of the key that goes: they are told of a fresh page. Keys of ROLLCALL_KEYS go when people say so. */
function relinked({ keys, random, clock }: SealDeps, { page, told }: Secret): Partial<Secret> {
  const at = clock.now();
  if (keys.source !== 'file' || !told || !isOpenPage(page, at)) return {};
  return fresh(page.purpose, random.id('page'), at);
}

/** The messages of pages that are no more are drawn anew, without their links; answers how many. */
async function relink(deps: SealDeps, pairs: readonly Pair[]): Promise<number> {
  const replaced = pairs.filter(({ before, after }) => before.told && !after.told);
  for (const { before } of replaced) await wantPage(deps, before);
  return replaced.length;
}

/** Pages of secrets sealed under any key but this one. */
export async function* sealedElsewhere({ secrets }: Pick<Store, 'secrets'>, key: string): AsyncGenerator<Secret[]> {
  let after: string | null = null;
  for (;;) {
    const found: Secret[] = await secrets.sealedUnderOther(key, after, page);
    if (found.length === 0) return;
    yield found;
    after = found.at(-1)?.id ?? null;
  }
}

/** Counts a secret under its key. */
export function count(counts: Map<string, number>, { sealed }: Pick<Secret, 'sealed'>): void {
  if (sealed !== null) counts.set(sealed.key, (counts.get(sealed.key) ?? 0) + 1);
}
