/** The most that arrived within any stretch of so many milliseconds. */
export function mostWithin(times: readonly number[], span: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let [most, from] = [0, 0];
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= span) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
