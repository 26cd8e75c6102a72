import { connector as manual } from '../../connectors/manual.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { Config } from '../../src/core/config.ts';
import type { RawRecord, TargetConnector } from '../../src/core/connector.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Actor } from '../../src/core/model.ts';
import { wordOf } from '../../src/core/status.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { row } from '../fakes/memory-directory.ts';
import { company } from './company.ts';

export const day = 24 * 3_600_000;
/** The admin, and who keeps the badges. */
export const office = () => [row('ada'), row('olga')];
/** Somebody who is to have a badge. */
export const lab = (
  name: string,
  attributes: RawRecord['attributes'] = {},
  status: RawRecord['status'] = 'active',
): RawRecord => row(name, { department: 'Lab', ...attributes }, status);

type Given = {
  owners?: string[];
  provisioning?: Record<string, unknown>;
  settings?: Record<string, unknown>;
  more?: Record<string, unknown>;
};

/** Everybody gets a badge, which its owner Olga makes by hand; Ada approves and is the admin. */
export const badges = ({ owners = ['olga@acme.test'], provisioning, settings, more }: Given = {}): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'], ...settings },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Staff', apps: ['badges'] }],
    mappings: [
      { name: 'Staff', conditions: [{ attribute: 'department', operator: '=', value: 'Lab' }], roles: ['Staff'] },
    ],
    apps: [
      {
        ...{ name: 'badges', title: 'Badges', connector: 'manual', owners },
        connection: { entitlements: ['rooms = Lab', 'rooms = Vault'] },
        provisioning: { enabled: true, entitlements: true, approval: { create: false }, ...provisioning },
        parameters: [
          { target: 'title', from: 'title' },
          { target: 'rooms', from: 'department' },
        ],
        ...more,
      },
    ],
  });

/** A company whose badges are made by hand. */
export async function badgeCompany(
  rows: RawRecord[],
  config = badges(),
  options: { store?: Store; ids?: string } = {},
) {
  const acme = await company(rows, config, { ...options, also: manual as TargetConnector });
  const login = async (of: string): Promise<Login> => {
    const found = await acme.store.logins.get(`${(await acme.personOf(of)).id}:badges`);
    if (found === null) throw new Error(`no login of ${of}`);
    return found;
  };
  const open = async (): Promise<Approval[]> => (await acme.openCards()).filter(({ task }) => task === true);
  return {
    ...acme,
    login,
    open,
    word: async (of: string) => wordOf(await login(of)),
    /** The open task about somebody. */
    async task(of: string): Promise<Approval> {
      const { operation } = await login(of);
      const found = (await open()).find(({ id }) => id === operation?.ask?.approval);
      if (found === undefined) throw new Error(`no open task about ${of}`);
      return found;
    },
    async actor(of: string): Promise<Actor> {
      return { kind: 'person', person: (await acme.personOf(of)).id, name: of, via: 'slack' };
    },
    /** What happened to the operations about somebody, in order. */
    async events(of: string): Promise<string[]> {
      const found = await acme.store.events.list({ person: (await acme.personOf(of)).id, app: 'badges' }, null, 100);
      return found.flatMap(({ type }) => (type.startsWith('operation.') ? [type] : [])).reverse();
    },
  };
}
export type BadgeCompany = Awaited<ReturnType<typeof badgeCompany>>;

/** So long passes, as over a machine that sleeps, and what the alarm clock calls then is done. */
export async function later(
  { time }: BadgeCompany,
  milliseconds: number,
  alarm: () => Promise<unknown>,
): Promise<void> {
  time.leap(milliseconds);
  await time.advance(60_000);
  const rung = alarm();
  await time.advance(60_000);
  await rung;
}
