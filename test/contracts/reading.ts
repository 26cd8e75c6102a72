import type { Directory, DirectoryPage } from '../../src/core/connector.ts';

/** Everything a read gave, and how it ended. */
export async function readAll(
  directory: Directory,
  cursor: string | null = null,
  signal = AbortSignal.timeout(20_000),
) {
  const pages: DirectoryPage[] = [];
  const reading = directory.read(cursor, signal);
  for (;;) {
    const next = await reading.next();
    if (next.done === true) return { ...flat(pages), pages, end: next.value };
    pages.push(next.value);
  }
}
const flat = (pages: readonly DirectoryPage[]) => ({
  records: pages.flatMap(({ records }) => records),
  problems: pages.flatMap(({ problems }) => problems),
  gone: pages.flatMap(({ gone }) => gone),
});
