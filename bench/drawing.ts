import type { Growth } from './growth.ts';

/*
 * One picture with two logarithmic axes: people from left to right, milliseconds upwards. What grows with the company is drawn for
 * each person, so that a flat line is what is promised.
 */

type Point = { x: number; y: number };
type Series = { name: string; mark: 'circle' | 'square' | 'triangle'; of(one: Growth): number };

const series: readonly Series[] = [
  { name: 'first import, for each person', mark: 'circle', of: (one) => one.import / one.people },
  { name: 'unchanged sync, for each person', mark: 'square', of: (one) => one.unchanged / one.people },
  { name: 'plan one change, in all', mark: 'triangle', of: (one) => one.change },
];

const [width, height] = [760, 440];
const plot = { left: 76, right: 720, top: 64, bottom: 380 };

/** Colours that hold on white and on black; every line has a mark of its own besides, and its name. */
const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .grid { stroke: #d0d7de; } .axis { stroke: #57606a; }
  .line { fill: none; stroke-width: 2; }
  .s0 { stroke: #0969da; } .s1 { stroke: #bc4c00; } .s2 { stroke: #1a7f37; }
  .paper { fill: #ffffff; } .mark { fill: #ffffff; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .grid { stroke: #30363d; } .axis { stroke: #8b949e; }
    .s0 { stroke: #58a6ff; } .s1 { stroke: #f0883e; } .s2 { stroke: #3fb950; }
    .paper, .mark { fill: #0d1117; }
  }`;

/** The picture as SVG; without figures the axes alone, and that nothing was measured yet. */
export function drawGrowth(measured: readonly Growth[]): string {
  const lines = series.map(({ of }) => measured.map((one) => ({ x: one.people, y: of(one) })));
  const xs = decades(measured.length === 0 ? [1_000, 100_000] : measured.map(({ people }) => people));
  const ys = decades(measured.length === 0 ? [0.01, 100] : lines.flatMap((line) => line.map(({ y }) => y)));
  const across = scale(xs, plot.left, plot.right);
  const up = scale(ys, plot.bottom, plot.top);
  const at = ({ x, y }: Point): Point => ({ x: across(x), y: up(y) });
  const said = measured.length === 0 ? 'Not measured yet' : 'Time by size of the company';
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${said}">`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...xs.flatMap((x) => [
      `<line class="grid" x1="${round(across(x))}" y1="${plot.top}" x2="${round(across(x))}" y2="${plot.bottom}"/>`,
      `<text x="${round(across(x))}" y="${plot.bottom + 20}" text-anchor="middle">${x.toLocaleString('en')}</text>`,
    ]),
    ...ys.flatMap((y) => [
      `<line class="grid" x1="${plot.left}" y1="${round(up(y))}" x2="${plot.right}" y2="${round(up(y))}"/>`,
      `<text x="${plot.left - 8}" y="${round(up(y) + 4)}" text-anchor="end">${time(y)}</text>`,
    ]),
    `<path class="axis" fill="none" d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}"/>`,
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 14}" text-anchor="middle">people in the company (logarithmic)</text>`,
    `<text x="16" y="${(plot.top + plot.bottom) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(plot.top + plot.bottom) / 2})">time (logarithmic)</text>`,
    ...lines.flatMap((line, index) => drawn(line.map(at), index)),
    ...series.flatMap(({ name }, index) => legend(name, index)),
    ...(measured.length === 0
      ? [
          `<text x="${(plot.left + plot.right) / 2}" y="${(plot.top + plot.bottom) / 2 - 6}" text-anchor="middle">not measured yet</text>`,
        ]
      : []),
    '</svg>',
  ].join('\n')}\n`;
}

function drawn(points: readonly Point[], index: number): string[] {
  if (points.length === 0) return [];
  const path = points.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L');
  return [`<path class="line s${index}" d="M${path}"/>`, ...points.map((point) => mark(point, index))];
}

function legend(name: string, index: number): string[] {
  const x = plot.left + index * 232;
  return [mark({ x: x + 8, y: 30 }, index), `<text x="${x + 20}" y="34">${name}</text>`];
}

function mark({ x, y }: Point, index: number): string {
  const kind = `class="mark s${index}"`;
  const [left, top] = [round(x - 4), round(y - 4)];
  if (series[index]?.mark === 'square') return `<rect ${kind} x="${left}" y="${top}" width="8" height="8"/>`;
  if (series[index]?.mark === 'triangle')
    return `<path ${kind} d="M${round(x)} ${round(y - 5)}L${round(x + 5)} ${round(y + 4)}H${round(x - 5)}Z"/>`;
  return `<circle ${kind} cx="${round(x)}" cy="${round(y)}" r="4"/>`;
}

/** The powers of ten around these values, two at least. */
export function decades(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1);
  return Array.from({ length: high - low + 1 }, (_, index) => Number(`1e${low + index}`));
}

/** From a value to its place, by its logarithm. */
function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  return (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
}

const round = (value: number): number => Math.round(value * 10) / 10;
const time = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${milliseconds} ms` : `${(milliseconds / 1_000).toLocaleString('en')} s`;

/** The same as Markdown; the last figure of each is what the picture draws. */
export function growthTable(measured: readonly Growth[]): string {
  const ms = (value: number): string => `${value.toPrecision(3)} ms`;
  const rows = measured.map(
    (one) => `| ${[one.people.toLocaleString('en'), ...series.map(({ of }) => ms(of(one)))].join(' | ')} |`,
  );
  return `${[`| people | ${series.map(({ name }) => name).join(' | ')} |`, '| --- | --- | --- | --- |', ...rows].join('\n')}\n`;
}
