import { z } from 'zod';
import { chooseInputs, questionInput, reasonInput, requestInputs } from '../../blocks/ids.ts';
import { PageMetadata, Where } from './payload.ts';

/*
 * Forms that were submitted, and searches in them: the fields we use and no more; ids and texts, nothing to trust.
 */

/** What the reject modal carries; ids only. */
export const RejectMetadata = z.object({ approval: z.string(), edition: z.number().int(), where: Where });
export type RejectMetadata = z.infer<typeof RejectMetadata>;

const Option = z.object({ value: z.string().max(75) });
const Held = z.object({
  value: z.string().nullish(),
  selected_option: Option.nullish(),
  selected_date: z.string().nullish(),
  selected_options: z.array(Option).max(1_000).nullish(),
});
const Submission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Held)) }),
  }),
});
type Submission = z.infer<typeof Submission>;

/** What one input of a submitted form holds. */
const heldIn = ({ view }: Submission, { block, action }: { block: string; action: string }) =>
  view.state.values[block]?.[action];

/** The reason in a form; an empty one is none. */
function reasonIn(submission: Submission): string | null {
  const reason = heldIn(submission, reasonInput)?.value?.trim() ?? '';
  return reason === '' ? null : reason;
}

export type Question = RejectMetadata & { user: string; text: string };

/** A submitted question. */
export function readQuestion(body: unknown): Question {
  const submission = Submission.parse(body);
  const metadata = RejectMetadata.parse(JSON.parse(submission.view.private_metadata));
  const text = heldIn(submission, questionInput)?.value?.trim() ?? '';
  return { ...metadata, user: submission.user.id, text };
}

export type Rejection = RejectMetadata & { user: string; reason: string | null };

/** A submitted reject modal. An empty reason is none. */
export function readRejection(body: unknown): Rejection {
  const submission = Submission.parse(body);
  const metadata = RejectMetadata.parse(JSON.parse(submission.view.private_metadata));
  return { ...metadata, user: submission.user.id, reason: reasonIn(submission) };
}

/** `app crm`, `role Sales people` */
const What = z
  .string()
  .regex(/^(app|role) .+$/, 'an option names an app or a role')
  .transform((text) => {
    const space = text.indexOf(' ');
    return { kind: z.enum(['app', 'role']).parse(text.slice(0, space)), name: text.slice(space + 1) };
  });

export type Submitted = {
  user: string;
  what: { kind: 'app' | 'role'; name: string };
  why: string;
  until: string | null;
};

/** The submitted form that asks for access. */
export function readRequest(body: unknown): Submitted {
  const submission = Submission.parse(body);
  const what = What.parse(heldIn(submission, requestInputs.what)?.selected_option?.value);
  const why = heldIn(submission, requestInputs.why)?.value ?? '';
  return { user: submission.user.id, what, why, until: heldIn(submission, requestInputs.until)?.selected_date ?? null };
}

const Act = z.enum(['approve', 'reject']);
/** What the modal that asks once more carries: which request, what becomes of those chosen, and why. */
export const ChosenMetadata = RejectMetadata.extend({ act: Act, reason: z.string().nullable() });
export type ChosenMetadata = z.infer<typeof ChosenMetadata>;

/** Operations chosen out of a request: whose and which, as their options carry it. */
export type ChosenOnes = { person: string; operation: string }[];
export type Chosen = ChosenMetadata & { user: string; chosen: ChosenOnes };

/** The submitted choice, before it is confirmed. */
export function readChoice(body: unknown): Chosen {
  const submission = Submission.parse(body);
  const metadata = RejectMetadata.parse(JSON.parse(submission.view.private_metadata));
  const act = Act.parse(heldIn(submission, chooseInputs.act)?.selected_option?.value);
  const chosen = chosenIn(submission, chooseInputs.which);
  return { ...metadata, user: submission.user.id, act, reason: act === 'reject' ? reasonIn(submission) : null, chosen };
}

/** The choice as it was confirmed. */
export function readChosen(body: unknown): Chosen {
  const submission = Submission.parse(body);
  const metadata = ChosenMetadata.parse(JSON.parse(submission.view.private_metadata));
  return { ...metadata, user: submission.user.id, chosen: chosenIn(submission, chooseInputs.chosen) };
}

const chosenIn = (submission: Submission, input: { block: string; action: string }): ChosenOnes =>
  (heldIn(submission, input)?.selected_options ?? []).map(({ value }) => {
    const [person = '', operation = ''] = value.split(' ');
    return { person, operation };
  });

const Suggestion = z.object({
  user: z.object({ id: z.string() }),
  value: z.string().default(''),
  view: z.object({ private_metadata: z.string() }),
});

/** What somebody typed into the search of the choose modal. */
export function readSuggestion(body: unknown): { user: string; approval: string; text: string } {
  const { user, value, view } = Suggestion.parse(body);
  const { approval } = PageMetadata.parse(JSON.parse(view.private_metadata));
  return { user: user.id, approval, text: value.trim().slice(0, 200) };
}

const Typed = z.object({ user: z.object({ id: z.string() }), value: z.string().default('') });

/** What somebody typed into a search. */
export function readTyped(body: unknown): { user: string; text: string } {
  const { user, value } = Typed.parse(body);
  return { user: user.id, text: value.trim().slice(0, 200) };
}
