import type { AppConfig, Consent } from './app-schema.ts';
import { passwordOf } from './password-parameter.ts';
import { stepText } from './step-text.ts';

/* What is set about an app, as plain text for lists; whoever shows it escapes it. */

type Provisioning = AppConfig['provisioning'];

export function ownersText({
  owners,
  requestable,
  signOn,
}: Pick<AppConfig, 'owners' | 'requestable' | 'signOn'>): string {
  const who = owners.length === 0 ? 'nobody by name: the company’s approvers decide' : shortened(owners);
  const asked = requestable === true ? '; people may ask for it' : '';
  return `${who}${asked}${signOn === undefined ? '' : `; signed on to at ${signOn}`}`;
}

/** Who is asked in steps of their own, and which entitlements always ask. */
export function approvalsText({ approval, privileged }: Pick<Provisioning, 'approval' | 'privileged'>): string {
  const steps = Object.entries(approval).flatMap(([action, consent]) => {
    const text = consentText(consent);
    return text === null ? [] : [`${action}: ${text}`];
  });
  const values = Object.entries(privileged).flatMap(([target, names]) => names.map((name) => `${target} ${name}`));
  const always = values.length === 0 ? [] : [`always asked: ${shortened(values)}`];
  const all = [...steps, ...always];
  return all.length === 0 ? 'by whoever decides about the app, in one step' : all.join('; ');
}

function consentText(consent: Consent | undefined): string | null {
  if (consent === undefined || typeof consent === 'boolean') return null;
  const steps = (consent.steps ?? []).map(stepText).join(', then ');
  const risk = consent.risk === 'high' ? 'signed in anew' : '';
  return [steps, risk].filter((part) => part !== '').join(', ') || 'in one step';
}

/** When accounts are made, changed and deleted. */
export function timingText({ grace, createDaysBefore, window, drift, verify }: Provisioning): string {
  const kept =
    grace === undefined ? 'leavers stay suspended' : `leavers are deleted ${grace.delete} after the suspension`;
  const early = createDaysBefore === 0 ? '' : `made ${createDaysBefore} days before the start`;
  const days = window === undefined || window.days.length === 7 ? '' : ` on ${window.days.join(', ')}`;
  const open = window === undefined ? '' : `changed${days} from ${window.from} to ${window.to} (${window.timezone})`;
  const parts = [kept, early, open, `changes by hand: ${drifts[drift]}`, `read again every ${verify}`];
  return parts.filter((part) => part !== '').join('; ');
}

export const drifts = { 're-assert': 'put back', accept: 'left', ask: 'asked about' } as const;

const passwords = {
  none: 'not set by Rollcall',
  generated: 'generated for a new account, and shown to the person once',
  sso: 'SSO password: set by Rollcall, and no longer changed in the app',
} as const;

export const passwordText = (app: Pick<AppConfig, 'parameters'>): string => passwords[passwordOf(app)];

const signed = { both: 'response and assertion', assertion: 'the assertion', response: 'the response' } as const;

/** How people sign on to it by SAML. */
export function signOnText({ saml }: Pick<AppConfig, 'saml'>): string {
  if (saml === undefined) return 'not through Rollcall';
  const { entityId, acs, nameId, sign, requestsSigned, certificates, attributes, session } = saml;
  const from = nameId.target === undefined ? '' : `, from ${nameId.target}`;
  const requests = requestsSigned ? 'its requests must be signed' : 'its requests may be unsigned';
  const [certificate] = certificates;
  const known =
    certificate === undefined ? '' : ` (${certificates.length} certificate${certificates.length === 1 ? '' : 's'})`;
  return [
    `by SAML, as ${entityId}`,
    `answered at ${shortened(acs.map(({ url }) => url))}`,
    `people named by ${nameId.format}${from}`,
    `signed: ${signed[sign]}`,
    `${requests}${known}`,
    attributes === undefined ? 'told every attribute' : `told ${shortened(Object.keys(attributes))}`,
    `a session lasts ${session}`,
  ].join('; ');
}

const most = 6;
const shortened = (texts: readonly string[]): string =>
  texts.length <= most ? texts.join(', ') : `${texts.slice(0, most).join(', ')} and ${texts.length - most} more`;
