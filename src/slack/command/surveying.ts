import { discovery, ownerlessShown } from '../../../blocks/discovery.ts';
import type { AdoptionRequest, OwnerlessAccount } from '../../../blocks/governance-view.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { Time } from '../../core/model.ts';
import type { Discovery, Progress } from '../../engine/governance.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import type { Say } from './slow.ts';
import { appOf } from './subject.ts';
import type { Input } from './verbs.ts';

/** Reads an app's entitlements: says at once that it reads, on the way how far it is, and in the end what it found. */
export async function runRefresh(deps: SlackDeps, caller: Known, input: Input<'refresh'>, say: Say): Promise<Message> {
  const found = await appOf(deps, input.who);
  if ('message' in found) return found.message;
  const { app, title } = found.app;
  await say(answer(`Reading the entitlements of ${title}; the answer follows here, which may take minutes.`));
  const { text } = await deps.useCases.refresh(app, actorOf(caller.person), progressTeller(deps, title, say));
  return answer(text);
}

/** An answer's address takes five messages in all, so the way there has two: after half a minute, and after five. */
const tellAfter: readonly number[] = [30_000, 300_000];

export function progressTeller(deps: Pick<SlackDeps, 'clock'>, title: string, say: Say): Progress {
  const started: Time = deps.clock.now();
  let told = 0;
  return (done, total) => {
    const next = tellAfter[told];
    if (next === undefined || deps.clock.now() - started < next) return;
    told += 1;
    const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
    void say(answer(`Still reading ${title}: ${done.toLocaleString('en-US')}${of} so far.`));
  };
}

/** Whose an app's accounts are, read only; and the first that are nobody's. */
export async function runDiscover(
  deps: SlackDeps,
  caller: Known,
  input: Input<'discover'>,
  say: Say,
): Promise<Message> {
  const found = await appOf(deps, input.who);
  if ('message' in found) return found.message;
  await say(answer(`Reading the accounts of ${found.app.title}, changing nothing; the answer follows here.`));
  const view = await deps.useCases.discover(found.app.app);
  const ownerless = view.ownerless === 0 ? [] : await firstOwnerless(deps, found.app.app);
  return discovery(found.app, view, ownerless, await adoptions(deps, caller, view));
}

/** Requests offered with their buttons; the largest are the batches. */
const requestsOffered = 9;

async function adoptions(
  { useCases }: SlackDeps,
  { person }: Known,
  { requests }: Discovery,
): Promise<AdoptionRequest[]> {
  const views = await Promise.all(
    requests.slice(0, requestsOffered).map(({ approval }) => useCases.approval(approval, 5)),
  );
  return views.flatMap((view) =>
    view?.approval.state === 'open' ? [{ view, mayDecide: view.approval.circle.includes(person.id) }] : [],
  );
}

async function firstOwnerless(deps: SlackDeps, app: string): Promise<OwnerlessAccount[]> {
  const first: OwnerlessAccount[] = [];
  for await (const { situation, remoteId, userName } of deps.useCases.discoveryRows(app)) {
    if (situation !== 'ownerless' || remoteId === null) continue;
    first.push({ remoteId, userName });
    if (first.length === ownerlessShown) break;
  }
  return first;
}

export async function runTriage(deps: SlackDeps, caller: Known, input: Input<'triage'>): Promise<Message> {
  const found = await appOf(deps, input.who);
  return 'message' in found
    ? found.message
    : triageAccount(deps, caller, { app: found.app.app, account: input.account }, input.act);
}

/** What becomes of an account that is nobody's. */
export async function triageAccount(
  deps: SlackDeps,
  { person }: Known,
  { app, account }: { app: string; account: string },
  act: 'leave' | 'ask',
): Promise<Message> {
  return answer((await deps.useCases.triage(app, account, act, actorOf(person))).text);
}
