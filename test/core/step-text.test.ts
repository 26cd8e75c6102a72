import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Step } from '../../src/core/app-schema.ts';
import { stepIn, stepText } from '../../src/core/step-text.ts';

const word = fc
  .oneof(
    fc.constantFrom('manager', 'owners', 'approvers', 'admins', 'U024BE7LH', 'else@acme.test', 'of@2.test'),
    fc.emailAddress(),
  )
  .filter((one) => !one.includes(','));
const steps = fc.record(
  {
    who: fc.array(word, { minLength: 1, maxLength: 3 }),
    fallback: fc.array(word, { maxLength: 2 }),
    quorum: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ['who', 'fallback'] },
);

describe('a step of an approval', () => {
  it('is written on one line, and read back as it was', () => {
    fc.assert(
      fc.property(steps, (step) => {
        expect(Step.parse(stepIn(stepText(step)))).toEqual(step);
      }),
    );
  });

  it.each([
    ['manager', { who: ['manager'], fallback: [] }],
    [' 2 of owners,sec@acme.test  ELSE admins ', { who: ['owners', 'sec@acme.test'], fallback: ['admins'], quorum: 2 }],
    ['', { who: [], fallback: [] }],
    ['else admins', { who: ['else admins'], fallback: [] }],
  ])('is read as people write it: “%s”', (line, step) => {
    expect(stepIn(line)).toEqual(step);
  });
});
