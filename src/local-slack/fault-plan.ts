import type { DeliveryFault, DeliveryKind } from './faults.ts';

/** What goes wrong by itself while people work: drawn from a seed, the same for the same deliveries, and `most` times in all. */
export type FaultPlan = { seed: number; most: number };

/** Ways in which Slack ends connections: announced, at once, or without a word. */
const endings = ['warning', 'refresh_requested', 'cut'] as const;
export type Ending = (typeof endings)[number];

type Effect = DeliveryFault['effect'];

/** Nothing a person does is answered with an error by this; of what Slack sends again the acknowledgement may get lost as well. */
const ofPeople: readonly Effect[] = ['duplicate', 'delay', 'disconnect'];
const ofSlack: readonly Effect[] = [...ofPeople, 'drop-ack'];

/** Triggers are good for three seconds, and a busy machine needs most of them. Milliseconds. */
const longest = 600;
/** How many go wrong, of one. Events are few, and sent again as often as it takes. */
const share = (kind: DeliveryKind): number => (kind === 'event' ? 0.75 : 0.4);

/** Draws what happens to the next delivery of a kind; undefined: nothing. */
export function drawFaults({ seed, most }: FaultPlan): (kind: DeliveryKind) => DeliveryFault | undefined {
  const fraction = dice(seed);
  let left = most;
  return (kind) => {
    // As many throws for each delivery, whatever comes of them.
    const [whether, what, howMuch] = [fraction(), fraction(), fraction()];
    if (left === 0 || whether >= share(kind)) return undefined;
    left -= 1;
    const effect = pick(kind === 'event' ? ofSlack : ofPeople, what);
    if (effect === 'delay') return { delivery: kind, effect, milliseconds: Math.ceil(howMuch * longest) };
    // A press that waits for the next connection may find its trigger expired: people are warned ahead.
    const ending = kind === 'event' ? pick(endings, howMuch) : 'warning';
    if (effect === 'disconnect') return { delivery: kind, effect, ending };
    return { delivery: kind, effect };
  };
}

const pick = <T>(among: readonly T[], fraction: number): T => among[Math.floor(fraction * among.length)] as T;

/** Mulberry32: small, and the same everywhere. */
function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
