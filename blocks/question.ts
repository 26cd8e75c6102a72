import type { ModalView } from '@slack/types';
import { callbackIds, questionInput } from './ids.ts';
import { limits, type Message, message, plainText, section, textInput, viewBlocks } from './kit.ts';
import { bold, escaped, type Markup, md, mention, moment, nothing } from './markup.ts';
import { askSentence, tail } from './sentence.ts';
import type { ApprovalView, EventView } from './view.ts';

/** Longest question: it is kept in the history. */
export const questionLimit = 500;

/** Asks what is to be asked. `metadata`: ids only, handed back with the answer. */
export function questionModal(view: ApprovalView, metadata: string): ModalView {
  const { requester } = view.approval;
  const whom = requester === null ? nothing : md` ${escaped(requester.name, 80)} is called by name.`;
  return {
    type: 'modal',
    callback_id: callbackIds.question,
    private_metadata: metadata,
    title: plainText('Ask about it', limits.title),
    submit: plainText('Ask', limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(md`${askSentence(view)}${tail(view)}.${whom}`),
      textInput({
        ...questionInput,
        label: 'What do you want to know?',
        hint: 'Posted to the thread of the card and kept in the history. It decides nothing.',
        maxLength: questionLimit,
        optional: false,
      }),
    ]),
  };
}

/** A question in the thread of its card; whoever asked for the change is called, where Slack knows them. */
export function questionLine({ event }: EventView, requester: { name: string; user: string | null } | null): Message {
  return message([
    section(
      md`${moment(event.at)}  ${bold(event.actor.name, 80)} asks${called(requester)}: ${escaped(event.message, questionLimit * 2)}`,
    ),
  ]);
}

const called = (requester: { name: string; user: string | null } | null): Markup => {
  if (requester === null) return nothing;
  return md` ${requester.user === null ? escaped(requester.name, 80) : mention(requester.user)}`;
};
