import type { ModalView } from '@slack/types';
import { callbackIds, reasonInput } from './ids.ts';
import { limits, plainText, section, textInput, viewBlocks } from './kit.ts';
import { md } from './markup.ts';
import { askSentence, tail } from './sentence.ts';
import type { ApprovalView } from './view.ts';

/** Longest reason: it is shown on the card and kept in the history. */
export const reasonLimit = 500;

/** Asks why, before a request is rejected. `metadata`: ids only, handed back with the answer. */
export function rejectModal(view: ApprovalView, metadata: string): ModalView {
  const { task } = view.approval;
  const title = task ? 'It cannot be done' : 'Reject request';
  return {
    type: 'modal',
    callback_id: callbackIds.rejectReason,
    private_metadata: metadata,
    title: plainText(title, limits.title),
    submit: plainText(title, limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(md`${askSentence(view)}${tail(view)}.`),
      textInput({
        ...reasonInput,
        label: 'Why not?',
        hint: task
          ? 'Shown on the card and kept in the history. It counts as failed for this reason, and is asked anew when an admin retries it.'
          : 'Shown on the card and kept in the history. Nothing is changed, and it is not asked again until the wish changes.',
        optional: task !== true,
        maxLength: reasonLimit,
      }),
    ]),
  };
}
