import type { KnownBlock } from '@slack/types';
import { formValues, type Values } from './block-kit/form.ts';
import { type Context, findChannel } from './context.ts';
import type { Channel, Container, Message, OpenView } from './model.ts';
import { messageOutput, payloadChannel, viewOutput } from './payloads.ts';
import { findMessage } from './posting.ts';
import { present } from './present.ts';

/** Where an element is: what its form is called, what the payload says about it, what a trigger stands for. */
export type Place = {
  form: string;
  blocks: readonly KnownBlock[];
  payload(): Record<string, unknown>;
  open?: OpenView;
  message?: Message;
};

const messagePlace = (context: Context, message: Message, channel: Channel): Place => ({
  form: `${message.channel} ${message.ts}`,
  blocks: message.blocks,
  message,
  payload() {
    const ephemeral = message.ephemeralFor !== undefined;
    const { channel: channel_id, ts: message_ts, threadTs: thread_ts } = message;
    return present({
      container: present({ type: 'message', message_ts, channel_id, is_ephemeral: ephemeral, thread_ts }),
      channel: payloadChannel(channel),
      // Slack does not send back the content of an ephemeral message.
      message: ephemeral ? undefined : messageOutput(context, message),
      state: { values: formValues(message.blocks, context.session.values(`${channel_id} ${message_ts}`)) },
    });
  },
});

const viewPlace = (context: Context, open: OpenView): Place => ({
  form: open.id,
  blocks: open.view.blocks as KnownBlock[],
  open,
  payload: () => ({ container: { type: 'view', view_id: open.id }, view: viewOutput(context, open) }),
});

/** What the person sees there, or undefined: another's view or whisper, a channel they are not in, something gone. */
export const findPlace = (context: Context, user: string, container: Container): Place | undefined => {
  if ('view' in container) {
    const home = context.store.data.homes.get(user);
    const open =
      home?.id === container.view ? home : context.session.stack(user).find((each) => each.id === container.view);
    return open && viewPlace(context, open);
  }
  const { channel: id, ts } = container.message;
  const channel = findChannel(context, id);
  const message = findMessage(context, id, ts);
  if (!channel?.members.includes(user) || !message) return undefined;
  const another = message.ephemeralFor !== undefined && message.ephemeralFor !== user;
  return another ? undefined : messagePlace(context, message, channel);
};

/** What a form holds when more becomes known of it. */
export const fill = (context: Context, place: Pick<Place, 'form' | 'blocks'>, given: Filled = {}): Values => {
  const all: Filled = { ...context.session.values(place.form) };
  for (const [block, fields] of Object.entries(given)) all[block] = { ...all[block], ...fields };
  const values = formValues(place.blocks, all);
  context.session.setValues(place.form, values);
  return values;
};

type Filled = Record<string, Record<string, unknown>>;
