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
  return {
    type: 'modal',
    callback_id: callbackIds.rejectReason,
    private_metadata: metadata,
    title: plainText('Reject request', limits.title),
    submit: plainText('Reject request', limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(md`${askSentence(view)}${tail(view)}.`),
      textInput({
        ...reasonInput,
        label: 'Why not?',
        hint: 'Shown on the card and kept in the history. Nothing is changed, and it is not asked again until the wish changes.',
        maxLength: reasonLimit,
      }),
    ]),
  };
}
