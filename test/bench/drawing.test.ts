import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { decades, drawGrowth, growthTable } from '../../bench/drawing.ts';

const measured = [
  { people: 1_000, import: 2_000, unchanged: 100, change: 4 },
  { people: 10_000, import: 20_000, unchanged: 1_000, change: 4 },
  { people: 100_000, import: 2_000_000, unchanged: 10_000, change: 4 },
];

/** The heights of a line's points in the picture. */
function heights(svg: string, index: number): number[] {
  const [, path = ''] = new RegExp(`class="line s${index}" d="M([^"]+)"`).exec(svg) ?? [];
  return path.split('L').map((point) => Number(point.split(' ')[1]));
}

describe('the picture of growth', () => {
  it('is well-formed, with a line and as many marks for each thing measured', () => {
    const svg = drawGrowth(measured);
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    expect(root?.getElementsByTagName('circle')).toHaveLength(measured.length + 1);
    expect(svg.match(/class="line /g)).toHaveLength(3);
  });

  it('draws what costs the same for each person as a level line, and what costs ten times as much a decade higher', () => {
    const [first, second, third] = heights(drawGrowth(measured), 0);
    expect(second).toBe(first);
    const [one, ten] = [heights(drawGrowth(measured), 1)[0] ?? 0, third ?? 0];
    expect(first).toBeGreaterThan(ten);
    expect(one).toBeGreaterThan(first ?? 0);
  });

  it('says so when nothing was measured, and draws no line', () => {
    expect(drawGrowth([])).toContain('not measured yet');
    expect(drawGrowth([])).not.toContain('class="line');
  });

  it('covers all values with powers of ten', () => {
    expect(decades([0.03, 4])).toEqual([0.01, 0.1, 1, 10]);
    expect(decades([10])).toEqual([10, 100]);
  });

  it('is a table as well', () => {
    expect(growthTable(measured).split('\n')).toContain('| 100,000 | 20.0 ms | 0.100 ms | 4.00 ms |');
  });
});
