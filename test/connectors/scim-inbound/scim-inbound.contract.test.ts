import { testDirectory } from '../../contracts/directory.ts';
import { startPushing, told } from './pushing.ts';

testDirectory({
  name: 'scim-inbound',
  start: startPushing,
  told,
  nonsense: {
    'a field that is none': { token: 'x' },
    'no hours at all': { fullReadHours: 0 },
    'an attribute of nothing': { attributes: { badge: '' } },
  },
  skip: [
    {
      test: 'has a fingerprint that stays while nothing changes and changes with the content',
      reason: 'to ask what changed costs no more than to ask whether',
    },
    { test: 'under faults', reason: 'nothing is called: what is read is in our own store' },
  ],
});
