import type { Draft } from '../../core/draft.ts';
import { type DraftWorld, nextStep, stepsOf } from '../../core/draft-steps.ts';
import { refused } from '../../core/errors.ts';
import { isOpenPage } from '../../core/handover.ts';
import { presentConfig } from '../configure/config-cases.ts';
import type { ConfigureDeps } from '../configure/configure.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import type { Deps } from '../ports.ts';
import type { SecretBook } from '../secret/secret-book.ts';
import { secretToken } from '../secret/secret-token.ts';
import type { StoredConfig } from '../store-ports.ts';
import type { DraftView } from './connecting.ts';

export type DraftDeps = GovernanceDeps &
  ConfigureDeps &
  Pick<Deps, 'sealer'> & {
    book: SecretBook;
    /** Where people reach this Rollcall; links to its pages begin with it. Unset: none are made. */
    publicUrl?: string;
  };

/** @throws RollcallError `unknown-draft`, `draft-over`. */
export async function openDraft({ store }: Pick<Deps, 'store'>, id: string): Promise<Draft> {
  const draft = await store.drafts.get(id);
  if (draft === null)
    throw refused('unknown-draft', `there is nothing begun under ${id}`, 'Begin: `/provision connect`.');
  if (draft.state === 'open') return draft;
  throw refused('draft-over', `this is over: ${draft.outcome ?? draft.state}`, 'Begin anew: `/provision connect`.');
}

/**
 * Applies a change to the newest version of an open draft, and has its cards drawn anew. Null where the change, seen anew, has
 * nothing to do.
 * @throws RollcallError `unknown-draft`, `draft-over`.
 */
export async function changeDraft(
  deps: Pick<DraftDeps, 'store' | 'clock' | 'bell'>,
  id: string,
  change: (draft: Draft) => Draft | null,
): Promise<Draft | null> {
  const first = await openDraft(deps, id);
  const write = (draft: Draft) => (draft.state === 'open' ? change(draft) : null);
  const after = await changeNewest(deps.store.drafts, first, write);
  if (after === null) return null;
  await redrawDraft(deps, id);
  if (after.outbox.length > 0) deps.bell.ring('publisher');
  return after;
}

const itemId = (draft: string, to: string): string => `draft:${draft}:${to}`;

/** Asks for the card of a draft in a direct message to this person. */
export async function wantDraft(
  { store, clock, bell }: Pick<DraftDeps, 'store' | 'clock' | 'bell'>,
  draft: string,
  to: string,
): Promise<void> {
  await store.outbox.want({ id: itemId(draft, to), kind: 'draft', subject: draft, to, body: null }, clock.now());
  bell.ring('outbox');
}

/** Every copy of its card there is shows the newest state. */
async function redrawDraft(deps: Pick<DraftDeps, 'store' | 'clock' | 'bell'>, draft: string): Promise<void> {
  for (const { kind, to } of await deps.store.outbox.about(draft))
    if (kind === 'draft') await wantDraft(deps, draft, to);
}

/** Where apps send the browser back to. */
export const callbackOf = (publicUrl: string): string => `${publicUrl}/oauth/callback`;

/** What drafts are looked at beside. */
export const worldOfDrafts = ({ connections, book, publicUrl }: DraftDeps, { config }: StoredConfig): DraftWorld => ({
  ...{ config, connectors: connections.connectors, edition: book.edition },
  ...(publicUrl === undefined ? {} : { callback: callbackOf(publicUrl) }),
  isSet: (name) => (book.secret(name) ?? '') !== '',
});

/** What was set in another process is known here as well. */
export async function freshWorld(deps: DraftDeps): Promise<DraftWorld> {
  await deps.book.follow();
  return worldOfDrafts(deps, await presentConfig(deps));
}

export function viewOf(deps: DraftDeps, draft: Draft, world: DraftWorld): DraftView {
  const known = draft.kind === 'app' ? world.connectors.targets : world.connectors.directories;
  const connector = known.get(draft.connector);
  // One whose connector is gone can be looked at, and dropped.
  const steps = connector === undefined ? [] : stepsOf(draft, world);
  const connectorTitle = connector?.title ?? draft.connector;
  return { draft, connectorTitle, steps, next: nextStep(steps), link: linkOf(deps, draft) };
}

function linkOf(deps: DraftDeps, { id, page, state }: Draft): DraftView['link'] {
  if (deps.publicUrl === undefined || state !== 'open' || !isOpenPage(page, deps.clock.now())) return null;
  const { person, nonce, expires, purpose = 'secrets' } = page;
  const place = purpose === 'secrets' ? 'once/secrets' : 'oauth/start';
  const url = `${deps.publicUrl}/${place}/${secretToken(deps, { purpose, draft: id, nonce })}`;
  return { person, url, expires, purpose };
}
