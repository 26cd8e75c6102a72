import { z } from 'zod';
import { type AnchorLine, AnchorLine as Line, Note, noteFlaw } from './anchor.ts';
import { restOf } from './erasure.ts';
import { type ChainedEvent, chainStart, companyPartition, linkHash } from './event.ts';
import { digestOf } from './hash.ts';
import { momentWord } from './quarantine.ts';

/** A published event as it stands in an export: the place in its chain, and whatever else its digest covers. */
const Link = z.looseObject({
  ...{ id: z.string(), at: z.number(), digest: z.string() },
  ...{ partition: z.string(), sequence: z.number(), previous: z.string(), hash: z.string() },
  erased: z.literal(true).optional(),
  anchor: Note.optional(),
});
type Link = z.output<typeof Link>;

const Erasure = z.object({
  places: z.array(z.object({ partition: z.string(), sequence: z.number(), rest: z.string() })),
});
const ErasureRecord = z.object({
  at: z.number(),
  person: z.string().nullable(),
  actor: z.object({ name: z.string() }),
  erasure: Erasure,
});

/** One person's erasure, as it was recorded: when it was begun, by whom, and from how many events it took something. */
export type RecordedErasure = { person: string | null; by: string; at: number; events: number };

/** The end of a partition's chain so far. */
export type Head = { sequence: number; hash: string };
export const chainHead: Head = { sequence: 0, hash: chainStart };

/** Where a chain breaks: an event that was changed, taken out, put in, or put elsewhere. */
export type Break = { partition: string; sequence: number; id: string; why: string };

/** Somebody says that this event stood at a place. */
type Claim = { hash: string; by: string };

/**
 * What is said of places elsewhere: by anchors in the chains and outside of which hash stood there, by records of erasures what is
 * left there. Gathered before the chains are checked; whatever said it is checked in its own place.
 */
export type Said = {
  claims: Map<string, Map<number, Claim[]>>;
  rests: Map<string, string[]>;
  /** Of the anchors there are in the chains. */
  anchors: string[];
};
export const nothingSaid = (): Said => ({ claims: new Map(), rests: new Map(), anchors: [] });

const placeOf = ({ partition, sequence }: { partition: string; sequence: number }): string =>
  `${partition}#${sequence}`;

function claim(said: Said, place: { partition: string; sequence: number; hash: string }, by: string): void {
  const chain = said.claims.get(place.partition) ?? new Map<number, Claim[]>();
  const claims = chain.get(place.sequence) ?? [];
  if (!claims.some(({ hash }) => hash === place.hash)) claims.push({ hash: place.hash, by });
  chain.set(place.sequence, claims);
  said.claims.set(place.partition, chain);
}

/** Takes in what an event says of others; most say nothing. */
export function hearEvent(said: Said, raw: unknown): void {
  if (raw === null || typeof raw !== 'object') return;
  const erasure = 'erasure' in raw ? Erasure.safeParse(raw.erasure) : null;
  for (const place of erasure?.data?.places ?? [])
    said.rests.set(placeOf(place), [...(said.rests.get(placeOf(place)) ?? []), place.rest]);
  const link = 'anchor' in raw ? Link.safeParse(raw) : null;
  const anchor = link?.data?.anchor;
  if (link?.data === undefined || anchor === undefined) return;
  said.anchors.push(link.data.hash);
  for (const head of anchor.heads) claim(said, head, `the anchor of ${momentWord(link.data.at)}`);
}

/** Takes in an anchor kept outside. Answers the line, or why it is none. */
export function hearLine(said: Said, raw: unknown): AnchorLine | string {
  const parsed = Line.safeParse(raw);
  if (!parsed.success) return 'this is no anchor';
  const why = noteFlaw(parsed.data);
  if (why !== null) return why;
  const by = `the anchor of ${momentWord(parsed.data.at)} that was kept outside`;
  for (const head of [...parsed.data.heads, parsed.data.place]) claim(said, head, by);
  return parsed.data;
}

/** Goes through the chains, event by event, in the order of each chain. */
export function createAudit(said: Said) {
  const heads = new Map<string, Head>();
  const counts = { events: 0, erased: 0, unfinished: 0, anchors: 0 };
  const anchored = new Set<string>();
  const erasures: RecordedErasure[] = [];

  /** A long erasure has several records, and so has one that was gone on with. */
  function hearErasure(raw: unknown): void {
    const record = ErasureRecord.safeParse(raw).data;
    if (record === undefined) return;
    const { person, actor, at, erasure } = record;
    const known = erasures.find((one) => one.person === person && one.by === actor.name);
    if (known === undefined) erasures.push({ person, by: actor.name, at, events: erasure.places.length });
    else known.events += erasure.places.length;
  }

  const follows = (previous: string): boolean =>
    anchored.has(previous) || (anchored.size === 0 && previous === chainStart);

  function whyNot(link: Link): string | null {
    const head = heads.get(link.partition) ?? chainHead;
    const why = flaw(link, head, said.rests.get(placeOf(link)) ?? []);
    if (why !== null) return why;
    if (link.anchor !== undefined && !follows(link.anchor.previous)) return 'it does not follow an anchor before it';
    const claims = said.claims.get(link.partition)?.get(link.sequence) ?? [];
    const other = claims.find(({ hash }) => hash !== link.hash);
    return other === undefined ? null : `${other.by} says that another event was here`;
  }

  return {
    counts,
    erasures: erasures as readonly RecordedErasure[],
    heads: heads as ReadonlyMap<string, Head>,
    /** The break at this event; null: it follows. */
    take(raw: unknown): Break | null {
      const parsed = Link.safeParse(raw);
      if (!parsed.success) return { partition: '?', sequence: 0, id: '?', why: 'this is no event of an audit export' };
      const link = parsed.data;
      const { partition, sequence, id, hash } = link;
      const why = whyNot(link);
      if (why !== null) return { partition, sequence, id, why };
      heads.set(partition, { sequence, hash });
      counts.events += 1;
      hearErasure(raw);
      if (link.erased === true) counts.erased += 1;
      else if (said.rests.has(placeOf(link))) counts.unfinished += 1;
      if (link.anchor !== undefined) {
        counts.anchors += 1;
        anchored.add(hash);
      }
      return null;
    },
    /** What was cut off at the end of a chain, by what is said of it elsewhere; null: nothing that is known of. */
    end(): Break | null {
      for (const [partition, chain] of said.claims) {
        const { sequence } = heads.get(partition) ?? chainHead;
        const [missing] = [...chain.keys()].filter((place) => place > sequence).sort((a, b) => b - a);
        const by = missing === undefined ? undefined : chain.get(missing)?.[0]?.by;
        if (missing !== undefined)
          return {
            ...{ partition, sequence: sequence + 1, id: '?' },
            why: `${by} knows ${missing} events here: what came after ${sequence} was cut off`,
          };
      }
      return unheld(said, heads);
    },
  };
}

/** A record of an erasure in a place that is not there speaks of a chain that was cut. */
function unheld({ rests }: Said, heads: ReadonlyMap<string, Head>): Break | null {
  for (const place of rests.keys()) {
    const cut = place.lastIndexOf('#');
    const [partition, sequence] = [place.slice(0, cut), Number(place.slice(cut + 1))];
    if (sequence > (heads.get(partition)?.sequence ?? 0))
      return { partition, sequence, id: '?', why: 'an event was erased here that is not there: the end was cut off' };
  }
  return null;
}

function flaw(link: Link, head: Head, rests: readonly string[]): string | null {
  const { partition, sequence, previous, hash, digest, ...body } = link;
  if (sequence !== head.sequence + 1)
    return `event ${head.sequence + 1} should come here: events are missing, doubled or out of order`;
  if (previous !== head.hash) return 'it does not follow the event before it: that one or this one was replaced';
  const why = body.erased === true ? restFlaw(link, rests) : contentFlaw(digest, body);
  if (why !== null) return why;
  if (hash !== linkHash({ digest, id: body.id, partition, sequence, previous })) return 'its hash is not its own';
  if (link.anchor === undefined) return null;
  return partition === companyPartition ? noteFlaw(link.anchor) : 'no anchor is made in this chain';
}

const contentFlaw = (digest: string, body: object): string | null =>
  digest === digestOf(body) ? null : 'its content is not what was recorded';

function restFlaw(link: Link, rests: readonly string[]): string | null {
  if (rests.length === 0) return 'it says that it was erased, and no erasure of it is recorded';
  return rests.includes(restOf(link as unknown as ChainedEvent)) ? null : 'it is not what its erasure has left';
}
