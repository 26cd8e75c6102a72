import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/core/login-model.ts';
import { changeNewest } from '../../src/engine/gather.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { aLogin } from '../contracts/store/builders.ts';

const next = (login: Login, change: Partial<Login>): Login => ({ ...login, ...change, version: login.version + 1 });

async function two() {
  const { logins } = memoryStore();
  const [max, mia] = [aLogin('p-max', 'crm', { remoteId: 'r-1' }), aLogin('p-mia', 'crm')];
  await logins.insert([max, mia]);
  return { logins, max, mia };
}

describe('changing the newest version', () => {
  it('goes on from what somebody else wrote meanwhile', async () => {
    const { logins, mia } = await two();
    await logins.swap([{ before: mia, after: next(mia, { attempts: 1 }) }]);
    const written = await changeNewest(logins, mia, (login) => next(login, { attempts: login.attempts + 1 }));
    expect(written).toMatchObject({ version: 2, attempts: 2 });
  });

  it('does not try for ever what a unique key of another document forbids', async () => {
    const { logins, mia } = await two();
    const claim = (login: Login) => next(login, { remoteId: 'r-1' });
    expect(await changeNewest(logins, mia, claim)).toBeNull();
    expect(await logins.get(mia.id)).toEqual(mia);
    const instead = await changeNewest(logins, mia, claim, (login) => next(login, { candidates: ['r-1'] }));
    expect(instead).toMatchObject({ version: 1, remoteId: null, candidates: ['r-1'] });
    expect(await changeNewest(logins, instead ?? mia, claim, claim)).toBeNull();
  });
});
