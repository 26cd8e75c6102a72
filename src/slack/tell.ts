import type { RespondFn } from '@slack/bolt';
import { answerModal } from '../../blocks/answer-modal.ts';
import { answer } from '../../blocks/help.ts';
import type { Message } from '../../blocks/kit.ts';
import { RollcallError } from '../core/errors.ts';
import { ended } from '../core/text.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';

export type Respond = RespondFn;

/** Where one person is reached: by the interaction's own answer, else in the channel for them alone, else by direct message. */
export type Addressee = {
  user: string;
  channel: string | null;
  respond?: Respond | undefined;
  /** The modal the button stood in: the answer takes its place, where the person looks. */
  modal?: string | null;
};

/** Says something to one person, and to nobody else. */
export async function tell(deps: SlackDeps, to: Addressee, message: Message): Promise<void> {
  const { modal } = to;
  const ways = [
    modal == null ? null : () => deps.clients.interactive.views.update({ view_id: modal, view: answerModal(message) }),
    to.respond === undefined ? null : () => answerPrivately(to.respond as Respond, message),
    to.channel === null ? null : () => postPrivately(deps, to.user, to.channel as string, message),
    () => postDirectly(deps, to.user, message),
  ].filter((way) => way !== null);
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      deps.log.info({ user: to.user, ...describeError(error) }, 'one way to answer did not work');
    }
  }
  deps.log.warn({ user: to.user }, 'an answer reached nobody');
}

const quiet = { unfurl_links: false, unfurl_media: false, parse: 'none' as const, link_names: false };

const answerPrivately = (respond: Respond, message: Message) =>
  respond({ response_type: 'ephemeral', replace_original: false, ...message });

const postPrivately = ({ clients }: SlackDeps, user: string, channel: string, message: Message) =>
  clients.interactive.chat.postEphemeral({ user, channel, ...quietly(message) });

async function postDirectly({ clients }: SlackDeps, user: string, message: Message): Promise<void> {
  const { channel } = await clients.interactive.conversations.open({ users: user });
  if (channel?.id === undefined) throw new Error('conversations.open answered without a channel');
  await clients.interactive.chat.postMessage({ channel: channel.id, ...quietly(message) });
}

/** Links are not unfolded and names not linked: what we send is what is shown. */
export const quietly = (message: Message) => ({ ...message, ...quiet });

/**
 * Does the work and tells its message. What the person can mend is told as it is; anything else is logged, told as ours, and
 * thrown on, so that the inbox keeps a decision and runs it again.
 */
export async function answering(deps: SlackDeps, to: Addressee, work: () => Promise<Message | null>): Promise<void> {
  try {
    const message = await work();
    if (message !== null) await tell(deps, to, message);
  } catch (error) {
    if (error instanceof RollcallError && error.next === 'show') {
      return tell(deps, to, answer(`${ended(error.message)} ${error.remedy}`));
    }
    deps.log.error({ user: to.user, ...describeError(error) }, 'a Slack request failed');
    await tell(deps, to, answer(ourFault(error)));
    throw error;
  }
}

const ourFault = (error: unknown): string =>
  error instanceof RollcallError && error.next === 'retry'
    ? `That did not work just now: ${ended(error.message)} A decision is kept and tried again; anything else, please ask again in a moment.`
    : 'Something went wrong on Rollcall’s side; an admin finds it in the log. A decision is kept and tried again; anything else, please ask again in a moment.';
