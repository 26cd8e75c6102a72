import type { ListedAccount } from '../../core/connector.ts';
import type { Chosen, Login } from '../../core/login-model.ts';
import type { Time, Trouble } from '../../core/model.ts';
import type { Finding } from './attempt.ts';

/** Somebody said which account it is: that one is proposed, and no search is made any more. Null where it is not there to be had. */
export function chosenAccount(
  { remoteId }: Chosen & { remoteId: string },
  accounts: readonly ListedAccount[],
  taken: ReadonlySet<string>,
): ListedAccount | null {
  return taken.has(remoteId) ? null : (accounts.find((account) => account.remoteId === remoteId) ?? null);
}

export const choosesOne = (chosen: Chosen | null): chosen is Chosen & { remoteId: string } =>
  chosen !== null && chosen.remoteId !== null;

/** None of the accounts there is theirs: another one may be made. */
export const choosesNone = (chosen: Chosen | null): boolean => chosen !== null && chosen.remoteId === null;

/** Accounts somebody looked at and did not choose: they are not found again. */
export const notChosen = ({ chosen }: Pick<Login, 'chosen'>, remoteId: string): boolean =>
  chosen?.not.includes(remoteId) ?? false;

/** Never a new account instead: whoever chose has to look again. */
export const goneChoice = ({ remoteId }: { remoteId: string }, at: Time): Trouble => ({
  kind: 'match',
  message: `the chosen account ${remoteId} is no longer in the app, or belongs to somebody else now`,
  remedy: 'Choose again with *Rematch login*.',
  at,
});

/** Found by our own id, but somebody said that it is not this account: a person decides, whoever made it once. */
export function asChosen<E>(login: Pick<Login, 'chosen'>, finding: Finding | { error: E }): Finding | { error: E } {
  if ('error' in finding || finding.found !== 'done' || finding.account === null) return finding;
  const { remoteId } = finding.account;
  return notChosen(login, remoteId) ? { found: 'foreign', candidates: [remoteId] } : finding;
}
