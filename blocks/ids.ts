/** Names Slack hands back to us. They live in posted messages for years: never rename one. */
export const commandName = '/provision';

export const actionIds = {
  approve: 'approval_approve',
  reject: 'approval_reject',
  details: 'approval_details',
  seeAll: 'approval_see_all',
  choose: 'approval_choose',
  ask: 'approval_ask',
  undoApproval: 'approval_undo',
  nextPage: 'page_next',
  previousPage: 'page_previous',
  refreshHome: 'home_refresh',
  explain: 'login_explain',
  retry: 'login_retry',
  rematch: 'login_rematch',
  keepLonger: 'login_keep_longer',
  markClosed: 'login_mark_closed',
  unlink: 'login_unlink',
  linkAccount: 'match_link',
  newAccount: 'match_new',
  undo: 'undo_carry_out',
  resume: 'pause_resume',
  leaveAccount: 'orphan_leave',
  askOwner: 'orphan_ask',
  samePerson: 'twin_same',
  newPerson: 'twin_new',
  allPeople: 'app_people',
  nextPeople: 'app_people_next',
  previousPeople: 'app_people_previous',
  proposalApply: 'proposal_apply',
  proposalReject: 'proposal_reject',
  proposalWithdraw: 'proposal_withdraw',
  proposalOpen: 'proposal_open',
  configNew: 'config_new',
  configEdit: 'config_edit',
  configRemove: 'config_remove',
  configNextPage: 'config_page_next',
  configPreviousPage: 'config_page_previous',
  configAddRow: 'config_add_row',
  openLogin: 'login_open',
  personLogins: 'person_logins',
  retryCause: 'digest_retry',
  retryAll: 'digest_retry_all',
  askAccess: 'access_ask',
  endRequest: 'access_end',
  connectApp: 'connect_app',
  connectDirectory: 'connect_directory',
  connectResume: 'connect_resume',
  connectAsk: 'connect_ask',
  connectRefresh: 'connect_refresh',
  connectDrop: 'connect_drop',
  connectApply: 'connect_apply',
  renew: 'connect_renew',
} as const;

/** The button of one step of connecting; several of them stand in one row. */
export const connectStepId = (step: string): string => `connect_step_${step}`;
export const connectStepPattern = /^connect_step_/;

/** The button of one section of the settings; several of them stand in one row. */
export const configSectionId = (section: string): string => `config_section_${section}`;
export const configSectionPattern = /^config_section_/;

/** The link by which an admin authenticates at an app; the browser opens it, and Slack tells of the press all the same. */
export const authenticateLinkId = 'connect_authenticate';

/** A link by which somebody signs on to an app; those of a welcome stand in one row. */
export const signOnId = (app: string): string => `welcome_sign_on_${app}`.slice(0, 255);
export const signOnPattern = /^welcome_sign_on_/;

/** The button that makes such a link for whoever presses; several of them stand in one row. */
export const signOnAppId = (app: string): string => `sign_on_app_${app}`.slice(0, 255);
export const signOnAppPattern = /^sign_on_app_/;

/** One of the numbers a browser may show, or that it is none of one’s own; they stand in one row. */
export const numberId = (place: number | 'none'): string => `sign_on_number_${place}`;
export const numberPattern = /^sign_on_number_/;

export const callbackIds = {
  rejectReason: 'reject_reason',
  question: 'question',
  choose: 'choose',
  chosen: 'chosen',
  details: 'details',
  seeAll: 'see_all',
  people: 'people',
  configForm: 'config_form',
  configSave: 'config_save',
  login: 'login',
  proposal: 'proposal',
  answer: 'answer',
  request: 'access_request',
  connectStart: 'connect_start',
  connectStep: 'connect_step',
} as const;

/** The one input of the reject modal. */
export const reasonInput = { block: 'reason', action: 'reason' } as const;

/** What the searches of the forms about the configuration offer. */
export const configSearches = {
  role: 'config_role',
  app: 'config_app',
  target: 'config_target',
  attribute: 'config_attribute',
  choice: 'config_choice',
} as const;

/** The inputs of the form that asks for access. */
export const requestInputs = {
  what: { block: 'request_what', action: 'request_what' },
  why: { block: 'request_why', action: 'request_why' },
  until: { block: 'request_until', action: 'request_until' },
} as const;

/** The inputs of a look-up. */
export const lookUpInputs = {
  word: { block: 'look_up_word', action: 'look_up_word' },
  text: { block: 'look_up_text', action: 'look_up_text' },
} as const;

/** The one input of the question modal. */
export const questionInput = { block: 'question', action: 'question' } as const;

/** The inputs of the choose modal. What is confirmed has a block of its own: Slack keeps what was entered in a block of the same id. */
export const chooseInputs = {
  which: { block: 'choose_which', action: 'choose_which' },
  chosen: { block: 'choose_chosen', action: 'choose_which' },
  act: { block: 'choose_act', action: 'choose_act' },
} as const;

/** What a card's button carries: which approval, and which edition of it the card showed. Ids only, nothing to trust. */
export const cardValue = (approval: { id: string; edition: number }): string => `${approval.id}:${approval.edition}`;

/** What every other button carries: ids by name, as JSON. They are read with a schema and trusted with nothing. */
export type Ids = Readonly<Record<string, string>>;
export const idsValue = (ids: Ids): string =>
  JSON.stringify(ids).replace(/[<>]/g, (bracket) => (bracket === '<' ? '\\u003c' : '\\u003e'));
