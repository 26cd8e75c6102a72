import { type Row, textOf } from './values.ts';

/** Stands in accounts whose creation has not come to its end, for admins to read. */
export const unfinishedPlace = 'adminDisplayName';
export const unfinishedText = 'Rollcall is making this account';

export const isUnfinished = (row: Row): boolean => textOf(row, unfinishedPlace) === unfinishedText;
