import { describe, expect, it } from 'vitest';
import { acme } from './sign-on-company.ts';

describe('signing keys', () => {
  it('is made once, however many ask for it at the same time', async () => {
    const one = await acme();
    await Promise.all(Array.from({ length: 20 }, () => one.cases.signOnMetadata()));
    expect(await one.cases.signingKeys()).toHaveLength(1);
    expect((await one.store.signingKeys.get('saml'))?.keys[0]?.sealed.text).not.toContain('private');
    await one.stop();
  });

  it('are rotated with both in the metadata, and one rotation at a time', async () => {
    const one = await acme();
    await one.cases.signOnMetadata();
    const by = { kind: 'operator', name: 'ada', via: 'cli' } as const;
    await one.cases.rotateSigningKey(60_000, by);
    const states = async () => (await one.cases.signingKeys()).map(({ state }) => state);
    expect(await states()).toEqual(['signing', 'waiting']);
    await expect(one.cases.rotateSigningKey(60_000, by)).rejects.toMatchObject({ code: 'rotation-under-way' });
    await one.time.advance(60_000);
    expect(await states()).toEqual(['leaving', 'signing']);
    await one.time.advance(60_000);
    expect(await states()).toEqual(['signing']);
    await one.cases.rotateSigningKey(0, by);
    expect(await states()).toEqual(['signing']);
    await one.stop();
  });
});
