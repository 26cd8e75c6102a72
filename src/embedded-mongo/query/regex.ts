import { badValue, notSupported } from '../mongo-error.ts';
import { regexParts } from './compare.ts';
import { location } from './location-error.ts';
import { typeOf } from './value.ts';

/** JavaScript's expressions backtrack and would hold the store's only thread, so patterns are kept short. */
const LONGEST_PATTERN = 1_024;

/** A test over one value from a regular expression or a `$regex` operand with its `$options`. Never stateful. */
export function regexTest(operand: unknown, options?: unknown): (value: unknown) => boolean {
  const [pattern, flags] = partsOf(operand, options);
  const expression = compile(pattern, flags);
  return (value) => {
    const type = typeOf(value);
    if (type === 'string' || type === 'symbol') return expression.test(String(value));
    if (type !== 'regex') return false;
    const [otherPattern, otherFlags] = regexParts(value);
    return otherPattern === pattern && otherFlags === flags;
  };
}

function partsOf(operand: unknown, options: unknown): [string, string] {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof operand === 'string') return [operand, [...(options ?? '')].sort().join('')];
  if (typeOf(operand) !== 'regex') throw badValue('$regex has to be a string');
  const [pattern, flags] = regexParts(operand);
  if (flags && options !== undefined) throw location(51075, 'options set in both $regex and $options');
  return [pattern, options ?? flags];
}

function compile(pattern: string, options: string): RegExp {
  if (pattern.includes('\0')) throw badValue('Regular expression cannot contain an embedded null byte');
  if (pattern.length > LONGEST_PATTERN) {
    throw notSupported(
      `Regular expressions longer than ${LONGEST_PATTERN} characters are not supported by the built-in store`,
    );
  }
  const invalid = [...options].find((flag) => !'imsxu'.includes(flag));
  if (invalid) throw location(51108, `invalid flag in regex options: ${invalid}`);
  if (options.includes('x')) throw notSupported('The regex option x is not supported by the built-in store');
  return native(pattern, options.replace('u', ''));
}

/** In Unicode mode where the pattern allows it, since MongoDB matches characters, not UTF-16 units. */
function native(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    return loose(pattern, flags);
  }
}

function loose(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw location(51091, `Regular expression is invalid: ${reason}`);
  }
}
