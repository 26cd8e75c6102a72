import mongoose from 'mongoose';

/** Times are milliseconds since 1970; indexes on a time or text that may be null hold only the real ones. */
export const isTime = { $gte: 0 };
export const isText = { $gt: '' };

/**
 * The query operators the store uses, each marked as ours: `sanitizeFilter` takes every other `$` for an attack
 * and compares with it instead (https://mongoosejs.com/docs/guide.html#sanitizeFilter).
 */
export const anyOf = (values: readonly string[]) => mongoose.trusted({ $in: [...values] });
export const anyText = (values: readonly string[]) => mongoose.trusted({ $in: [...values], ...isText });
export const between = (from: number, to: number) => mongoose.trusted({ $gte: from, $lte: to });
export const above = <V extends number | string>(value: V) => mongoose.trusted({ $gt: value });
export const atLeast = <V extends number | string>(value: V) => mongoose.trusted({ $gte: value });
export const below = <V extends number | string>(value: V) => mongoose.trusted({ $lt: value });
export const atMost = <V extends number | string>(value: V) => mongoose.trusted({ $lte: value });
/** Behind the first and before the second. */
export const inside = (after: string, before: string) => mongoose.trusted({ $gt: after, $lt: before });
export const otherThan = (value: string) => mongoose.trusted({ $ne: value });
export const noneOf = (values: readonly string[]) => mongoose.trusted({ $nin: [...values] });

/** An array with an element that begins so. */
export const beginning = (text: string) =>
  mongoose.trusted({ $elemMatch: mongoose.trusted({ $gte: text, $lt: `${text}\u{10FFFF}` }) });
/** A text with this somewhere in it. */
export const holding = (text: string) => mongoose.trusted({ $regex: text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&') });
