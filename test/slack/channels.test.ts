import { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { channelBook } from '../../src/slack/channels.ts';

/** A client whose answers are written down here; no network. */
function client(pages: readonly object[][]) {
  let calls = 0;
  const answer = async (): Promise<Response> => {
    const page = calls % pages.length;
    calls += 1;
    const next = page + 1 < pages.length ? String(page + 1) : '';
    return Response.json({ ok: true, channels: pages[page], response_metadata: { next_cursor: next } });
  };
  return { web: new WebClient('xoxb', { fetch: answer, retryConfig: { retries: 0 } }), calls: () => calls };
}

const access = { id: 'C1ACCESS', name: 'access', is_private: false };
const secret = { id: 'C2SECRET', name: 'secret', is_private: true };

describe('the channel book', () => {
  it('finds by name and id over all pages, and remembers', async () => {
    const { web, calls } = client([[access], [secret]]);
    const book = channelBook();
    expect(await book.find(web, '#secret', 0)).toMatchObject({ id: 'C2SECRET', private: true, shared: false });
    expect(await book.find(web, 'ACCESS', 1)).toMatchObject({ id: 'C1ACCESS', private: false });
    expect(await book.find(web, 'C2SECRET', 2)).toMatchObject({ name: 'secret' });
    expect(calls()).toBe(2);
  });

  it('reads anew after ten minutes, for an unknown name after half a minute, and when in doubt', async () => {
    const { web, calls } = client([[access]]);
    const book = channelBook();
    await book.find(web, '#access', 0);
    await book.find(web, '#access', 599_000);
    expect(calls()).toBe(1);
    await book.find(web, '#access', 600_000);
    expect(calls()).toBe(2);
    expect(await book.find(web, '#nowhere', 610_000)).toBeNull();
    expect(calls()).toBe(2);
    expect(await book.find(web, '#nowhere', 630_000)).toBeNull();
    expect(calls()).toBe(3);
    book.doubt();
    await book.find(web, '#access', 640_000);
    expect(calls()).toBe(3);
    await book.find(web, '#access', 660_000);
    expect(calls()).toBe(4);
  });

  it.each([{ is_ext_shared: true }, { is_pending_ext_shared: true }, { pending_shared: ['T2'] }])(
    'takes %o for shared with outsiders',
    async (sign) => {
      const { web } = client([[{ ...access, ...sign }]]);
      expect(await channelBook().find(web, '#access', 0)).toMatchObject({ shared: true });
    },
  );
});
