import type { AnchorLine } from '../../core/anchor.ts';
import {
  type Break,
  createAudit,
  type Head,
  hearEvent,
  hearLine,
  nothingSaid,
  type RecordedErasure,
  type Said,
} from '../../core/audit.ts';
import type { ChainedEvent } from '../../core/event.ts';
import type { Deps } from '../ports.ts';

const page = 1_000;

/** Every chain, one after the other, each in its order; a page is held at a time. `seen`: the places after which each begins. */
export async function* allChains(
  { store }: Pick<Deps, 'store'>,
  seen: ReadonlyMap<string, number> = new Map(),
): AsyncGenerator<ChainedEvent> {
  for (const partition of await store.events.partitions()) {
    let after = seen.get(partition) ?? 0;
    for (;;) {
      const events = await store.events.chain(partition, after, page);
      yield* events;
      const last = events.at(-1);
      if (last === undefined) break;
      after = last.sequence;
    }
  }
}

export type AuditReport = {
  events: number;
  /** Events that lost somebody's personal data; their digests and places are in order. */
  erased: number;
  /** Events whose erasure is recorded, and that still hold everything: the erasure was interrupted. */
  unfinished: number;
  /** Who erased whom, by the records in the chains: whoever can write to the store can make such a record as well. */
  erasures: readonly RecordedErasure[];
  /** Anchors in the chains, and those kept outside that the chains were held against. */
  anchors: { inside: number; outside: number };
  /** Of the anchors outside: whose mark our sealing keys made, and whose mark nobody here can check. */
  marks: { ours: number; unchecked: number };
  /** The last place and hash of each chain: compare them with those noted earlier to see that nothing was cut off at the end. */
  heads: readonly ({ partition: string } & Head)[];
  /** The first break, with the number of the event among all that were read; 0: it is one of the anchors outside. */
  broken: (Break & { place: number }) | null;
};

/** What an audit is held against beside itself. */
export type Against = {
  /** Lines of an anchor file. */
  lines?: () => AsyncIterable<unknown>;
  /** Beginnings of hashes, as Slack shows them. */
  seen?: readonly string[];
  /** Did one of our keys make the mark of the line? Left out: there are no keys here. */
  mark?(line: AnchorLine): 'ours' | 'unknown' | 'forged';
};

/**
 * Checks the chains, of the store or of an export, and stops at the first break. They are read twice: what anchors and erasures say
 * of other places must be known before those places come.
 */
export async function verifyChains(read: () => AsyncIterable<unknown>, against: Against = {}): Promise<AuditReport> {
  const said = nothingSaid();
  const marks = { ours: 0, unchecked: 0 };
  const report = { anchors: { inside: 0, outside: 0 }, marks };
  const none = { events: 0, erased: 0, unfinished: 0, erasures: [], heads: [] };
  const wrong = await hearLines(said, against, report);
  if (wrong !== null) return { ...none, ...report, broken: { ...wrong, place: 0 } };
  for await (const event of read()) hearEvent(said, event);
  const audit = createAudit(said);
  let place = 0;
  let broken: Break | null = null;
  for await (const event of read()) {
    place += 1;
    broken = audit.take(event);
    if (broken !== null) break;
  }
  if (broken === null) {
    broken = audit.end() ?? unseen(said, against.seen ?? []);
    if (broken !== null) place += 1;
  }
  const { anchors: inside, ...counts } = audit.counts;
  const heads = [...audit.heads].map(([partition, head]) => ({ partition, ...head }));
  const anchors = { ...report.anchors, inside };
  const { erasures } = audit;
  return { ...counts, erasures, anchors, marks, heads, broken: broken === null ? null : { ...broken, place } };
}

/** The store itself; what was erased between the two looks is no break. */
export async function verifyStore(deps: Pick<Deps, 'store'>, against: Against = {}): Promise<AuditReport> {
  const look = () => verifyChains(() => allChains(deps), against);
  const report = await look();
  return report.broken === null ? report : look();
}

async function hearLines(
  said: Said,
  { lines, mark }: Against,
  report: Pick<AuditReport, 'anchors' | 'marks'>,
): Promise<Break | null> {
  if (lines === undefined) return null;
  for await (const raw of lines()) {
    report.anchors.outside += 1;
    const heard = hearLine(said, raw);
    const verdict = typeof heard === 'string' || heard.mark === null ? null : (mark?.(heard) ?? 'unknown');
    const why =
      typeof heard === 'string' ? heard : verdict === 'forged' ? 'its mark was not made by our sealing key' : null;
    if (why !== null)
      return {
        partition: 'anchors',
        sequence: report.anchors.outside,
        id: '?',
        why: `line ${report.anchors.outside} of the anchors: ${why}`,
      };
    if (verdict === 'ours') report.marks.ours += 1;
    else report.marks.unchecked += 1;
  }
  return null;
}

/** An anchor somebody saw that is not in the chains: another history took the place of theirs. */
function unseen(said: Said, seen: readonly string[]): Break | null {
  const missing = seen.find((start) => !said.anchors.some((hash) => hash.startsWith(start.toLowerCase())));
  if (missing === undefined) return null;
  return {
    partition: 'anchors',
    sequence: 0,
    id: '?',
    why: `there is no anchor ${missing}, which was seen: this is another history`,
  };
}
