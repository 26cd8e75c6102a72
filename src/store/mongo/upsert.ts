import { isDuplicate } from './failures.ts';

/** Two upserts of one id at the same moment: the loser finds it there the second time (MongoDB manual, *Upsert with unique index*). */
export async function againIfTaken<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return upsert();
  }
}
