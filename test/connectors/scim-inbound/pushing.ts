import { connector } from '../../../connectors/scim-inbound/index.ts';
import type { DirectoryConnector, RawRecord } from '../../../src/core/connector.ts';
import type { Json } from '../../../src/core/scim/json.ts';
import { createPushBell } from '../../../src/engine/inbound/push-bell.ts';
import { pushedResources } from '../../../src/engine/inbound/resources.ts';
import { pushedSources } from '../../../src/engine/inbound/source.ts';
import { systemClock, systemRandom } from '../../../src/engine/system-clock.ts';
import { memoryStore } from '../../../src/store/memory.ts';
import type { Source } from '../../contracts/directory.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const extension = 'urn:acme:2.0:User';

/** A place that is pushed to, and its store. */
export function startPlace() {
  const store = memoryStore();
  const pushBell = createPushBell();
  const given = {
    store,
    clock: systemClock,
    random: systemRandom,
    directory: 'hr',
    base: 'https://rollcall.test/scim/v2/hr',
  };
  const people = pushedResources({ ...given, ring: () => pushBell.ring('hr') });
  const pushed = () => pushedSources({ store, pushBell })('hr');
  return { store, pushBell, people, pushed };
}

/** A record of the kit as somebody pushes it. */
function bodyOf({ status, attributes }: RawRecord): { [name: string]: Json } {
  const { employeeId, email, givenName, familyName, department, startDate, title } = attributes as Record<
    string,
    string
  >;
  return {
    ...{ userName: email ?? '', active: status === 'active', name: { givenName, familyName } as Json },
    ...(title !== undefined && { title }),
    emails: [{ value: email ?? '', type: 'work' }],
    [enterprise]: { employeeNumber: employeeId, department } as Json,
    [extension]: { startDate } as Json,
  };
}

/** What each of the kit's ids is here. */
const ids = new Map<string, string>();

/** The record as it is read back: SCIM knows no `left`, gives ids of its own, and shows the userName and the whole name. */
export const told = ({ externalId, status, attributes }: RawRecord): RawRecord => ({
  externalId: ids.get(externalId) ?? '',
  status: status === 'active' ? 'active' : 'suspended',
  attributes: {
    ...attributes,
    userName: attributes.email ?? '',
    displayName: `${attributes.givenName} ${attributes.familyName}`,
  },
});

/** A source for the kit of directories. */
export async function startPushing(): Promise<Source> {
  const { store, people, pushed } = startPlace();
  const held = new Map<string, RawRecord>();
  const groups = new Map<string, string>();
  let isDown = false;
  const reach = () => {
    if (isDown) throw new Error('the store did not answer');
    return pushed();
  };

  async function holdOne(record: RawRecord): Promise<void> {
    const known = held.get(record.externalId);
    const id = ids.get(record.externalId);
    if (known === undefined || id === undefined) {
      const { resource } = await people.create('User', bodyOf(record));
      ids.set(record.externalId, String(resource.id));
    } else await people.replace('User', id, bodyOf(record), null);
    held.set(record.externalId, record);
  }

  async function holdGroups(records: readonly RawRecord[]): Promise<void> {
    const members = new Map<string, string[]>([...groups.keys()].map((name) => [name, []]));
    for (const { externalId, attributes } of records)
      for (const name of attributes.memberOf as string[])
        members.set(name, [...(members.get(name) ?? []), ids.get(externalId) ?? '']);
    for (const [displayName, all] of members) {
      const body = { displayName, members: all.map((value) => ({ value })) };
      const id = groups.get(displayName);
      if (id !== undefined) await people.replace('Group', id, body, null);
      else groups.set(displayName, String((await people.create('Group', body)).resource.id));
    }
  }

  return {
    connector: connector as DirectoryConnector,
    config: {},
    context: {
      pushed: () => ({
        everybody: () => reach().everybody(),
        changedSince: (at) => reach().changedSince(at),
        many: (some) => reach().many(some),
        watch: (heard) => pushed().watch(heard),
      }),
    },
    async hold(records) {
      const wanted = new Set(records.map(({ externalId }) => externalId));
      for (const externalId of [...held.keys()])
        if (!wanted.has(externalId)) {
          await people.remove('User', ids.get(externalId) ?? '', null);
          held.delete(externalId);
        }
      for (const record of records) await holdOne(record);
      await holdGroups(records);
    },
    async spoil(externalId) {
      const steps = [{ op: 'replace', path: `${extension}:startDate`, value: 'next week' }];
      await people.patch('User', ids.get(externalId) ?? '', { Operations: steps }, null);
    },
    async vanish() {
      isDown = true;
    },
    async stop() {
      void store;
    },
  };
}
