import { type AnchorLine, anchorNote, markedText } from '../../core/anchor.ts';
import { type ChainedEvent, chain, companyPartition, makeEvent } from '../../core/event.ts';
import type { Actor, AnchoredHead } from '../../core/model.ts';
import type { Deps } from '../ports.ts';
import { saltOf, unraced } from '../publisher.ts';
import type { KeyRing } from '../secret/secret-ports.ts';

export type AnchorDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'sealer'> & { keys: KeyRing };

/** The status by which anchors are found among the events. */
export const anchoredStatus = 'anchored';

/**
 * Anchors all chains: an event of the company's own chain notes where each ends, and the line that is answered is to leave the
 * machine. From then on nothing before it can be cut off or written anew without contradicting the line. Another publisher may be
 * at work: the heads are read anew until the note follows the newest event of the company.
 */
export function anchor(deps: AnchorDeps, actor: Actor): Promise<AnchorLine> {
  const { events } = deps.store;
  return unraced(async () => {
    const head = await events.head(companyPartition);
    const at = deps.clock.now();
    const note = anchorNote(await headsOf(deps), (await lastAnchor(deps))?.hash ?? null);
    const chains = note.heads.length === 1 ? '1 chain' : `${note.heads.length} chains`;
    const message = `anchored ${note.events} events in ${chains}`;
    const draft = { type: 'audit.anchored', status: anchoredStatus, message, actor, anchor: note };
    const event = chain(makeEvent(draft, deps.random.id('e'), at), companyPartition, head, saltOf(deps));
    await events.append([event]);
    return lineOf(deps, event);
  });
}

/** The newest anchor; null: there is none. */
export async function lastAnchor({ store }: Pick<Deps, 'store'>): Promise<ChainedEvent | null> {
  const { partition, sequence } = { partition: companyPartition, sequence: 0 };
  let last: ChainedEvent | null = null;
  for (const event of await store.events.list({ status: anchoredStatus }, null, 20))
    if (event.partition === partition && event.sequence > (last?.sequence ?? sequence)) last = event;
  return last;
}

async function headsOf({ store }: Pick<Deps, 'store'>): Promise<AnchoredHead[]> {
  const heads: AnchoredHead[] = [];
  for (const partition of await store.events.partitions())
    heads.push({ partition, ...(await store.events.head(partition)) });
  return heads;
}

function lineOf(
  { sealer, keys }: AnchorDeps,
  { at, anchor: note, partition, sequence, hash }: ChainedEvent,
): AnchorLine {
  if (note === undefined) throw new Error('an anchor without its note');
  const bare: AnchorLine = {
    v: 1,
    at,
    ...note,
    heads: [...note.heads],
    place: { partition, sequence, hash },
    mark: null,
  };
  // No key is made for this: where none was needed yet, the line stands by itself.
  if (keys.ids().length === 0) return bare;
  return { ...bare, mark: { key: sealer.key, text: sealer.mark(markedText(bare)) } };
}

/** Was the mark made by a key of this process? `unknown`: by one that is not here any more. */
export function markOf(
  { sealer, keys }: Pick<AnchorDeps, 'sealer' | 'keys'>,
  line: AnchorLine,
): 'ours' | 'unknown' | 'forged' {
  if (line.mark === null || !keys.ids().includes(line.mark.key)) return 'unknown';
  return sealer.isMark(markedText(line), line.mark.text) ? 'ours' : 'forged';
}
