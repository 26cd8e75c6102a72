import type { Approval } from '../../core/approval-model.ts';
import { stepWords } from '../../core/approval-step.ts';
import { nameOf } from '../../core/name.ts';
import type { Deps } from '../ports.ts';

const kinds: Readonly<Record<string, string>> = {
  ...{ create: 'create', update: 'change', suspend: 'suspend', reactivate: 'reactivate', delete: 'delete' },
  adopt: 'take over',
};

/** `create 3 accounts for Zoe in CRM (request a-1, step 1 of 2 (manager))`: what a message without a card says of a request. */
export async function aboutText({ store }: Pick<Deps, 'store'>, approval: Approval): Promise<string> {
  const { operations, people, operationKind, steps, step, task } = approval;
  const person = approval.person === null ? null : await store.people.get(approval.person);
  const whose = person === null ? (people === 1 ? 'one person' : `${people} people`) : nameOf(person);
  const accounts = operations === 1 ? 'one account' : `${operations} accounts`;
  const what = task ? 'task' : 'request';
  const which = steps.length > 1 ? `, ${stepWords(approval, step)}` : '';
  const where = await appTitle({ store }, approval.app);
  return `${kinds[operationKind ?? ''] ?? 'change'} ${accounts} of ${whose}${where} (${what} ${approval.id}${which})`;
}

async function appTitle({ store }: Pick<Deps, 'store'>, app: string | null): Promise<string> {
  if (app === null) return '';
  const stored = await store.config.read();
  return ` in ${stored?.config.apps.find(({ name }) => name === app)?.title ?? app}`;
}

export const waysToDecide = ({ id, task }: Approval): string =>
  task
    ? `Say so on its card once it is done, or type \`/provision done ${id}\` or \`/provision cannot ${id} reason\`.`
    : `Decide on its card, or type \`/provision approve ${id}\` or \`/provision reject ${id} [reason]\`.`;
