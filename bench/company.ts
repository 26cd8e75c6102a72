import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { loadConnectors } from '../src/connectors.ts';
import { Config } from '../src/core/config.ts';
import { startStore } from '../src/embedded-mongo/start.ts';
import { buildEngine } from '../src/engine/ground.ts';
import { systemClock, systemRandom } from '../src/engine/system-clock.ts';
import { fileKeys } from '../src/store/file-keys.ts';
import { buildIndexes, connectMongo, mongoStore } from '../src/store/mongo.ts';
import { createSealer } from '../src/store/sealing.ts';

export const quiet = { debug() {}, info() {}, warn: console.error, error: console.error };
export const departments = ['Sales', 'Marketing', 'Support', 'Engineering', 'Finance'];

/** An HR export of so many people. */
export async function writePeople(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write('Employee ID,First Name,Last Name,Email,Title,Department,Location,Status\n');
  for (let index = 0; index < count; index += 1) {
    const row = `${index},Given${index},Family${index},n${index}@acme.test,Engineer,${departments[index % 5]},Berlin,active\n`;
    if (!stream.write(row)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

export const configOf = (file: string, scimUrl: string, approval: { create: boolean }): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['n0@acme.test'], approvers: ['n0@acme.test', 'n1@acme.test'] },
    directories: [
      {
        name: 'hr',
        connector: 'csv',
        config: {
          file,
          key: 'Employee ID',
          columns: { employeeId: 'Employee ID', givenName: 'First Name', familyName: 'Last Name' },
        },
      },
    ],
    roles: [{ name: 'Staff', apps: ['crm'] }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps: [
      {
        name: 'crm',
        connector: 'scim',
        connection: { baseUrl: scimUrl, auth: { type: 'bearer', token: `\${BENCH_TOKEN}` }, allowHosts: ['127.0.0.1'] },
        provisioning: { enabled: true, approval },
      },
    ],
  });

const idle = {
  ...{ name: 'Nobody', conditions: [{ attribute: 'title', operator: '=', value: 'Nobody' }] },
  actions: [{ target: 'groups', add: ['Nobody'] }],
};

/** Everybody in so many apps, with a group for each department; `idleRule` adds a rule that holds for nobody. */
export function configOfMany(apps: number, options: { idleRule: boolean; file?: string }): Config {
  const one = configOf(options.file ?? 'people.csv', 'http://127.0.0.1:1/scim/v2', { create: false });
  const names = Array.from({ length: apps }, (_, index) => `app${index + 1}`);
  return Config.parse({
    ...one,
    roles: [{ name: 'Staff', apps: names }],
    apps: names.map((name) => ({
      ...{ ...one.apps[0], name, rules: options.idleRule ? [idle] : [] },
      provisioning: { ...one.apps[0]?.provisioning, entitlements: true },
      parameters: [{ target: 'groups', from: 'department' }],
    })),
  });
}

/** The production engine on the built-in store in a folder. */
export async function openCompany(dir: string) {
  const server = await startStore({ dir: join(dir, 'store'), log: console.error });
  const connection = await connectMongo(server.uri, { log: quiet });
  await buildIndexes(connection);
  const store = mongoStore(connection);
  const keys = fileKeys({ path: join(dir, 'keys'), learn: () => undefined });
  const ground = {
    store,
    connectors: await loadConnectors(),
    secret: () => 'bench-token',
    clock: systemClock,
    random: systemRandom,
    log: quiet,
    ...{ keys, sealer: createSealer(keys) },
  };
  const engine = await buildEngine(ground);
  return {
    store,
    engine,
    connection,
    pid: server.pid,
    async close() {
      await engine.stop();
      connection.removeAllListeners('disconnected');
      await connection.close();
      await server.stop();
    },
  };
}

export type Company = Awaited<ReturnType<typeof openCompany>>;
