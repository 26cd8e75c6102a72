import { changed, type Draft, type SecretPage } from '../../core/draft.ts';
import type { DraftWorld } from '../../core/draft-steps.ts';
import { refused } from '../../core/errors.ts';
import { isOpenPage } from '../../core/handover.ts';
import { nameOf } from '../../core/name.ts';
import { activeAdmins } from '../configure/admins.ts';
import { presentConfig } from '../configure/config-cases.ts';
import { isSecretMark, type Purpose, readSecretToken } from '../secret/secret-token.ts';
import { type ByPerson, pageSpan } from './connecting.ts';
import { changeDraft, type DraftDeps, freshWorld } from './drafts.ts';

/** An open page, and the person it was given to. */
export type PageGround = { draft: Draft & { page: SecretPage }; world: DraftWorld; by: ByPerson };

/** @throws RollcallError `no-address` where no page is served. */
export function wantAddress({ publicUrl }: Pick<DraftDeps, 'publicUrl'>): string {
  if (publicUrl !== undefined) return publicUrl;
  throw refused('no-address', 'this Rollcall serves no pages', 'Start the bot; PUBLIC_URL says where it is reached.');
}

/** A link for this person on the draft's card, for an hour, once; any before leads nowhere. */
export async function openPage(deps: DraftDeps, id: string, purpose: Purpose, actor: ByPerson): Promise<void> {
  const at = deps.clock.now();
  const page: SecretPage = {
    ...{ person: actor.person, nonce: deps.random.id('page'), expires: at + pageSpan },
    ...(purpose === 'authenticate' ? { purpose } : {}),
  };
  const what = purpose === 'authenticate' ? 'to authenticate' : 'to enter the credentials';
  const message = `${actor.name} was given a link ${what}, good for an hour, once`;
  await changeDraft(deps, id, (draft) => changed(draft, { page }, actor, at, { type: 'page', message }));
}

const purposeOf = ({ purpose }: SecretPage): Purpose => purpose ?? 'secrets';

/** The open page a token leads to, while the person it was given to is an admin. Null: wrong, used or over, and never which. */
export async function pageOf(deps: DraftDeps, token: string, purpose: Purpose): Promise<PageGround | null> {
  const read = readSecretToken(token);
  const draft = read === null ? null : await deps.store.drafts.get(read.draft);
  if (read === null || draft === null || draft.state !== 'open') return null;
  const { page } = draft;
  if (!isOpenPage(page, deps.clock.now()) || purposeOf(page) !== purpose) return null;
  if (!isSecretMark(deps, { purpose, draft: draft.id, nonce: page.nonce }, read.mark)) return null;
  const admins = await activeAdmins(deps, (await presentConfig(deps)).config);
  const person = admins.find(({ id }) => id === page.person);
  if (person === undefined) return null;
  const by: ByPerson = { kind: 'person', person: person.id, name: nameOf(person), via: 'slack' };
  return { draft: { ...draft, page }, world: await freshWorld(deps), by };
}

/** One of many presses is the one. */
export async function claimPage(deps: DraftDeps, { draft, by }: PageGround): Promise<boolean> {
  const at = deps.clock.now();
  const after = await changeDraft(deps, draft.id, (current) =>
    current.page?.nonce === draft.page.nonce && isOpenPage(current.page, at)
      ? changed(current, { page: null }, by, at, null)
      : null,
  );
  return after !== null;
}
