import { isIPv6 } from 'node:net';
import type { RequestHandler, Response } from 'express';

/** Requests of one address: so many at once, and so many a second in the long run. A company may stand behind one address. */
const usual = { burst: 120, perSecond: 10 };
/** Addresses remembered at most; those that have been quiet are forgotten first. */
const most = 1_000;

type Bucket = { left: number; at: number };

/**
 * What one address stands for: itself, and one of IPv6 for its network of 64 bits, since every home has that many (RFC 6177) and could
 * come from another one each time.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [start = '', end = ''] = plain.split('::');
  const [before, after] = [start, end].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  const groups = [...(before ?? []), ...(plain.includes('::') ? zeros : []), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Whether an address may have its turn now; of this process alone, and in bounded memory. */
export function makeTurns(now: () => number, { burst, perSecond } = usual): (address: string) => boolean {
  const buckets = new Map<string, Bucket>();
  const levelOf = ({ left, at }: Bucket, time: number): number =>
    Math.min(burst, left + (Math.max(0, time - at) / 1_000) * perSecond);
  return (one) => {
    const address = networkOf(one);
    const time = now();
    const left = levelOf(buckets.get(address) ?? { left: burst, at: time }, time);
    if (!buckets.has(address) && buckets.size >= most)
      forget(buckets, ({ at }) => time - at > (burst / perSecond) * 1_000);
    buckets.delete(address);
    buckets.set(address, { left: Math.max(0, left - 1), at: time });
    return left >= 1;
  };
}

/** Those that are full again need no memory; where none is, the one that was heard of longest ago goes. */
function forget(buckets: Map<string, Bucket>, isFull: (bucket: Bucket) => boolean): void {
  for (const [address, bucket] of buckets) if (isFull(bucket)) buckets.delete(address);
  const [oldest] = buckets.keys();
  if (buckets.size >= most && oldest !== undefined) buckets.delete(oldest);
}

/** Lets a request on where its address has its turn; `slower` writes the body of the answer to the others. */
export function inTurns(
  now: () => number,
  slower: (response: Response) => unknown,
  rate?: { burst: number; perSecond: number },
): RequestHandler {
  const mayGo = makeTurns(now, rate);
  return (request, response, next) => {
    if (mayGo(request.ip ?? '')) return next();
    slower(response.status(429).set('Retry-After', '60'));
  };
}
