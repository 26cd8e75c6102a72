import { z } from 'zod';
import { isCalendarDay, timeOf } from '../../core/date.ts';
import { Duration } from '../../core/time-schema.ts';
import type { Token } from './tokens.ts';

/*
 * What stands after a verb. Fields are positional in their order; each can also be given as a flag (`--app crm`). `.meta`: `usage` is
 * how it is written in the usage line, `rest: true` takes all that is left, `flagOnly: true` is never positional, `shown: true` stands
 * in the usage line all the same; `keyword: true` is a flag that may be written as a plain word and takes everything up to the next
 * flag.
 */

/** A mention or words that name somebody or something; several words may be typed without quotes. */
export const Phrase = z.array(z.custom<Token>()).min(1);
export const Word = z.string().trim().min(1).max(200);
export const Id = z.string().trim().min(1).max(1_000);
export const Reason = z.string().trim().min(1).max(500);
const isDate = (text: string): boolean => timeOf(text) !== null;
/** A day, of which the end is meant, or a moment. */
export const Moment = z.string().refine(isDate, 'write 2026-12-31, or 2026-12-31T17:00');
/** The same, or so long from now. */
export const End = z
  .string()
  .refine((text) => isDate(text) || Duration.safeParse(text).success, 'write 2026-12-31, 2026-12-31T17:00 or “3 days”');
export const Day = z.string().refine(isCalendarDay, 'write the day as 2026-12-31');

export const app = Word.optional().meta({ usage: '[app]', flagOnly: true });
export const who = Phrase.optional().meta({ usage: '[person|app]', rest: true });
export const person = Phrase.optional().meta({ usage: '[person]', rest: true });
export const somebody = (usage: string) => Phrase.meta({ usage, rest: true });
export const appAlone = Phrase.meta({ usage: '<app>', rest: true });
export const until = End.optional().meta({ usage: '[--until 2026-12-31]', flagOnly: true, shown: true });
export const reason = Reason.optional().meta({ usage: '[--reason why]', rest: true, flagOnly: true, shown: true });

/** A part of a request only: the people whose operations are decided. */
export const only = Phrase.optional().meta({ usage: '[only person …]', keyword: true, flagOnly: true, shown: true });
/** A page of a list, from 1. */
export const page = z.coerce.number().int().min(1).max(10_000).optional().meta({ usage: '[--page 2]', flagOnly: true });
