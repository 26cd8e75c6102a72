import { openSync } from 'node:fs';

/** Loaded into a bot, it has the bot keep more and more: memory, and files that are never closed. */
const kept: unknown[] = [];
setInterval(() => {
  kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
  openSync('/dev/null', 'r');
}, 200).unref();
