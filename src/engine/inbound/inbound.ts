import type { Deps } from '../ports.ts';
import type { PushBell } from './push-bell.ts';
import { type PushedResources, pushedResources } from './resources.ts';
import { isToken, pushedTo, tellWrongToken } from './tokens.ts';

/** Who calls: the directory of the address (null: it names none), the token, and from where, for the events. */
export type Caller = { directory: string | null; token: string | null; from: string };

export type Inbound = {
  /**
   * Lets a source in that shows a token of the directory; without a name, of the only one that is pushed to. `base`: our address for
   * it. Null: not in, and never why.
   */
  pushedBy(caller: Caller, base: (directory: string | null) => string): Promise<PushedResources | null>;
};

export type InboundDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections'> & { pushBell: PushBell };

export function inbound(deps: InboundDeps): Inbound {
  const told = new Set<string>();
  return {
    async pushedBy({ directory: named, token, from }, base) {
      if (token === null) return null;
      const names = pushedTo(deps, (await deps.store.config.read())?.config ?? null);
      const [only, another] = names;
      const directory = named ?? (another === undefined ? only : undefined);
      // Of a directory that is none too, so that the answer takes as long.
      const fits = await isToken(deps, directory ?? '', token);
      if (directory === undefined || !names.includes(directory)) return null;
      if (!fits) {
        await tellWrongToken(deps, directory, from, told);
        return null;
      }
      const ring = () => deps.pushBell.ring(directory);
      return pushedResources({ ...deps, directory, base: base(named), ring });
    },
  };
}
