import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Sample, slope } from '../../bench/soak-verdict.ts';

const minute = 60_000;
const mebibyte = 2 ** 20;

/** Half an hour of a process, a sample each ten seconds; `more` says what it holds at a minute beside what all hold. */
function half(process: Sample['process'], more: (minutes: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 180 }, (_, index) => ({
    ...{ process, pid: 1, at: index * 10_000, own: 200 * mebibyte, heap: 80 * mebibyte, files: 60, lag: 20 },
    resources: { TCPSocketWrap: 3, Timeout: 14 },
    ...more((index * 10_000) / minute),
  }));
}

describe('the verdict of a soak', () => {
  it('passes what is flat, what goes up and down, and what fills up during the warm-up', () => {
    const wave = (at: number) => ({
      own: (200 + 40 * Math.sin(at * 3)) * mebibyte,
      files: 60 + Math.round(8 * Math.sin(at * 5)),
    });
    const early = (at: number) => ({ heap: (40 + Math.min(at, 6) * 8) * mebibyte });
    expect(judge([...half('bot', wave), ...half('store', early)]).problems).toEqual([]);
  });

  it.each([
    ['heap after a collection', (at: number) => ({ heap: (80 + at / 2) * mebibyte })],
    ['memory of its own', (at: number) => ({ own: (200 + at * 2) * mebibyte })],
    ['open files and sockets', (at: number) => ({ files: 60 + Math.floor(at / 2) })],
    ['handles of Node', (at: number) => ({ resources: { Timeout: 14 + Math.floor(at / 2) } })],
  ])('finds that %s grows, in the process in which it does', (what, more) => {
    const { problems } = judge([...half('bot'), ...half('store', more)]);
    expect(problems).toEqual([expect.stringContaining(`The store gains: ${what} rose by`)]);
  });

  it('does not pass what it could not look at, or what ended in between', () => {
    expect(judge(half('bot')).problems).toEqual([expect.stringContaining('The store was looked at 0 times')]);
    const again = half('store', (at) => ({ pid: at < 15 ? 1 : 2 }));
    expect(judge([...half('bot'), ...again]).problems).toEqual(['The store ended and was started again 1 times.']);
  });

  it('takes the slope of a line from any of its points', () => {
    const numbers = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(numbers, numbers, fc.uniqueArray(numbers, { minLength: 2 }), (rise, start, xs) => {
        expect(slope(xs.map((x) => ({ x, y: start + rise * x })))).toBeCloseTo(rise, 6);
      }),
    );
  });
});
