import { makeEvent } from './event.ts';
import type { Actor, Time, Versioned } from './model.ts';
import { momentWord } from './quarantine.ts';

/** What a source shows when it pushes. Only its digest is kept: the token itself was shown once, to whoever had it made. */
export type PushToken = { digest: string; by: Actor; madeAt: Time; endsAt: Time };

/** The tokens of one directory, whose name is the id. Two hold at a time at most: while the source is given the newer one. */
export type PushTokens = Versioned & { tokens: readonly PushToken[] };

export const holding = ({ tokens }: Pick<PushTokens, 'tokens'>, at: Time): PushToken[] =>
  tokens.filter(({ endsAt }) => endsAt > at);

/** When the last of them ends, or ended; null: there is none. */
export const lastEnd = ({ tokens }: Pick<PushTokens, 'tokens'>): Time | null =>
  tokens.length === 0 ? null : Math.max(...tokens.map(({ endsAt }) => endsAt));

/** A newer token. The newest before it holds on for `overlap` milliseconds at most, older ones end. */
export function withToken(before: PushTokens | null, directory: string, token: PushToken, overlap: number): PushTokens {
  const at = token.madeAt;
  const [last] = holding(before ?? { tokens: [] }, at).sort((a, b) => b.madeAt - a.madeAt);
  const kept = last === undefined || overlap <= 0 ? [] : [{ ...last, endsAt: Math.min(last.endsAt, at + overlap) }];
  const [old] = kept;
  const rest = old === undefined ? '' : `; the one before holds until ${momentWord(old.endsAt)}`;
  const message = `made a token to push to the directory ${directory}, good until ${momentWord(token.endsAt)}${rest}`;
  return next(before, directory, [...kept, token], { type: 'push-token.made', message, by: token.by, at });
}

/** None holds any more. Null: none did. */
export function withoutTokens(before: PushTokens, by: Actor, at: Time): PushTokens | null {
  if (holding(before, at).length === 0) return null;
  const message = `took back every token to push to the directory ${before.id}`;
  return next(before, before.id, [], { type: 'push-token.ended', message, by, at });
}

function next(
  before: PushTokens | null,
  directory: string,
  tokens: readonly PushToken[],
  { type, message, by, at }: { type: string; message: string; by: Actor; at: Time },
): PushTokens {
  const version = before === null ? 0 : before.version + 1;
  const event = makeEvent({ type, message, actor: by }, `push-token:${directory}:${version}`, at);
  return { id: directory, version, outbox: [...(before?.outbox ?? []), event], tokens };
}
