import { type App, ErrorCode, type ReceiverEvent } from '@slack/bolt';
import type { Courtesy } from '../engine/courtesy.ts';
import type { InboxItem, InboxStore } from '../engine/mail-ports.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { arrivalProperties } from './arrival.ts';
import { isDecision } from './command/parse.ts';
import { createCopies } from './copies.ts';
import { decides, type Envelope, kindOf, readEnvelope } from './envelope.ts';
import { inboxKey } from './inbox-key.ts';
import { describeError } from './slack-error.ts';

export type InboxDeps = { store: { inbox: InboxStore }; clock: Clock; log: Log };
type GuardDeps = InboxDeps & { courtesy: Pick<Courtesy, 'attend'> };

/** Runs a stored payload through Bolt's listeners once more, with nobody to acknowledge to. `key`: what it is stored under. */
export type Replay = (payload: unknown, key?: string) => Promise<void>;

export type Inbox = {
  replay: Replay;
  /** Resolves when no payload is being worked on. */
  idle(): Promise<void>;
};

type Acknowledgement = Parameters<ReceiverEvent['ack']>[0];

/**
 * Stores every payload before Bolt acknowledges it. Bolt acknowledges events before any middleware runs, so `processEvent` itself
 * is wrapped: a store that is down throws here, Bolt answers 500 and Slack sends again (events) or tells the person.
 * A payload known already is acknowledged and not run.
 */
export function guardInbox(app: App, { store: { inbox }, clock, log, courtesy }: GuardDeps): Inbox {
  const run = app.processEvent.bind(app);
  const working = new Set<Promise<void>>();
  const copies = createCopies<Acknowledgement>();

  const receive = async (delivered: ReceiverEvent): Promise<void> => {
    const event = { ...delivered, ack: ackOf(delivered) };
    const envelope = readEnvelope(event.body);
    const key = envelope === null ? null : inboxKey(envelope);
    if (key === null) return run(event);
    const first = copies.ofFirst(key);
    if (first !== undefined) return again(key, event, await first);
    await copies.first(key, async (answer) => {
      const at = clock.now();
      const isNew = await inbox.add({ id: key, payload: kept(event.body), at, attempts: 0, doneAt: null });
      if (!isNew) return again(key, event);
      log.debug({ key, kind: envelope === null ? null : kindOf(envelope) }, 'a Slack payload is stored');
      const customProperties = { ...event.customProperties, ...arrivalProperties({ key, at }) };
      const ack: ReceiverEvent['ack'] = (response) => {
        answer(response);
        return event.ack(response);
      };
      if (!isPressToDecide(envelope)) await run({ ...event, ack, customProperties });
      else {
        // Stored is kept: Slack need not wait until a listener is found for it.
        await ack();
        await run({ ...event, ack: acknowledged, customProperties });
      }
      await inbox.done(key, clock.now());
    });
  };

  const again = async (key: string, { ack }: ReceiverEvent, answer?: Acknowledgement): Promise<void> => {
    log.info({ key }, 'a payload was delivered again and not run again');
    await ack(answer);
  };

  /** What is stored is done, also when the connection that brought it has broken since; Slack may then deliver it again. */
  const ackOf =
    ({ ack }: ReceiverEvent): ReceiverEvent['ack'] =>
    async (response) => {
      try {
        await ack(response);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === ErrorCode.ReceiverMultipleAckError) throw error;
        log.info(describeError(error), 'Slack did not get an acknowledgement; what was delivered is done all the same');
      }
    };

  app.processEvent = async (event) => {
    const work = courtesy.attend(() => receive(event));
    working.add(work);
    await work.finally(() => working.delete(work));
  };
  return {
    replay: (payload, key) => {
      const customProperties = key === undefined ? {} : arrivalProperties({ key, at: null });
      return run({ body: payload as ReceiverEvent['body'], ack: acknowledged, customProperties });
    },
    async idle() {
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}

const acknowledged = async (): Promise<void> => undefined;

/** Its acknowledgement says nothing, and it is worked off whatever happens. */
const isPressToDecide = (envelope: Envelope | null): boolean =>
  envelope !== null && kindOf(envelope) === 'press' && decides(envelope);

/**
 * What a replay needs: without the verification token, without the texts of the message and the view pressed in, and without the
 * address of a link that was pressed, since whoever has it may be let in by it.
 */
function kept(body: unknown): unknown {
  const {
    token: _token,
    message,
    view,
    actions,
    ...rest
  } = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  return {
    ...rest,
    ...(isRecord(message) ? { message: { ts: message.ts, thread_ts: message.thread_ts } } : {}),
    ...(isRecord(view) ? { view: { ...view, blocks: [] } } : {}),
    ...(Array.isArray(actions) ? { actions: actions.map(withoutAddress) } : {}),
  };
}

function withoutAddress(action: unknown): unknown {
  if (!isRecord(action)) return action;
  const { url: _url, ...rest } = action;
  return rest;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A live delivery is left this long before another run takes its payload; each that follows comes after twice as long. */
const patience = 60_000;
/** A decision is tried over more than a day, since Slack or the store may be away for hours. */
const mostAttempts = { decision: 11, other: 5 };
/** Run in one round; the rest follow in the next. */
const batch = 500;
/** Slack takes answers to a command for half an hour. @see https://docs.slack.dev/interactivity/handling-user-interaction */
const answerable = 30 * 60_000;

/**
 * Re-runs what a crash left unfinished: decisions always, since they are ours to keep; other commands while they can still be
 * answered. Modals to open and pages to draw are let go, with a line in the log. Answers how many were run.
 */
export async function drainInbox({ store: { inbox }, clock, log }: InboxDeps, replay: Replay): Promise<number> {
  const now = clock.now();
  let ran = 0;
  for (const item of await inbox.waiting(now - patience, batch)) {
    const reason = whyDropped(item, now);
    if (reason !== null) {
      log.warn({ key: item.id, attempts: item.attempts, reason }, 'a stored Slack payload was let go');
      await inbox.done(item.id, now);
    } else if (await inbox.attempt(item.id, restsUntil(item, now) - patience, now - patience)) {
      ran += 1;
      await rerun(item, { store: { inbox }, clock, log }, replay);
    }
  }
  return ran;
}

/** Should this run fail: until when it is left alone, and hides nobody who waits behind it. */
const restsUntil = ({ at, attempts }: InboxItem, now: number): number =>
  Math.max(now + patience, at + patience * 2 ** (attempts + 1));

async function rerun(item: InboxItem, { store: { inbox }, clock, log }: InboxDeps, replay: Replay): Promise<void> {
  try {
    await replay(item.payload, item.id);
    await inbox.done(item.id, clock.now());
  } catch (error) {
    log.warn({ key: item.id, ...describeError(error) }, 'a stored Slack payload failed again and stays');
  }
}

function whyDropped(item: InboxItem, now: number): string | null {
  const envelope = readEnvelope(item.payload);
  if (envelope === null) return 'unreadable';
  const decision = isDeciding(envelope);
  if (item.attempts >= mostAttempts[decision ? 'decision' : 'other']) return 'tried too often';
  if (decision) return null;
  if (kindOf(envelope) !== 'command') return 'nobody waits for it any more';
  return now - item.at > answerable ? 'its answer would come too late' : null;
}

const isDeciding = (envelope: Envelope): boolean =>
  kindOf(envelope) === 'command' ? isDecision(envelope.text ?? '') : decides(envelope);
