import type { ModalView } from '@slack/types';
import { type LookUpView, lookUpModal, lookUpRows } from '../../blocks/look-up.ts';
import { nameOf } from '../../blocks/view.ts';
import type { FoundLogins, LoginSearch } from '../engine/tell/find-logins.ts';
import { callerOf } from './caller.ts';
import { type Known, mayRead, ownOnly, refusalFor } from './command/access.ts';
import type { SlackDeps } from './deps.ts';
import { type LookUp, pageOf } from './look-up-state.ts';

export type Drawn = { view: ModalView; found: FoundLogins } | { refused: string };

/** One page of a look-up for whoever asks now: what they may read is judged anew each time. */
export async function drawLookUp(deps: SlackDeps, user: string, lookUp: LookUp): Promise<Drawn> {
  const caller = await callerOf(deps, user, 'read');
  if (!caller.known) return { refused: caller.text };
  const of = await subjectFor(deps, caller, lookUp);
  if (typeof of === 'string') return { refused: of };
  const found = await deps.useCases.findLogins(searchOf(lookUp), lookUp.places.at(-1) ?? null, lookUpRows);
  const { word, text } = lookUp;
  const shown = { of, word, text, logins: found.logins, page: pageOf(lookUp), more: found.next !== null };
  const reader = { person: caller.person.id, ...caller.powers };
  return { view: lookUpModal({ ...shown, reader, metadata: JSON.stringify(lookUp) }), found };
}

function searchOf({ app, person, word, text }: LookUp): LoginSearch {
  const by = { ...(word === null ? {} : { word }), ...(text === '' ? {} : { text }) };
  return app === undefined ? { person: person ?? '', ...by } : { app, ...by };
}

async function subjectFor(deps: SlackDeps, caller: Known, { app, person }: LookUp): Promise<LookUpView['of'] | string> {
  if (app !== undefined) {
    const refusal = refusalFor('readers', caller);
    if (refusal !== null) return refusal;
    const found = (await deps.useCases.overview()).apps.find((each) => each.app === app);
    return found === undefined ? 'That app is not connected any more.' : { app: found };
  }
  const found = person === undefined ? null : await deps.useCases.person(person);
  if (found === null) return 'That person is not known any more.';
  if (!mayRead(caller, { kind: 'person', person: found, app: null })) return ownOnly;
  return { person: found.id, name: nameOf(found) };
}
