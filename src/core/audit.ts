import { z } from 'zod';
import { chainStart } from './event.ts';
import { digestOf } from './hash.ts';

/** A published event as it stands in an export: the place in its chain, and whatever else its digest covers. */
const Link = z.looseObject({
  id: z.string(),
  digest: z.string(),
  partition: z.string(),
  sequence: z.number(),
  previous: z.string(),
  hash: z.string(),
});

/** The end of a partition's chain so far. */
export type Head = { sequence: number; hash: string };
export const chainHead: Head = { sequence: 0, hash: chainStart };

/** Where a chain breaks: an event that was changed, taken out, put in, or put elsewhere. */
export type Break = { partition: string; sequence: number; id: string; why: string };

/** The next head, or why the event cannot follow: its number, the link to the one before, its digest, its own hash. */
export function checkLink(raw: unknown, heads: ReadonlyMap<string, Head>): { partition: string; head: Head } | Break {
  const parsed = Link.safeParse(raw);
  if (!parsed.success) return { partition: '?', sequence: 0, id: '?', why: 'this is no event of an audit export' };
  const { partition, sequence, previous, hash, digest, ...body } = parsed.data;
  const { id } = body;
  const head = heads.get(partition) ?? chainHead;
  const why = flaw({ partition, sequence, previous, hash, digest, body }, head);
  return why === null ? { partition, head: { sequence, hash } } : { partition, sequence, id, why };
}

type Parts = Omit<z.infer<typeof Link>, 'id'> & { body: { id: string } };

function flaw({ partition, sequence, previous, hash, digest, body }: Parts, head: Head): string | null {
  if (sequence !== head.sequence + 1)
    return `event ${head.sequence + 1} should come here: events are missing, doubled or out of order`;
  if (previous !== head.hash) return 'it does not follow the event before it: that one or this one was replaced';
  if (digest !== digestOf(body)) return 'its content is not what was recorded';
  if (hash !== digestOf({ digest, id: body.id, partition, sequence, previous })) return 'its hash is not its own';
  return null;
}
