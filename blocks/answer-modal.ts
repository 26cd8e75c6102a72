import type { ModalView } from '@slack/types';
import { callbackIds } from './ids.ts';
import { limits, type Message, plainText, section, viewBlocks } from './kit.ts';
import { md } from './markup.ts';

/** An answer to somebody who pressed a button in a modal or in App Home: it stands where they look. */
export const answerModal = ({ blocks }: Message): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.answer,
  title: plainText('Rollcall', limits.title),
  close: plainText('Close', limits.title),
  blocks: viewBlocks(blocks),
});

/** What stands there until the answer is known. */
export const waitingModal = (): ModalView =>
  answerModal({ text: '', blocks: [section(md`⏳ One moment: the answer follows here.`)] });
