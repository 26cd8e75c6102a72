/** Names Slack hands back to us. They live in posted messages for years: never rename one. */
export const commandName = '/provision';

export const actionIds = {
  approve: 'approval_approve',
  reject: 'approval_reject',
  details: 'approval_details',
  seeAll: 'approval_see_all',
  nextPage: 'page_next',
  previousPage: 'page_previous',
  refreshHome: 'home_refresh',
} as const;

export const callbackIds = {
  rejectReason: 'reject_reason',
  details: 'details',
  seeAll: 'see_all',
} as const;

/** The one input of the reject modal. */
export const reasonInput = { block: 'reason', action: 'reason' } as const;

/** What a card's button carries: which approval, and which edition of it the card showed. Ids only, nothing to trust. */
export const cardValue = (approval: { id: string; edition: number }): string => `${approval.id}:${approval.edition}`;
