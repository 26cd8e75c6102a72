import type { Person } from './model.ts';

/** Works here at this moment, and is nobody in doubt: only such a person is asked, decides, or stands in for somebody. */
export const worksHere = ({ status, twins }: Pick<Person, 'status' | 'twins'>): boolean =>
  status === 'active' && twins.length === 0;
