import type { ListedAccount } from '../../../src/core/connector.ts';
import { rival, timings } from './company.ts';
import { answered, callsOnly, type Fault, onCalls } from './fault.ts';
import type { Kind } from './kinds.ts';
import type { Scene } from './scene.ts';

const hers = ({ app }: Scene): ListedAccount | undefined =>
  [...app.accounts.values()].find(({ userName }) => userName?.startsWith('zoe') === true);

/** Until a list of the app may tell, and what it tells is put back. */
const isPutBackWithin = timings.settle * 2 + 5_000;

/** Somebody gives her another title and takes her into another group. */
function byHand(scene: Scene): void {
  scene.after(isPutBackWithin);
  const account = hers(scene);
  if (account === undefined) return;
  const groups = [...(account.entitlements.groups ?? []), 'Choir'].sort();
  const changed = { attributes: { ...account.attributes, title: 'By hand' }, entitlements: { groups } };
  scene.app.accounts.set(account.remoteId, { ...account, ...changed });
}

const withChoir = ({ end, operation }: Kind) =>
  end === null
    ? null
    : {
        ...{ ...end, groups: [...end.groups, 'Choir'].sort() },
        // Nobody puts the title of a suspended account back.
        title: operation === 'suspend' ? 'By hand' : end.title,
      };

/** What other people do in the app meanwhile. */
export const peopleFaults: readonly Fault[] = [
  {
    name: 'changed by hand before the call arrives',
    spares: (kind) => callsOnly(kind) ?? (kind.operation === 'create' ? 'there is nothing to change yet' : null),
    install: (scene) =>
      onCalls(scene, 1, ({ send }) => {
        byHand(scene);
        return send();
      }),
    ends: (kind) => ({ end: withChoir(kind), effects: 2, more: true }),
  },
  {
    name: 'changed by hand after the call, the answer lost',
    spares: callsOnly,
    install: (scene) =>
      onCalls(scene, 1, async ({ send }) => {
        await send();
        byHand(scene);
        throw answered(scene, 504);
      }),
    ends: (kind) => ({ end: withChoir(kind), effects: 2, more: true }),
  },
  {
    name: 'deleted by hand before the call arrives',
    spares: (kind) => callsOnly(kind) ?? (kind.operation === 'create' ? 'there is nothing to delete yet' : null),
    install: (scene) =>
      onCalls(scene, 1, ({ send }) => {
        scene.app.accounts.delete(hers(scene)?.remoteId ?? '');
        return send();
      }),
    ends: ({ operation }) =>
      operation === 'delete' ? { effects: 0 } : { state: 'failed', end: null, account: 'missing', effects: 0 },
  },
  {
    name: 'name taken by somebody else before the call arrives (409)',
    spares: (kind) => callsOnly(kind) ?? (isNaming(kind) ? null : 'no name is given'),
    install: (scene) =>
      onCalls(scene, 1, async () => {
        const { remoteId, ...account } = rival(nameIn(scene.kind));
        scene.app.accounts.set(remoteId, { remoteId, ...account });
        throw answered(scene, 409);
      }),
    ends: (kind) =>
      kind.operation === 'create'
        ? { state: 'held', end: null, account: 'none', effects: 0 }
        : { state: 'failed', end: before(kind), effects: 0 },
  },
];

const isNaming = ({ operation, name }: Kind): boolean => operation === 'create' || name === 'rename';
const nameIn = ({ end }: Kind): string => (end?.name ?? '').replace('@acme.test', '');
const before = ({ end }: Kind) => (end === null ? null : { ...end, name: 'zoe@acme.test' });
