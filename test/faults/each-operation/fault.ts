import { type BadAnswer, failureOfAnswer, failureOfError } from '../../../connectors/_failure.ts';
import type { ConnectorError, ListedAccount } from '../../../src/core/connector.ts';
import type { OperationState } from '../../../src/core/model.ts';
import type { Sent, Written } from './hooks.ts';
import type { Kind, Seen } from './kinds.ts';
import type { Scene } from './scene.ts';

/** Where it should end, if not as the kind says. */
export type Ending = {
  /** Of the operation. Default: applied. */
  state: OperationState;
  /** Zoe’s account in the app. */
  end: Seen | null;
  account: Kind['account'];
  /** Most calls that changed the app. Default: one; none where nobody calls it. */
  effects: number;
  /** What somebody changed by hand is put back by operations of their own. */
  more: boolean;
};

/** Something that goes wrong: it puts its hooks into the scene, and counts each time it has met something. */
export type Fault = {
  name: string;
  install(scene: Scene): void;
  /** Why it cannot meet this kind; null: it can. */
  spares?(kind: Kind): string | null;
  ends?(kind: Kind): Partial<Ending>;
  /** The clock on the wall, by which settle times are waited out, is not to be relied on. */
  byClock?: true;
  /** It is nothing to other processes: there is none. */
  alone?: true;
};

/** For faults of calls: nobody calls an app that people keep by hand. */
export const callsOnly = ({ app }: Kind): string | null => (app === 'badges' ? 'nobody calls the app' : null);

/** The next few calls that would change the app meet this. */
export function onCalls(scene: Scene, times: number, meet: (sent: Sent) => Promise<ListedAccount | null>): void {
  const { hooks } = scene;
  hooks.call = (sent) => {
    scene.strikes += 1;
    if (scene.strikes === times) hooks.call = null;
    return meet(sent);
  };
}

/** The first compare-and-set of Zoe’s login that is one of these meets this. */
export function onWrite(
  scene: Scene,
  isIt: (written: Written) => boolean,
  meet: (written: Written) => Promise<Set<string>>,
): void {
  const { hooks } = scene;
  hooks.write = (written) => {
    if (!isIt(written)) return written.write();
    hooks.write = null;
    scene.strikes += 1;
    return meet(written);
  };
}

const isBegun = (state: OperationState | undefined): boolean => state === 'applying' || state === 'handed';
/** The intent before a call, or the handing over of a task. */
export const isIntent = ({ before, after }: Written): boolean =>
  before.operation?.state === 'approved' && isBegun(after.operation?.state);
/** What the call came to, or what people said of their task. */
export const isOutcome = ({ before, after }: Written): boolean =>
  isBegun(before.operation?.state) && !isBegun(after.operation?.state);

const url = new URL('https://crm.acme.test');
const about = (scene: Scene) => ({
  ...{ name: 'crm', writes: true, now: scene.time.clock.now },
  scrub: (text: string) => text,
});

/** A failure as connectors make it of an answer of this status. */
export const answered = (scene: Scene, status: number, headers: Record<string, string> = {}): ConnectorError => {
  const bad: BadAnswer = { status, headers: new Headers(headers), text: '', detail: undefined };
  return failureOfAnswer(bad, about(scene));
};
/** And of a connection that broke. */
export const broken = (scene: Scene, code: string): ConnectorError =>
  failureOfError(Object.assign(new Error('broken'), { code }), about(scene), url);

/** The call goes its way by itself, and arrives so much later, unless the app refuses it then. */
export function arriveLater(scene: Scene, sent: Sent, milliseconds: number): void {
  scene.after(milliseconds, () => sent.send().catch(() => undefined));
}
