import { z } from 'zod';

/** Name of an app, role, directory, mapping or rule: an immutable key, shown as it is written. */
export const name = z
  .string()
  .trim()
  .min(1, 'give it a name')
  .max(80, 'at most 80 characters')
  .regex(/^[^\p{Cc}]+$/u, 'no control characters');
