import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import type { Mark } from '../_whole.ts';
import { normal } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Writing } from './change.ts';
import type { TargetConnection } from './config.ts';
import type { Graph } from './graph.ts';

/** The id of a manager; null: there is to be none; undefined: nobody asks. */
type Manager = string | null | undefined;

/** Managers are references of their own (navigation properties), and named by a property of theirs. */
export function managersOf(graph: Graph, accounts: Accounts, property: TargetConnection['managerBy'], name: string) {
  return {
    /** Whom a change names as the manager. @throws ConnectorError where that is nobody, or several */
    named: async ({ set, clear }: Pick<Writing, 'set' | 'clear'>, signal: AbortSignal): Promise<Manager> => {
      if (clear.includes('manager')) return null;
      if (set.manager === undefined) return undefined;
      const wanted = String(set.manager);
      const fits = (user: Record<string, unknown>) => normal(String(user[property] ?? '')) === normal(wanted);
      const found = await accounts.usersBy(property, wanted, fits, signal);
      const [only] = found;
      if (only !== undefined && found.length === 1) return only.id;
      const count = found.length === 0 ? 'nobody' : `${found.length} people`;
      throw new ConnectorError(
        'rejected',
        'none',
        `${name} has ${count} of the ${property} "${wanted}" to be manager.`,
        {
          remedy: 'Have the manager’s account made first, or take the parameter of the manager out.',
        },
      );
    },
    write: async (id: string, manager: Manager, mark: Mark, signal: AbortSignal): Promise<void> => {
      if (manager === undefined) return;
      const request = { path: ['users', id, 'manager', '$ref'], schema: z.unknown(), signal };
      if (manager === null) await graph.send({ ...request, method: 'DELETE' }).catch(nullIfMissing);
      else await graph.send({ ...request, method: 'PUT', json: { '@odata.id': graph.addressOf('users', manager) } });
      mark();
    },
  };
}
