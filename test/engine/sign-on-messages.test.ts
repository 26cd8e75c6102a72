import { describe, expect, it } from 'vitest';
import { signOnLife } from '../../src/core/sign-on.ts';
import { type Acme, acme, asked } from './sign-on-company.ts';

const minute = 60_000;

/** A browser that an app sent here, and that may say who it is. */
async function browser(one: Acme, network?: string) {
  const { taken } = await asked(one, {}, network);
  if (taken.result !== 'asks') throw new Error(JSON.stringify(taken));
  const { token, browser: secret } = taken;
  return { id: token.split('.')[0] ?? '', name: (email: string) => one.cases.nameSignOn(token, secret, email) };
}

/** How many messages with numbers somebody was sent. */
async function messagesTo(one: Acme, id = '1'): Promise<number> {
  const person = await one.personOf(id);
  const due = await one.store.outbox.due(one.time.clock.now() + 1, 1_000);
  return due.filter(({ kind, to }) => kind === 'numbers' && to === person.id).length;
}

describe('messages with numbers', () => {
  it('are no more because browsers say another name after', async () => {
    const one = await acme();
    for (let count = 0; count < 8; count += 1) {
      const { name } = await browser(one);
      expect(await name('zoe@acme.test')).toMatchObject({ state: 'pick' });
      expect(await name(count % 2 === 0 ? 'nobody@acme.test' : 'ada@acme.test')).toMatchObject({ state: 'pick' });
    }
    expect(await messagesTo(one)).toBe(3);
    await one.stop();
  });

  it('are no more because browsers say it all at once', async () => {
    const one = await acme();
    const browsers = await Promise.all(Array.from({ length: 12 }, () => browser(one)));
    await Promise.all(browsers.map(({ name }) => name('zoe@acme.test')));
    expect(await messagesTo(one)).toBeLessThanOrEqual(3);
    await one.stop();
  });

  it('are no more because browsers have waited with it', async () => {
    const one = await acme();
    const early = await Promise.all(Array.from({ length: 3 }, () => browser(one)));
    await one.time.advance(signOnLife.request - minute / 2);
    for (const { name } of early) await name('zoe@acme.test');
    await one.time.advance(minute);
    for (let count = 0; count < 3; count += 1) await (await browser(one)).name('zoe@acme.test');
    expect(await messagesTo(one)).toBe(3);
    await one.time.advance(signOnLife.request);
    await (await browser(one)).name('zoe@acme.test');
    expect(await messagesTo(one)).toBe(4);
    await one.stop();
  });

  it('still reach somebody elsewhere, when a stranger has used up theirs', async () => {
    const one = await acme();
    for (let count = 0; count < 5; count += 1) await (await browser(one, '198.51.100.9')).name('zoe@acme.test');
    expect(await messagesTo(one)).toBe(3);
    await (await browser(one, '203.0.113.7')).name('zoe@acme.test');
    expect(await messagesTo(one)).toBe(4);
    for (let count = 0; count < 20; count += 1) await (await browser(one, `10.0.0.${count}`)).name('zoe@acme.test');
    expect(await messagesTo(one)).toBe(6);
    await one.stop();
  });

  it('ask nothing any more of somebody, once the browser says it is nobody they know', async () => {
    const one = await acme();
    const { id, name } = await browser(one);
    await name('zoe@acme.test');
    const subject = `${id} ${(await one.personOf('1')).id}`;
    await name('nobody@acme.test');
    expect(await one.cases.numbersMessage(subject)).toMatchObject({
      state: 'over',
      text: expect.stringMatching(/another address/),
    });
    expect(await one.cases.numbersMessage(`${id} ${(await one.personOf('2')).id}`)).toBeNull();
    await one.stop();
  });
});
