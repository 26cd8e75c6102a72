import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { system } from '../src/core/event.ts';
import { configOfMany, openCompany, writePeople } from './company.ts';
import { seedAccounts } from './seed.ts';
import type { Row } from './table.ts';

/** So many logins, spread over the apps: seeded here, and held by a bot in a process of its own. */
export async function benchMemory(folder: string, size: { logins: number; apps: number }): Promise<Row[]> {
  const people = Math.ceil(size.logins / size.apps);
  const dir = join(folder, `memory-${size.logins}`);
  const file = join(dir, 'people.csv');
  const company = await openCompany(dir);
  await writePeople(file, people);
  await company.engine.configure(configOfMany(size.apps, { file, idleRule: false }), system('bench'));
  await seedAccounts(company, people);
  await company.close();
  const script = fileURLToPath(new URL('./at-size.ts', import.meta.url));
  const bot = fork(script, [dir, String(size.apps)], { execArgv: ['--import', 'tsx'] });
  let rows: Row[] = [];
  bot.once('message', (found) => {
    rows = found as Row[];
  });
  const [code] = await once(bot, 'exit');
  if (code !== 0) throw new Error(`the bot with ${size.logins} logins ended badly`);
  return rows;
}
