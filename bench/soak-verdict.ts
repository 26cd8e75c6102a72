import { mebibytes, type Row } from './table.ts';

/** What a process held at a moment. Bytes, milliseconds; `heap` after a collection, `lag` the longest the event loop was late. */
export type Sample = {
  process: 'bot' | 'store';
  pid: number;
  at: number;
  own: number;
  heap: number;
  files: number;
  lag: number;
  /** Active resources of Node by kind: sockets, timers … */
  resources: Readonly<Record<string, number>>;
};

/** How much may be gained over the hour by the line through the samples, and how much the whole of a run may wander at any rate. */
const bounds = {
  heap: { perHour: 8 * 2 ** 20, wander: 4 * 2 ** 20 },
  own: { perHour: 48 * 2 ** 20, wander: 24 * 2 ** 20 },
  handles: { perHour: 0, wander: 6 },
} as const;

/** Of the run: code is compiled, caches fill, and pools open their connections. */
const warmUp = 0.25;
const fewest = 4;
const hour = 3_600_000;

type Measure = { name: string; bound: keyof typeof bounds; of(sample: Sample): number; shown(value: number): string };

const count = (value: number): string => value.toFixed(1);
const measures: readonly Measure[] = [
  { name: 'heap after a collection', bound: 'heap', of: ({ heap }) => heap, shown: mebibytes },
  { name: 'memory of its own', bound: 'own', of: ({ own }) => own, shown: mebibytes },
  { name: 'open files and sockets', bound: 'handles', of: ({ files }) => files, shown: count },
  { name: 'handles of Node', bound: 'handles', of: ({ resources }) => sum(Object.values(resources)), shown: count },
];

/** A table of what the processes held, and a sentence for everything that is not flat. No sentence: the soak is passed. */
export function judge(samples: readonly Sample[]): { rows: Row[]; problems: string[] } {
  const judged = (['bot', 'store'] as const).map((name) =>
    judgeProcess(
      name,
      samples.filter((sample) => sample.process === name),
    ),
  );
  return { rows: judged.flatMap(({ rows }) => rows), problems: judged.flatMap(({ problems }) => problems) };
}

function judgeProcess(name: Sample['process'], samples: readonly Sample[]): { rows: Row[]; problems: string[] } {
  const [first, last] = [samples[0], samples.at(-1)];
  const warm = samples.filter(({ at }) => first && last && at >= first.at + warmUp * (last.at - first.at));
  if (first === undefined || warm.length < fewest)
    return { rows: [], problems: [`The ${name} was looked at ${samples.length} times, which is too few to judge.`] };
  const pids = new Set(samples.map(({ pid }) => pid)).size;
  const problems = pids > 1 ? [`The ${name} ended and was started again ${pids - 1} times.`] : [];
  const rows = measures.map((measure) => {
    const found = lineOf(warm, measure);
    if (found.gained > found.allowed) problems.push(problemOf(name, measure, found));
    const [start, end] = [found.mean - found.gained / 2, found.mean + found.gained / 2];
    return {
      what: `${name}: ${measure.name}, at the start and the end of the line through it`,
      figure: `${measure.shown(start)}, ${measure.shown(end)}`,
      ratio: `${(end / start).toFixed(2)} ×`,
    };
  });
  const latest = Math.max(...warm.map(({ lag }) => lag));
  rows.push({ what: `${name}: event loop at its latest`, figure: `${latest.toFixed(0)} ms`, ratio: '' });
  return { rows: [...rows, kindsRow(name, warm)], problems };
}

function kindsRow(name: string, warm: readonly Sample[]): Row {
  const { resources } = warm.at(-1) ?? { resources: {} };
  const kinds = Object.entries(resources).map(([kind, many]) => `${kind} ${many}`);
  return { what: `${name}: handles of Node at the end`, figure: kinds.join(', '), ratio: '' };
}

type Line = { mean: number; gained: number; allowed: number };

function lineOf(samples: readonly Sample[], { bound, of }: Measure): Line {
  const points = samples.map((sample) => ({ x: sample.at, y: of(sample) }));
  const span = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const { perHour, wander } = bounds[bound];
  const mean = sum(points.map(({ y }) => y)) / points.length;
  return { mean, gained: slope(points) * span, allowed: Math.max(wander, (perHour * span) / hour) };
}

const problemOf = (name: string, { name: what, shown }: Measure, { gained, allowed }: Line): string =>
  `The ${name} gains: ${what} rose by ${shown(gained)} after the warm-up, and ${shown(allowed)} are allowed.`;

/** Of the line that lies nearest to all points, by least squares: y for each x. 0 where there is no line. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const middle = { x: sum(points.map(({ x }) => x)) / points.length, y: sum(points.map(({ y }) => y)) / points.length };
  const across = sum(points.map(({ x }) => (x - middle.x) ** 2));
  return across === 0 ? 0 : sum(points.map(({ x, y }) => (x - middle.x) * (y - middle.y))) / across;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
