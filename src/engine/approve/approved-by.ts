import type { ChainedEvent } from '../../core/event.ts';
import { emptyLedger, follow, type Ledger } from '../../core/holding.ts';
import type { Deps } from '../ports.ts';
import { createVoters } from './voters.ts';

const page = 500;
/** Events of one person looked at; what was approved longer ago is not told. */
const most = 5_000;

/** Who agreed to what a person has now, by app: from the events alone. */
export async function approvedBy(
  deps: Pick<Deps, 'store'>,
  person: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const ledgers = new Map<string, Ledger>();
  for (const event of (await eventsOf(deps, person)).reverse()) {
    if (event.app !== null) ledgers.set(event.app, follow(ledgers.get(event.app) ?? emptyLedger, event));
  }
  const votersOf = createVoters(deps);
  const approved: Record<string, readonly string[]> = {};
  for (const [app, { held }] of ledgers) {
    const names: string[] = [];
    for (const consent of held?.consents ?? []) names.push(...(await votersOf(consent)));
    approved[app] = [...new Set(names)];
  }
  return approved;
}

/** Newest first. */
async function eventsOf({ store }: Pick<Deps, 'store'>, person: string): Promise<ChainedEvent[]> {
  const found: ChainedEvent[] = [];
  let before: { at: number; id: string } | null = null;
  while (found.length < most) {
    const events: ChainedEvent[] = await store.events.list({ person }, before, page);
    found.push(...events);
    const last = events.at(-1);
    if (last === undefined || events.length < page) break;
    before = { at: last.at, id: last.id };
  }
  return found;
}
