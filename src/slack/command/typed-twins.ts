import { type actionIds, type callbackIds, commandName } from '../../../blocks/ids.ts';

/*
 * Whatever a button or a form does can be typed as well: buttons need sight, a steady hand and a message that is still there.
 * `ID`, `PERSON`, `APP`, `NAME` stand for what the button carries. Only the numbers of a sign-on have no twin: whoever phishes talks
 * people into typing, and the browser waits beside the message anyway.
 */

type Twins<Names extends object> = Readonly<Record<keyof Names, string>>;

/** What is typed instead of each button. A page is turned by its number, or the list made shorter by a search. */
export const buttonTwins: Twins<typeof actionIds> = {
  approve: 'approve ID',
  reject: 'reject ID why',
  details: 'pending ID',
  seeAll: 'pending ID --page 1',
  nextPage: 'pending ID --page 2',
  previousPage: 'pending ID --page 1',
  choose: 'approve ID only PERSON',
  ask: 'ask ID why now?',
  undoApproval: 'undo ID',
  undo: 'undo ID --confirm CODE',
  refreshHome: 'pending',
  explain: 'explain PERSON APP',
  openLogin: 'explain PERSON APP',
  retry: 'retry PERSON APP',
  rematch: 'rematch PERSON APP',
  keepLonger: 'keep PERSON APP',
  markClosed: 'closed PERSON APP',
  unlink: 'disassociate PERSON APP --confirm yes',
  linkAccount: 'rematch PERSON APP --choose ID',
  newAccount: 'rematch PERSON APP --choose none',
  resume: 'resume APP',
  leaveAccount: 'triage APP --account ID --act leave',
  askOwner: 'triage APP --account ID --act ask',
  samePerson: 'same NAME PERSON',
  newPerson: 'same NAME none',
  allPeople: 'app APP',
  nextPeople: 'app APP --find NAME',
  previousPeople: 'app APP failed',
  personLogins: 'person PERSON',
  proposalApply: 'approve ID',
  proposalReject: 'reject ID why',
  proposalWithdraw: 'withdraw ID',
  proposalOpen: 'proposals ID',
  configNew: 'mapping new',
  configEdit: 'mapping NAME edit',
  configRemove: 'mapping NAME remove',
  configNextPage: 'mapping --page 2',
  configPreviousPage: 'mapping --page 1',
  configAddRow: 'mapping NAME edit',
  retryCause: 'retry APP --cause auth',
  retryAll: 'retry APP --cause auth',
  askAccess: 'request APP --reason why',
  endRequest: 'request APP end',
  connectApp: 'connect app',
  connectDirectory: 'connect directory',
  connectResume: 'connect NAME',
  connectAsk: 'connect NAME connection',
  connectRefresh: 'connect NAME refresh',
  connectDrop: 'connect NAME drop --confirm yes',
  connectApply: 'connect NAME apply --confirm CODE',
  renew: 'renew APP',
};

/** What is typed instead of a button, with what it carries; names are quoted where they are of several words. */
export function twinOf(button: keyof typeof actionIds, carried: Readonly<Record<string, string>> = {}): string {
  const words = buttonTwins[button].split(' ').map((word) => {
    const name = carried[word];
    return name === undefined ? word : /\s/.test(name) ? `"${name}"` : name;
  });
  return [commandName, ...words].join(' ');
}

/** What is typed instead of each form, or opens it; views that only show have none to submit. */
export const formTwins: Twins<Omit<typeof callbackIds, ShownOnly>> = {
  rejectReason: 'reject ID why',
  question: 'ask ID why now?',
  choose: 'approve ID only PERSON',
  chosen: 'reject ID only PERSON --reason why',
  people: 'app APP failed --find NAME',
  configForm: 'mapping NAME edit',
  configSave: 'mapping NAME edit',
  request: 'request APP --until 2026-12-31 --reason why',
  connectStart: 'connect app',
  connectStep: 'connect NAME provisioning',
};
type ShownOnly = 'details' | 'seeAll' | 'login' | 'answer' | 'proposal';

/** A step of connecting, and a section of the settings, by their names. */
export const stepTwin = (step: string): string => `connect NAME ${step}`;
export const sectionTwin = (section: string): string => `settings ${section} edit`;
