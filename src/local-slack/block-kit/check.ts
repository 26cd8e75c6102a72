import type { KnownBlock, View } from '@slack/types';
import type { z } from 'zod';
import { messageBlocks, viewSchema } from './blocks.ts';
import { elementsOf } from './parts.ts';

/** Slack's own words for what is wrong, each with a JSON pointer: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: readonly string[] };

/** Checks the blocks of a message. `path` is the pointer to them. */
export const checkBlocks = (input: unknown, path: readonly string[] = ['blocks']): Checked<KnownBlock[]> => {
  const parsed = messageBlocks.safeParse(input, { reportInput: true });
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap((issue) => describe(issue, path)) };
  const blocks = parsed.data as KnownBlock[];
  const problems = [...repeats(blocks, path), ...markdownTotal(blocks, path)];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: blocks };
};

/** Checks a modal or a home view. */
export const checkView = (input: unknown): Checked<View> => {
  const parsed = viewSchema.safeParse(input, { reportInput: true });
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => describe(issue, ['view'])) };
  const view = parsed.data as View;
  const blocks = view.blocks as KnownBlock[];
  const problems = [...repeats(blocks, ['view', 'blocks']), ...focus(blocks, ['view', 'blocks'])];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: view };
};

const limit = 13_400;
const perBlock = 125;

/**
 * Whether all text of a message is within what chat.* methods take (`msg_blocks_too_long`). Slack documents no number; this one
 * agrees with the measurements in slackapi/bolt-js issues 2509 and 2867 (13,297 characters in one block, 125 less for each more).
 */
export const fitsTogether = (blocks: readonly KnownBlock[]): boolean =>
  textLength(blocks) + perBlock * blocks.length <= limit;

function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let total = 0;
  for (const [key, inner] of Object.entries(value)) {
    total += key === 'text' && typeof inner === 'string' ? inner.length : textLength(inner);
  }
  return total;
}

const pointer = (path: readonly PropertyKey[]): string => `[json-pointer:/${path.map(String).join('/')}]`;

function describe(issue: z.core.$ZodIssue, base: readonly string[]): string[] {
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `invalid additional property: ${key} ${pointer(path)}`);
    case 'too_big':
      return [`${tooMuch(issue)} ${pointer(path)}`];
    case 'too_small':
      return [`${tooLittle(issue)} ${pointer(path)}`];
    case 'custom':
      return [`${issue.message} ${pointer(path)}`];
    case 'invalid_union':
    case 'invalid_value':
      return [describeValue(issue.input, path)];
    case 'invalid_type':
      if (issue.input === undefined) return [missing(path)];
      return [`must provide a ${issue.expected} ${pointer(path)}`];
    default:
      return [`invalid value ${pointer(path)}`];
  }
}

/** A union on `type` and a literal `type` fail alike. */
function describeValue(input: unknown, path: readonly PropertyKey[]): string {
  if (path.at(-1) !== 'type') return input === undefined ? missing(path) : `invalid value ${pointer(path)}`;
  const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : input;
  return typeof type === 'string' ? `unsupported type: ${type} ${pointer(path)}` : missing(path);
}

const missing = (path: readonly PropertyKey[]): string =>
  `missing required field: ${String(path.at(-1))} ${pointer(path.slice(0, -1))}`;

function tooMuch(issue: z.core.$ZodIssueTooBig): string {
  if (issue.origin === 'string') return `must be less than ${Number(issue.maximum) + 1} characters`;
  if (issue.origin === 'array') return `no more than ${issue.maximum} items allowed`;
  return `must be no more than ${issue.maximum}`;
}

function tooLittle(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string') return `must be more than ${Number(issue.minimum) - 1} characters`;
  if (issue.origin === 'array') return `no fewer than ${issue.minimum} items allowed`;
  return `must be no less than ${issue.minimum}`;
}

/** A block_id is unique in its message or view, an action_id in its block. */
function repeats(blocks: readonly KnownBlock[], path: readonly string[]): string[] {
  const problems: string[] = [];
  const blockIds = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    if (block.block_id !== undefined && blockIds.has(block.block_id)) {
      problems.push(`\`block_id\` "${block.block_id}" already exists ${pointer([...path, index, 'block_id'])}`);
    }
    if (block.block_id !== undefined) blockIds.add(block.block_id);
    const actionIds = new Set<string>();
    for (const { element, at } of elementsOf(block)) {
      if (element.action_id === undefined) continue;
      if (actionIds.has(element.action_id)) {
        const where = pointer([...path, index, ...at, 'action_id']);
        problems.push(`\`action_id\` "${element.action_id}" already exists ${where}`);
      }
      actionIds.add(element.action_id);
    }
  }
  return problems;
}

function focus(blocks: readonly KnownBlock[], path: readonly string[]): string[] {
  const focused = blocks.flatMap((block, index) =>
    elementsOf(block)
      .filter(({ element }) => element.focus_on_load === true)
      .map(({ at }) => pointer([...path, index, ...at])),
  );
  return focused.slice(1).map((where) => `only one element can be set to \`focus_on_load\` ${where}`);
}

function markdownTotal(blocks: readonly KnownBlock[], path: readonly string[]): string[] {
  const total = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? block.text.length : 0), 0);
  return total > 12_000 ? [`markdown text must be less than 12001 characters in all ${pointer(path)}`] : [];
}
