import { z } from 'zod';
import { FormMeta, PartIds, type State } from './forms/form.ts';

/*
 * Payloads of the forms about the configuration: the fields we use and no more; ids and texts, nothing to trust.
 */

const Option = z.object({ value: z.string().max(75) });
const Held = z.object({
  value: z.string().max(10_000).nullish(),
  selected_option: Option.nullish(),
  selected_options: z.array(Option).max(1_000).nullish(),
});
const View = z.object({
  id: z.string(),
  hash: z.string().default(''),
  private_metadata: z.string().default(''),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), Held)) }).default({ values: {} }),
});
const User = z.object({ id: z.string() });

/** What is in the inputs; each block holds one. */
function stateOf({ state }: Pick<z.infer<typeof View>, 'state'>): State {
  const entries = Object.entries(state.values).map(([block, held]) => {
    const [one] = Object.values(held);
    if (one?.selected_options != null) return [block, one.selected_options.map(({ value }) => value)] as const;
    return [block, one?.selected_option?.value ?? one?.value ?? ''] as const;
  });
  return Object.fromEntries(entries);
}

/** Null: it is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export type FormPress = { user: string; view: string; hash: string; meta: FormMeta; state: State };

const Submission = z.object({ user: User, view: View });

/** A form that was submitted, or in which a button was pressed. */
export function readForm(body: unknown): FormPress {
  const { user, view } = Submission.parse(body);
  const meta = FormMeta.parse(jsonIn(view.private_metadata));
  return { user: user.id, view: view.id, hash: view.hash, meta, state: stateOf(view) };
}

const Press = z.object({
  user: User,
  trigger_id: z.string().default(''),
  container: z.object({ channel_id: z.string().optional() }),
  view: z.object({ id: z.string(), type: z.string() }).nullish(),
  actions: z.array(z.object({ value: z.string().default('') })).min(1),
});

export type PartPress = { user: string; trigger: string; channel: string | null; ids: PartIds };

/** A button of a list: what to add, change or remove. */
export function readPartPress(body: unknown): PartPress {
  const { user, trigger_id: trigger, container, actions } = Press.parse(body);
  const ids = PartIds.parse(jsonIn(actions[0]?.value ?? ''));
  return { user: user.id, trigger, channel: container.channel_id ?? null, ids };
}

const PageIds = PartIds.extend({ page: z.coerce.number().int().min(0).max(10_000) });
export type PartPage = Omit<PartPress, 'ids'> & { ids: z.infer<typeof PageIds> };

/** *Next page* or *Previous page* of a list. */
export function readPartPage(body: unknown): PartPage {
  const { user, trigger_id: trigger, container, actions } = Press.parse(body);
  const ids = PageIds.parse(jsonIn(actions[0]?.value ?? ''));
  return { user: user.id, trigger, channel: container.channel_id ?? null, ids };
}

const ProposalIds = z.strictObject({ proposal: z.string().min(1).max(200), shown: z.string().max(64) });
export type ProposalPress = Omit<PartPress, 'ids'> & {
  ids: z.infer<typeof ProposalIds>;
  /** The modal the button stood in. */
  modal: string | null;
};

/** A button of a proposal's card. */
export function readProposalPress(body: unknown): ProposalPress {
  const { user, trigger_id: trigger, container, view, actions } = Press.parse(body);
  const ids = ProposalIds.parse(jsonIn(actions[0]?.value ?? ''));
  const modal = view?.type === 'modal' ? view.id : null;
  return { user: user.id, trigger, channel: container.channel_id ?? null, ids, modal };
}

const Suggestion = z.object({
  user: User,
  value: z.string().max(200).default(''),
  block_id: z.string().max(255).default(''),
  view: View.partial({ id: true }),
});

/** `block`: the input it was typed into; `state`: what is in the others. */
export type NameSearch = { user: string; text: string; meta: FormMeta; block: string; state: State };

/** What somebody typed into a search of a form. */
export function readNameSearch(body: unknown): NameSearch {
  const { user, value, view, block_id: block } = Suggestion.parse(body);
  const meta = FormMeta.parse(jsonIn(view.private_metadata));
  return { user: user.id, text: value, meta, block, state: stateOf(view) };
}
