import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../../core/config.ts';
import { broken, refused } from '../../core/errors.ts';
import { makeEvent, system } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor, Time } from '../../core/model.ts';
import { holding, lastEnd, type PushTokens, withoutTokens, withToken } from '../../core/push-token.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { record } from '../publisher.ts';

export type TokenDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections'>;

/** Milliseconds both tokens hold, and the new one does at all. */
export type Term = { overlap: number; lifetime: number };
export type MadeToken = { token: string; endsAt: Time; olderUntil: Time | null };
/** What may be told of a token: never itself. */
export type ToldToken = { by: Actor; madeAt: Time; endsAt: Time };

/** The tokens by which sources push to directories. */
export type PushTokenCases = {
  /** Makes one, which is shown this once. @throws RollcallError `unknown-directory`, `not-pushed-to` */
  makePushToken(directory: string, term: Term, by: Actor): Promise<MadeToken>;
  /** Ends all of them at once; false: none held. @throws likewise */
  endPushTokens(directory: string, by: Actor): Promise<boolean>;
  /** Those that hold, the oldest first. @throws likewise */
  pushTokens(directory: string): Promise<ToldToken[]>;
};

/** Scanners for secrets that leaked know it by its beginning. */
const beginning = 'rollcall_push_';
const tokenBytes = 32;

export const pushTokenCases = (deps: TokenDeps): PushTokenCases => ({
  async makePushToken(directory, term, by) {
    await checkPushedTo(deps, directory);
    const token = `${beginning}${Buffer.from(deps.random.bytes(tokenBytes)).toString('base64url')}`;
    const madeAt = deps.clock.now();
    const made = { digest: digestOf(token), by, madeAt, endsAt: madeAt + term.lifetime };
    const tokens = await put(deps, directory, (before) => withToken(before, directory, made, term.overlap));
    const older = tokens.tokens.find(({ digest }) => digest !== made.digest);
    return { token, endsAt: made.endsAt, olderUntil: older?.endsAt ?? null };
  },
  async endPushTokens(directory, by) {
    await checkPushedTo(deps, directory);
    const { pushTokens } = deps.store;
    const known = await pushTokens.get(directory);
    if (known === null) return false;
    return (await changeNewest(pushTokens, known, (before) => withoutTokens(before, by, deps.clock.now()))) !== null;
  },
  async pushTokens(directory) {
    await checkPushedTo(deps, directory);
    const known = await deps.store.pushTokens.get(directory);
    const told = known === null ? [] : holding(known, deps.clock.now());
    return told.map(({ by, madeAt, endsAt }) => ({ by, madeAt, endsAt }));
  },
});

/** Nobody takes a document of tokens away, so what could not be inserted is there. */
async function put(
  { store: { pushTokens } }: Pick<Deps, 'store'>,
  directory: string,
  change: (before: PushTokens | null) => PushTokens,
): Promise<PushTokens> {
  const fresh = change(null);
  if ((await pushTokens.insert([fresh])).size > 0) return fresh;
  const known = await pushTokens.get(directory);
  const written = known === null ? null : await changeNewest(pushTokens, known, change);
  if (written === null) throw broken('push-tokens', `the tokens of ${directory} could not be written`);
  return written;
}

/** The directories of a configuration that are pushed to. */
export const pushedTo = ({ connections }: Pick<Deps, 'connections'>, config: Config | null): string[] =>
  (config?.directories ?? []).flatMap(({ name, connector }) =>
    connections.connectors.directories.get(connector)?.pushed === true ? [name] : [],
  );

async function checkPushedTo(deps: TokenDeps, directory: string): Promise<void> {
  const config = (await deps.store.config.read())?.config ?? null;
  const names = pushedTo(deps, config);
  if (names.includes(directory)) return;
  if (config?.directories.some(({ name }) => name === directory) === true)
    throw refused(
      'not-pushed-to',
      `the directory ${directory} is read, and nothing is pushed to it`,
      `Name a directory of the connector scim-inbound${names.length > 0 ? `: ${names.join(', ')}` : ''}.`,
    );
  throw refused('unknown-directory', `there is no directory named ${directory}`, 'See `rollcall config export`.');
}

/** Does one of the directory's tokens fit? Compared by digest, in a time that says nothing of what is right. */
export async function isToken(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  directory: string,
  token: string,
): Promise<boolean> {
  const known = await store.pushTokens.get(directory);
  const given = Buffer.from(digestOf(token));
  const fitting = holding(known ?? { tokens: [] }, clock.now()).filter(({ digest }) => {
    const right = Buffer.from(digest);
    return right.length === given.length && timingSafeEqual(right, given);
  });
  return fitting.length > 0;
}

/** When the last token of each directory that is pushed to ends, or ended; those without any are left out. */
export async function tokenEnds(deps: Pick<Deps, 'store' | 'connections'>, config: Config): Promise<Map<string, Time>> {
  const known = await deps.store.pushTokens.many(pushedTo(deps, config));
  return new Map(
    known.flatMap((tokens) => {
      const end = lastEnd(tokens);
      return end === null ? [] : [[tokens.id, end] as const];
    }),
  );
}

const hour = 3_600_000;

/** A wrong token is told in the events, once an hour for each directory, so that nobody fills them. */
export async function tellWrongToken(
  deps: Pick<Deps, 'store' | 'clock' | 'random'>,
  directory: string,
  from: string,
  told: Set<string>,
): Promise<void> {
  const at = deps.clock.now();
  const id = `push-refused:${directory}:${Math.floor(at / hour)}`;
  if (told.has(id)) return;
  told.clear();
  told.add(id);
  const message = `somebody at ${from} called the SCIM address of the directory ${directory} with a token that does not hold; told once an hour`;
  await record(deps, makeEvent({ type: 'push-token.refused', message, actor: system('scim') }, id, at));
}
