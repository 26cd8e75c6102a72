import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { transport } from '../slack/transport.ts';

/** Signed requests, and Socket Mode itself, which has an office of its own. */
const others = ['receiver.contract.test.ts', 'socket-intake.contract.test.ts'];
const room = join(import.meta.dirname, '../slack');
const pathOf = (name: string) => join(room, name);

/** Every contract test in an office, once more: what people see does not depend on how Slack reaches us. */
const files = readdirSync(room)
  .filter((name) => name.endsWith('.contract.test.ts') && !others.includes(name))
  .filter((name) => /await open(Office|Company)\(/.test(readFileSync(pathOf(name), 'utf8')));

transport.name = 'socket';
for (const file of files) {
  describe(`over Socket Mode: ${file}`, async () => {
    await import(/* @vite-ignore */ pathOf(file));
  });
}
