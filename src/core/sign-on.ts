import { broken } from './errors.ts';
import { makeEvent, system } from './event.ts';
import type { Actor, Reason, RollcallEvent, SlackIdentity, Time, Versioned } from './model.ts';

/**
 * Where a sign-on is. `who`: an app sent a browser, and nobody has said yet who sits there; `pick`: somebody has, and the right number is
 * to be picked in Slack; `ready`: it may be used; the last two are final.
 */
export type SignOnState = 'who' | 'pick' | 'ready' | 'used' | 'refused';
export type SignOnTrigger = 'name' | 'pick' | 'use' | 'refuse';

/** The one state table of a sign-on. A missing cell is not allowed. */
export const signOnTransitions = {
  who: { name: 'pick', refuse: 'refused' },
  pick: { name: 'pick', pick: 'ready', refuse: 'refused' },
  ready: { use: 'used', refuse: 'refused' },
  used: {},
  refused: {},
} as const satisfies Record<SignOnState, Partial<Record<SignOnTrigger, SignOnState>>>;

const table: Record<SignOnState, Partial<Record<SignOnTrigger, SignOnState>>> = signOnTransitions;

/**
 * Who signs on, held against the same person when it is used. `slack`: who they are there, pinned when it began, or when they picked; null
 * until then.
 */
export type Whose = { person: string; name: string; slack: SlackIdentity | null; records: readonly string[] };

/** One sign-on of one person to one app, from its link or its request until it was used. Its link is stored nowhere. */
export type SignOn = Versioned & {
  app: string;
  state: SignOnState;
  at: Time;
  expires: Time;
  /** What its link is marked with. */
  nonce: string;
  /** Null while nobody is known by what was said. */
  whose: Whose | null;
  /** The app's request; null: it began in Slack. */
  request: { id: string; acs: string; relayState: string | null } | null;
  /** Digest of the secret the browser's cookie carries; null: any browser may use the link, once. */
  browser: string | null;
  /** Where the browser is and what it calls itself, as far as it shows. */
  from: string;
  /** The network it was in when it came, by which strangers are told apart. */
  network: string;
  /** Those offered in Slack, and the one the browser shows. */
  numbers: readonly number[];
  number: number | null;
  /** How often somebody was named. */
  names: number;
  /** Whom a message with numbers was meant for, each once, and since when: whoever is named later takes none of them out. */
  asked: readonly { person: string; at: Time }[];
  /** Why it was refused, or will be, and what to do. */
  text: string | null;
};

/** Milliseconds a link holds, and a browser waits for its number. */
export const signOnLife = { link: 5 * 60_000, request: 10 * 60_000 } as const;
/** How often the browser may say who it is. */
export const mostNames = 3;
/** How many messages one person gets within the life of a request: by browsers of one network, so that a stranger uses up their own share only, and by all. */
export const mostMessages = { ofOneNetwork: 3, ofAll: 6 } as const;

/** What the message with the numbers is about: the sign-on as one person is asked about it. Ids have no spaces. */
export const numbersSubject = (signOn: string, person: string): string => `${signOn} ${person}`;

export const isOver = ({ expires }: Pick<SignOn, 'expires'>, now: Time): boolean => expires <= now;
export const mayTurn = ({ state }: Pick<SignOn, 'state'>, trigger: SignOnTrigger): boolean =>
  table[state][trigger] !== undefined;

type Begun = Pick<SignOn, 'id' | 'app' | 'at' | 'nonce'>;
const blank = {
  ...{ version: 0, outbox: [], whose: null, request: null, browser: null, from: '', network: '' },
  ...{ numbers: [], number: null, names: 0, asked: [], text: null },
} as const;

/** A link from Slack, for its person alone. */
export function linkFor(begun: Begun, whose: Whose): SignOn {
  const signOn: SignOn = {
    ...{ ...blank, ...begun, state: 'ready', whose },
    expires: begun.at + signOnLife.link,
  };
  return {
    ...signOn,
    outbox: [told(signOn, { type: 'sign-on.linked', message: 'got a link to sign on', at: begun.at })],
  };
}

/** An app sent a browser. */
export const requestFrom = (begun: Begun, asked: Pick<SignOn, 'request' | 'browser' | 'from' | 'network'>): SignOn => ({
  ...{ ...blank, ...begun, ...asked, state: 'who' },
  expires: begun.at + signOnLife.request,
});

/** Refused before it began: kept, so that the refusal is told. */
export function refusedOutright(begun: Begun, whose: Whose, text: string): SignOn {
  const signOn: SignOn = {
    ...{ ...blank, ...begun, state: 'refused', whose, text },
    expires: begun.at,
  };
  return { ...signOn, outbox: [told(signOn, { ...refusal(text), at: begun.at })] };
}

/** Somebody said who they are. `whose` null: nobody is known by that, and the browser is told the same. */
export const named = (
  signOn: SignOn,
  whose: Whose | null,
  numbers: readonly number[],
  number: number,
  at: Time,
): SignOn =>
  turned(
    signOn,
    'name',
    at,
    { whose, numbers, number, names: signOn.names + 1, text: null, asked: withAsked(signOn, whose, at) },
    whose === null ? null : asked,
  );
const withAsked = ({ asked }: SignOn, whose: Whose | null, at: Time): SignOn['asked'] =>
  whose === null || asked.some(({ person }) => person === whose.person)
    ? asked
    : [...asked, { person: whose.person, at }];

/** Whoever was named gets too many messages already, and none of this: it is as if nobody were known. */
export const unasked = (signOn: SignOn, at: Time): SignOn =>
  turned(
    signOn,
    'name',
    at,
    { whose: null, asked: signOn.asked.filter(({ person }) => person !== signOn.whose?.person) },
    null,
  );
const asked = { type: 'sign-on.asked', message: 'was asked to pick the number a browser shows' } as const;

/** Whoever was named may not sign on: they are told why in Slack, and the browser waits in vain, since it may be a stranger's. */
export const namedInVain = (signOn: SignOn, text: string, at: Time): SignOn =>
  turned(signOn, 'name', at, { text }, refusal(text));

/** The right number was picked, by this Slack user. */
export const picked = (signOn: SignOn, slack: SlackIdentity | null, at: Time): SignOn =>
  turned(
    signOn,
    'pick',
    at,
    { whose: signOn.whose === null ? null : { ...signOn.whose, slack } },
    { type: 'sign-on.confirmed', message: 'picked the number the browser shows' },
  );

/** It is used: an assertion is made for it. `reasons`: why the person may. */
export const usedFor = (
  signOn: SignOn,
  at: Time,
  said: { message: string; reasons: readonly Reason[]; status: string },
): SignOn => turned(signOn, 'use', at, {}, { type: 'sign-on.issued', ...said });

/** It ends without an assertion; `text` says why, and what to do. */
export const refusedFor = (signOn: SignOn, text: string, at: Time): SignOn =>
  turned(signOn, 'refuse', at, { text }, refusal(text));

const refusal = (text: string) => ({ type: 'sign-on.refused', message: `sign-on refused: ${text}` });

type Saying = { type: string; message: string; reasons?: readonly Reason[]; status?: string };

function turned(
  signOn: SignOn,
  trigger: SignOnTrigger,
  at: Time,
  change: Partial<SignOn>,
  saying: Saying | null,
): SignOn {
  const state = table[signOn.state][trigger];
  if (state === undefined)
    throw broken('sign-on-transition', `sign-on ${signOn.id} is ${signOn.state}: it cannot ${trigger}`);
  const next = { ...signOn, ...change, state, version: signOn.version + 1 };
  return saying === null ? next : { ...next, outbox: [...signOn.outbox, told(next, { ...saying, at })] };
}

/** Has the person had their messages? `others`: the sign-ons beside this one that asked them. */
export function isCrowded({ network }: SignOn, others: readonly SignOn[], person: string, now: Time): boolean {
  const lately = others.filter(({ asked }) =>
    asked.some((one) => one.person === person && one.at > now - signOnLife.request),
  );
  const near = lately.filter((one) => one.network === network);
  return lately.length >= mostMessages.ofAll || near.length >= mostMessages.ofOneNetwork;
}

/** Told by its version, so that however often a write is repeated it is told once. */
function told(signOn: SignOn, { at, ...saying }: Saying & { at: Time }): RollcallEvent {
  const { id, version, app, whose } = signOn;
  return makeEvent({ ...saying, app, person: whose?.person ?? null, actor: actorOf(whose) }, `${id}:${version}`, at);
}

export const actorOf = (whose: Whose | null): Actor =>
  whose === null ? system('sign-on') : { kind: 'person', person: whose.person, name: whose.name, via: 'slack' };
