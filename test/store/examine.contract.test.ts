import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { examineBuiltIn, examineMongo, roomFinding } from '../../src/store/examine.ts';

const answering = (hello: object) => ({ db: { admin: () => ({ command: async () => hello }) } }) as never;

it('says where the built-in store lies and how much room there is', async () => {
  const [finding] = await examineBuiltIn(tmpdir());
  expect(finding?.what).toMatch(/^the store is the built-in one in .+; \d+ [GM]B of its disk are free$/);
  await expect(examineBuiltIn('/no/such/place')).rejects.toThrow('ENOENT');
});

it('says when the disk under the built-in store fills up, and when it is full', () => {
  const megabyte = 1024 ** 2;
  const states = [4_096, 2_048, 2_047, 256, 255, 0].map((free) => roomFinding('/data', free * megabyte).state);
  expect(states).toEqual(['right', 'right', 'note', 'note', 'wrong', 'wrong']);
  expect(roomFinding('/data', 255 * megabyte)).toMatchObject({
    what: expect.stringContaining('255 MB of its disk are free'),
    remedy: expect.stringMatching(/^Make room at once/),
  });
});

it('tells a replica set and a cluster from a single server', async () => {
  expect(await examineMongo(answering({ setName: 'rs0' }))).toEqual([
    { state: 'right', what: 'the store is the MongoDB of MONGODB_URI, a replica set rs0', remedy: '' },
  ]);
  expect(await examineMongo(answering({ msg: 'isdbgrid' }))).toMatchObject([{ state: 'right' }]);
  expect(await examineMongo(answering({}))).toMatchObject([
    { state: 'note', remedy: expect.stringContaining('replica set') },
  ]);
});
