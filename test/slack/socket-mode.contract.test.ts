import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { transport } from './transport.ts';

/** About signed requests, or this file. */
const others = ['receiver.contract.test.ts', 'socket-intake.contract.test.ts', 'socket-mode.contract.test.ts'];
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.contract.test.ts'));

transport.name = 'socket';
for (const file of files.filter((name) => !others.includes(name))) {
  describe(`over Socket Mode: ${file}`, async () => {
    await import(/* @vite-ignore */ join(import.meta.dirname, file));
  });
}
