import type { ChainedEvent } from '../../core/event.ts';
import type { Consent } from '../../core/holding.ts';
import type { Deps } from '../ports.ts';

/** Everybody who agreed, in order: where a quorum was asked for, the one who decided is only its last voice. */
export type VotersOf = (consent: Consent) => Promise<readonly string[]>;

const page = 500;
/** Approvals remembered: a batch covers many people, and one after the other. */
const remembered = 1_000;

/** From the events of the approval, asked for once however many operations it let through. */
export function createVoters({ store }: Pick<Deps, 'store'>): VotersOf {
  const known = new Map<string, readonly string[]>();
  return async (consent) => {
    const { approval, name } = consent;
    if (approval === null) return [name];
    const voters = known.get(approval) ?? (await votes(store.events, approval, consent.at));
    if (known.size >= remembered) known.clear();
    known.set(approval, voters);
    return voters.includes(name) ? voters : [...voters, name];
  };
}

/** Votes lie between the opening of the approval and what followed it: read backwards from the one to the other. */
async function votes(events: Deps['store']['events'], approval: string, at: number): Promise<string[]> {
  const voters: string[] = [];
  let before = { at: at + 1, id: '' };
  for (;;) {
    const found: ChainedEvent[] = await events.list({ approval }, before, page);
    for (const { type, actor } of found) {
      if (type === 'approval.opened') return voters;
      if ((type === 'approval.voted' || type === 'approval.approved') && !voters.includes(actor.name))
        voters.unshift(actor.name);
    }
    const last = found.at(-1);
    if (last === undefined) return voters;
    before = { at: last.at, id: last.id };
  }
}
