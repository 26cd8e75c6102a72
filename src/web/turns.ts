/** Requests of one address: so many at once, and so many a second in the long run. A company may stand behind one address. */
const usual = { burst: 120, perSecond: 10 };
/** Addresses remembered at most; those that have been quiet are forgotten first. */
const most = 1_000;

type Bucket = { left: number; at: number };

/** Whether an address may have its turn now; of this process alone, and in bounded memory. */
export function makeTurns(now: () => number, { burst, perSecond } = usual): (address: string) => boolean {
  const buckets = new Map<string, Bucket>();
  const levelOf = ({ left, at }: Bucket, time: number): number =>
    Math.min(burst, left + ((time - at) / 1_000) * perSecond);
  return (address) => {
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
