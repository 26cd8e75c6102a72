import { z } from 'zod';

export const operators = [
  '=',
  '!=',
  'contains',
  'starts-with',
  'ends-with',
  'in',
  'not-in',
  '>',
  '<',
  'matches',
  'exists',
] as const;

export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export const SimpleCondition = z.strictObject({
  attribute: z.string().min(1),
  operator: z.enum(operators),
  value: z.union([Scalar, z.array(Scalar)]).optional(),
});
export type SimpleCondition = z.infer<typeof SimpleCondition>;
export type Match = 'all' | 'any';
/** A condition, or a nested group of them. */
export type Condition = SimpleCondition | { match: Match; conditions: Condition[] };
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([SimpleCondition, z.strictObject({ match: z.enum(['all', 'any']), conditions: z.array(Condition).min(1) })]),
);

export const group = { match: z.enum(['all', 'any']).default('all'), conditions: z.array(Condition).default([]) };
