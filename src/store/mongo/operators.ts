import mongoose from 'mongoose';

/**
 * The query operators the store uses, each marked as ours: `sanitizeFilter` takes every other `$` for an attack
 * and compares with it instead (https://mongoosejs.com/docs/guide.html#sanitizeFilter).
 */
export const anyOf = (values: readonly string[]) => mongoose.trusted({ $in: [...values] });
export const anyText = (values: readonly string[]) => mongoose.trusted({ $in: [...values], $gt: '' });
export const between = (from: number, to: number) => mongoose.trusted({ $gte: from, $lte: to });
export const atLeast = (value: number) => mongoose.trusted({ $gte: value });
export const below = (value: number) => mongoose.trusted({ $lt: value });
export const atMost = (value: number) => mongoose.trusted({ $lte: value });
export const above = (value: number) => mongoose.trusted({ $gt: value });
export const textAbove = (value: string) => mongoose.trusted({ $gt: value });
export const textFrom = (value: string) => mongoose.trusted({ $gte: value });
export const textBelow = (value: string) => mongoose.trusted({ $lt: value });
export const otherThan = (value: string) => mongoose.trusted({ $ne: value });
export const beginning = (text: string) =>
  mongoose.trusted({ $elemMatch: mongoose.trusted({ $gte: text, $lt: `${text}\u{10FFFF}` }) });
export const holding = (text: string) => mongoose.trusted({ $regex: text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&') });

/** Times are stored as milliseconds; indexes on a time that may be null hold only the real ones. */
export const isTime = { $gte: 0 };
export const isText = { $gt: '' };
