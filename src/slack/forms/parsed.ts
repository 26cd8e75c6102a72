import type { z } from 'zod';
import { problemsOf } from '../../core/config-problem.ts';
import { type Misfit, sentenceOf } from './form.ts';

/** What was written, read by the schema of the configuration; what is wrong is told at its block, or at `otherwise`. */
export function parsedAs<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  blockOf: (path: string) => string | null,
  otherwise: string,
): { value: T } | Misfit {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data };
  const errors: Record<string, string> = {};
  for (const problem of problemsOf(parsed.error, raw, [], [])) {
    const block = blockOf(problem.path) ?? otherwise;
    errors[block] ??= sentenceOf(problem);
  }
  return { errors };
}
