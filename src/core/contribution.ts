import type { Reason, Value } from './model.ts';

/**
 * What one parameter or rule action says about a target. `set` replaces what came before it, `add` joins it, `remove` takes
 * these values (`all`: whatever there is) out of it. No values with `unusable` is a value that could not be worked out,
 * translated or converted: what is in the app then stays. No values otherwise means there is none.
 */
export type Contribution = {
  target: string;
  act: 'set' | 'add' | 'remove';
  values: readonly Value[];
  all: boolean;
  unusable: boolean;
  /** Meant for the making of the account alone. */
  createOnly: boolean;
  /** No value in the end empties the attribute, whoever filled it. */
  clears: boolean;
  reasons: readonly Reason[];
};
