import { expect, it } from 'vitest';
import { refused } from '../../src/core/errors.ts';
import { companyPartition, makeEvent, system } from '../../src/core/event.ts';
import { createCourtesy } from '../../src/engine/courtesy.ts';
import { createPublisher, publishAll, record } from '../../src/engine/publisher.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { person } from '../core/samples.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';
import { countingRandom } from './company.ts';

const eventOf = (id: string) => makeEvent({ type: 'person.joined', message: 'joined', actor: system('test') }, id, 1);

it('an event of no document that takes the place in the chain costs a second look, and nothing else', async () => {
  const store = memoryStore();
  const random = countingRandom();
  await store.people.insert([{ ...person(), outbox: [eventOf('e-1')] }]);
  let isFaster = true;
  const events = {
    ...store.events,
    async append(chained: Parameters<typeof store.events.append>[0]) {
      if (isFaster) {
        isFaster = false;
        await record({ store, random }, eventOf('e-2'));
      }
      return store.events.append(chained);
    },
  };
  const courtesy = createCourtesy(virtualClock().clock);
  const heard: string[] = [];
  const publisher = createPublisher({ store: { ...store, events }, random, courtesy }, [
    async (told) => void heard.push(...told.map(({ id }) => id)),
  ]);
  await publishAll(publisher);
  expect((await store.events.chain(companyPartition, 0, 10)).map(({ id }) => id)).toEqual(['e-2', 'e-1']);
  expect(heard).toEqual(['e-1']);
  expect(await store.people.unpublished(10)).toEqual([]);
});

it('any other trouble is told', async () => {
  const publisher = { publish: () => Promise.reject(refused('store-away', 'no store', 'Bring it back.')) };
  await expect(publishAll(publisher)).rejects.toMatchObject({ code: 'store-away' });
});
