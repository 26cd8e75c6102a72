import { changed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Operation, Time, Trouble } from '../../core/model.ts';

/** Somebody said no to taking over an account, or nobody answered. */
export const refusedAdoption = (operation: Operation | null): boolean =>
  operation?.kind === 'adopt' && operation.state === 'rejected';

/** A refused adoption never turns into a second account by itself: the login waits for somebody to say what shall be. */
export function undecided(login: Login): Login {
  const refused = login.operation?.remoteId ?? null;
  if (refused === null || login.candidates.length > 0) return login;
  return changed(login, { candidates: [refused] });
}

/** One account, and several people it could belong to: nobody is asked to take it over before somebody has looked. */
export const contestedMatch = (at: Time): Trouble => ({
  kind: 'match',
  message: 'the account in the app could be this person’s, and somebody else’s as well',
  remedy: 'Say whose it is with *Rematch login*.',
  at,
});
