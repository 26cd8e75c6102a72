/** The name of a sweep by its number: names sort as they were counted, and after the names by chance of earlier versions. */
export const sweepOf = (count: number): string => `t${String(count).padStart(12, '0')}`;
