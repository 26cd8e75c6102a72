import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Channel, Message } from '../../../src/local-slack/model.ts';
import { renderMessages } from '../../../src/local-slack/page/render-messages.ts';
import { renderPane, renderSidebar } from '../../../src/local-slack/page/render-shell.ts';
import { renderHome, renderModal } from '../../../src/local-slack/page/render-view.ts';
import { viewerOf } from '../../../src/local-slack/page/viewer.ts';
import { memoryWorkspace } from './memory-workspace.ts';
import { hostile, readStrictly } from './strict-html.ts';
import { ada } from './viewer.ts';

const viewer = ada();
const channel: Channel = { id: 'CACC', name: 'access', private: false, members: ['UADA'] };
const noon = viewer.now.getTime() / 1000;

const message = (text: string, more: Partial<Message> = {}): Message => ({
  channel: 'CACC',
  ts: `${noon}.000100`,
  user: 'UBOT',
  text,
  blocks: [],
  ...more,
});

function read(messages: Message[], limit = 100) {
  const { markup } = renderMessages(channel, messages, { viewer, shortcuts: [], limit });
  return { markup, text: readStrictly(markup).text.replace(/\s+/g, ' ').trim() };
}

describe('messages', () => {
  test('another person’s ephemeral message is not in the page', () => {
    const { text } = read([
      message('for all'),
      message('for Ada', { ephemeralFor: 'UADA' }),
      message('for Bob', { ephemeralFor: 'UBOB' }),
    ]);
    expect(text).toContain('Only visible to you');
    expect(text).toContain('for Ada');
    expect(text).not.toContain('for Bob');
  });

  test('replies are under their message; a deleted message stays as the head of its thread only', () => {
    const head = message('head', { ts: `${noon}.1`, deleted: true });
    const reply = message('an answer', { ts: `${noon}.2`, threadTs: head.ts, user: 'UBOB' });
    const { text } = read([head, reply, message('gone', { ts: `${noon}.3`, deleted: true })]);
    expect(text).toMatch(/This message was deleted\.1 reply .*Bob Babbage 1:00 PM an answer/);
    expect(text).not.toContain('gone');
  });

  test('days are divided on the reader’s clock, and only the newest messages are drawn', () => {
    const messages = [-90_000, -40_000, 0].map((seconds, index) =>
      message(`number ${index}`, { ts: `${noon + seconds}.000100` }),
    );
    expect(read(messages).text).toMatch(/^Yesterday .*number 0.*Today .*number 1.*number 2/);
    const { markup, text } = read(messages, 1);
    expect(text).toMatch(/^Show earlier messagesToday/);
    expect(markup.match(/data-ts=/g)).toHaveLength(1);
  });

  test('a message carries its hooks, files and reactions', () => {
    const { markup, text } = read([
      message('hi', {
        files: [{ id: 'F1', name: 'a.csv', title: 'Audit <1>', size: 2048, url: 'http://127.0.0.1:1/files/F1' }],
        reactions: { tada: ['UADA', 'UBOB'] },
        editedAt: '1',
      }),
    ]);
    expect(markup).toContain(`data-ts="${noon}.000100" data-channel="CACC"`);
    expect(text).toContain('Helper APP 1:00 PM hi (edited)📄 Audit <1> (2 kB)🎉 2');
  });
});

describe('any workspace', () => {
  test('is drawn in our tags only, whatever it is called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme' })), (text) => {
        const { workspace, post } = memoryWorkspace();
        const odd = { ...workspace.state, appName: text, team: { id: 'T1', name: text } };
        odd.members = [...odd.members, { id: 'UZOE', name: text, realName: text, timeZone: text }];
        odd.channels = [...odd.channels, { id: 'CZZZ', name: text, private: false, members: ['UZOE'], topic: text }];
        odd.shortcuts = [
          { name: text, callbackId: text, type: 'message' },
          { name: text, callbackId: text, type: 'global' },
        ];
        post('CZZZ', text, { user: 'UZOE', ts: text });
        const zoe = viewerOf(odd, 'UZOE', viewer.now);
        if (!zoe) throw new Error('Zoe is missing');
        const plain = { type: 'plain_text' as const, text };
        const home = {
          id: text,
          kind: 'home' as const,
          user: 'UZOE',
          view: { type: 'home' as const, blocks: [] },
          hash: '1',
          root: text,
        };
        const modal = {
          ...home,
          kind: 'modal' as const,
          view: { type: 'modal' as const, title: plain, submit: plain, close: plain, blocks: [] },
        };
        for (const { markup } of [
          renderSidebar(odd, zoe, text),
          renderPane(odd, zoe, 'CZZZ', 10),
          renderPane(odd, zoe, text, 10),
          renderHome(home, zoe, text),
          renderModal(modal, zoe),
        ])
          readStrictly(markup.replaceAll(/<(\/?)(h1|main)>/g, '<$1p>'));
      }),
    );
  });
});
