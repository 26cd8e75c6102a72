import {
  actionIds,
  authenticateLinkId,
  configSectionPattern,
  connectStepPattern,
  numberPattern,
  signOnAppPattern,
  signOnPattern,
} from '../../../blocks/ids.ts';
import type { Audience } from '../../core/audience.ts';

/**
 * Who may press what: the one table, by which presses are refused and buttons drawn. `everyone` and `approvers` are judged by what
 * the button is about as well: a request by its circle, a login by whose it is.
 */
export const audienceOfAction: Readonly<Record<keyof typeof actionIds, Audience>> = {
  ...{ approve: 'approvers', reject: 'approvers', choose: 'approvers', ask: 'approvers', keepLonger: 'approvers' },
  ...{ markClosed: 'approvers' },
  ...{ details: 'everyone', seeAll: 'everyone', nextPage: 'everyone', previousPage: 'everyone' },
  ...{ refreshHome: 'everyone', explain: 'everyone', openLogin: 'everyone', personLogins: 'everyone' },
  ...{ nextPeople: 'everyone', previousPeople: 'everyone', askAccess: 'everyone', endRequest: 'everyone' },
  ...{ allPeople: 'readers' },
  ...{ proposalOpen: 'auditors', configNextPage: 'auditors', configPreviousPage: 'auditors' },
  ...{ undoApproval: 'admins', undo: 'admins', retry: 'admins', retryCause: 'admins', retryAll: 'admins' },
  ...{ rematch: 'admins', unlink: 'admins', linkAccount: 'admins', newAccount: 'admins', resume: 'admins' },
  ...{ leaveAccount: 'admins', askOwner: 'admins', samePerson: 'admins', newPerson: 'admins' },
  ...{ proposalApply: 'admins', proposalReject: 'admins', proposalWithdraw: 'admins' },
  ...{ configNew: 'admins', configEdit: 'admins', configRemove: 'admins', configAddRow: 'admins' },
  ...{ connectApp: 'admins', connectDirectory: 'admins', connectResume: 'admins', connectAsk: 'admins' },
  ...{ connectRefresh: 'admins', connectDrop: 'admins', connectApply: 'admins', renew: 'admins' },
};

/** Buttons whose ids carry more; several of them stand in one row. */
export const audienceOfPattern: readonly (readonly [RegExp, Audience])[] = [
  [connectStepPattern, 'admins'],
  [configSectionPattern, 'admins'],
  [signOnAppPattern, 'everyone'],
  [signOnPattern, 'everyone'],
  [numberPattern, 'everyone'],
  [new RegExp(`^${authenticateLinkId}$`), 'everyone'],
];

const byId = new Map(
  (Object.keys(actionIds) as (keyof typeof actionIds)[]).map((name) => [
    actionIds[name] as string,
    audienceOfAction[name],
  ]),
);

/** Of a button by its id as Slack sends it; one that no table knows is for admins. */
export const audienceOfPress = (actionId: string): Audience =>
  byId.get(actionId) ?? audienceOfPattern.find(([pattern]) => pattern.test(actionId))?.[1] ?? 'admins';
