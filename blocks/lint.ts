import type { HomeView, KnownBlock, ModalView, Option } from '@slack/types';
import { bytesOf } from './fitting.ts';
import { limits, type Message } from './kit.ts';
import { weightOf } from './list.ts';

/*
 * Slack's rules for what we send (docs.slack.dev/reference/block-kit), and ours: nothing unescaped, no emoji without a word.
 * Used by tests on every builder; it knows the blocks we use and refuses all others.
 */

/** What is wrong with a message; empty when nothing is. */
export function lintMessage({ text, blocks }: Message): string[] {
  const weight = weightOf(blocks) + blocks.length * limits.perBlock;
  return [
    ...length('text', text, 1, limits.fallback),
    ...markupProblems('text', text),
    ...range('blocks', blocks.length, 1, limits.messageBlocks),
    ...(weight > 13_400 ? [`blocks: ${weight} characters in all (msg_blocks_too_long)`] : []),
    ...blocks.flatMap((block, index) => blockProblems(`blocks/${index}`, block, 'message')),
  ];
}

/** What is wrong with a modal or a home view. */
export function lintView(view: ModalView | HomeView): string[] {
  const blocks = view.blocks as KnownBlock[];
  return [
    ...range('blocks', blocks.length, 1, limits.viewBlocks),
    ...(view.private_metadata === undefined ? [] : length('metadata', view.private_metadata, 0, limits.metadata)),
    ...(view.callback_id === undefined ? [] : length('callback_id', view.callback_id, 1, limits.id)),
    ...(bytesOf(view) > limits.view ? [`view: ${bytesOf(view)} bytes (view_too_large)`] : []),
    ...(view.type === 'modal' ? modalProblems(view, blocks) : []),
    ...blocks.flatMap((block, index) => blockProblems(`blocks/${index}`, block, view.type)),
    ...duplicates(blocks.flatMap((block) => block.block_id ?? [])).map((id) => `block_id ${id} twice`),
  ];
}

function modalProblems(view: ModalView, blocks: readonly KnownBlock[]): string[] {
  const titles = { title: view.title, submit: view.submit, close: view.close };
  const asks = blocks.some((block) => block.type === 'input');
  return [
    ...Object.entries(titles).flatMap(([name, text]) => (text ? length(name, text.text, 1, limits.title) : [])),
    ...(asks && view.submit === undefined ? ['submit: missing beside an input'] : []),
  ];
}

type Surface = 'message' | 'modal' | 'home';

function blockProblems(at: string, block: KnownBlock, surface: Surface): string[] {
  switch (block.type) {
    case 'section':
      return [
        ...(block.text === undefined && block.fields === undefined ? [`${at}: neither text nor fields`] : []),
        ...(block.text === undefined ? [] : textProblems(at, block.text, limits.text)),
        ...(block.fields === undefined ? [] : range(`${at}/fields`, block.fields.length, 1, limits.fields)),
        ...(block.fields ?? []).flatMap((field) => textProblems(`${at}/fields`, field, limits.field)),
        ...(block.accessory === undefined ? [] : elementProblems(`${at}/accessory`, block.accessory)),
      ];
    case 'context':
      return [
        ...range(`${at}/elements`, block.elements.length, 1, limits.context),
        ...block.elements.flatMap((part) => ('text' in part ? textProblems(at, part, limits.field) : [])),
      ];
    case 'header':
      return textProblems(at, block.text, limits.header);
    case 'actions':
      return [
        ...range(`${at}/elements`, block.elements.length, 1, limits.actions),
        ...duplicates(block.elements.map((part) => part.action_id ?? '')).map((id) => `${at}: action_id ${id} twice`),
        ...block.elements.flatMap((part) => elementProblems(at, part)),
      ];
    case 'input':
      return [
        ...(surface === 'message' ? [`${at}: no inputs in messages`] : []),
        ...textProblems(at, block.label, limits.label),
        ...(block.hint === undefined ? [] : textProblems(at, block.hint, limits.label)),
        ...inputProblems(`${at}/element`, block.element),
      ];
    case 'divider':
      return [];
    default:
      return [`${at}: ${block.type} is a block we do not use`];
  }
}

type Element =
  | Extract<KnownBlock, { type: 'actions' }>['elements'][number]
  | NonNullable<Extract<KnownBlock, { type: 'section' }>['accessory']>;

function elementProblems(at: string, element: Element): string[] {
  if (element.type !== 'button') return [`${at}: ${element.type} is an element we do not use`];
  const { confirm } = element;
  return [
    ...textProblems(`${at}/button`, element.text, limits.button),
    ...length(`${at}/value`, element.value ?? '', 0, limits.value),
    ...length(`${at}/action_id`, element.action_id ?? '', 1, limits.id),
    ...length(`${at}/label`, element.accessibility_label ?? '–', 1, limits.button),
    ...(element.url === undefined ? [] : addressProblems(`${at}/url`, element.url)),
    ...(confirm?.title === undefined ? [] : textProblems(`${at}/confirm`, confirm.title, limits.confirmTitle)),
    ...(confirm === undefined ? [] : textProblems(`${at}/confirm`, confirm.text, limits.confirmText)),
    ...(confirm?.confirm === undefined ? [] : textProblems(`${at}/confirm`, confirm.confirm, limits.confirmButton)),
  ];
}

const addressProblems = (at: string, url: string): string[] => [
  ...length(at, url, 1, limits.address),
  ...(/^https?:\/\//.test(url) ? [] : [`${at}: no address a browser opens`]),
];

type Asking = Extract<KnownBlock, { type: 'input' }>['element'];

function inputProblems(at: string, element: Asking): string[] {
  switch (element.type) {
    case 'plain_text_input':
      return [];
    case 'datepicker':
      return [];
    case 'static_select':
      return [
        ...range(`${at}/options`, element.options?.length ?? 0, 1, limits.options),
        ...(element.options ?? []).flatMap((each) => optionProblems(at, each)),
        ...(element.initial_option === undefined ? [] : optionProblems(at, element.initial_option)),
        ...(element.placeholder === undefined ? [] : textProblems(at, element.placeholder, limits.placeholder)),
      ];
    case 'checkboxes':
      return [
        ...range(`${at}/options`, element.options.length, 1, limits.radios),
        ...element.options.flatMap((each) => optionProblems(at, each)),
      ];
    case 'external_select':
      return [
        ...(element.initial_option === undefined ? [] : optionProblems(at, element.initial_option)),
        ...(element.placeholder === undefined ? [] : textProblems(at, element.placeholder, limits.placeholder)),
      ];
    case 'radio_buttons':
      return [
        ...range(`${at}/options`, element.options.length, 1, limits.radios),
        ...element.options.flatMap((each) => optionProblems(at, each)),
      ];
    case 'multi_external_select': {
      const chosen = element.initial_options ?? [];
      return [
        ...range(`${at}/chosen`, chosen.length, 0, limits.options),
        ...chosen.flatMap((each) => optionProblems(at, each)),
        ...(element.placeholder === undefined ? [] : textProblems(at, element.placeholder, limits.placeholder)),
      ];
    }
    default:
      return [`${at}: ${element.type} is an input we do not use`];
  }
}

/** What is wrong with an option of a menu. */
export function optionProblems(at: string, { text, value, description }: Option): string[] {
  return [
    // What is chosen among is often named by people, and a name may be an emoji.
    ...length(`${at}/option`, text.text, 1, limits.option),
    ...rawProblems(`${at}/option`, text.text),
    ...length(`${at}/value`, value ?? '', 1, limits.option),
    ...(description === undefined ? [] : textProblems(`${at}/description`, description, limits.option)),
  ];
}

function textProblems(at: string, text: { type: string; text: string }, limit: number): string[] {
  const own = text.type === 'mrkdwn' ? markupProblems(at, text.text) : plainProblems(at, text.text);
  return [...length(at, text.text, 1, limit), ...own];
}

/** Mentions, moments, and links to our own one-time pages. */
const allowed =
  /<@[UW][A-Z0-9]+>|<!date\^-?\d+\^[^|<>^]+\|[^<>|]+>|<https?:\/\/[^\s<>|]+\/(?:once|step-up|saml)\/[^\s<>|]+\|[^<>|]+>/g;
const entity = /&(amp|lt|gt);/g;
const hidden = /[\p{Cf}\p{Bidi_Control}\p{Cs}\u200B-\u200F\u2060]/u;
const onlyEmoji = /^(\s|\p{Extended_Pictographic}|\uFE0F)+$/u;

function markupProblems(at: string, text: string): string[] {
  const rest = text.replace(allowed, '').replace(entity, '');
  return [
    ...(/[<>&]/.test(rest) ? [`${at}: unescaped in "${rest.slice(0, 80)}"`] : []),
    ...(hidden.test(text) ? [`${at}: invisible characters`] : []),
    ...(/[^\P{Cc}\n]/u.test(text) ? [`${at}: control characters`] : []),
    ...(onlyEmoji.test(text) ? [`${at}: an emoji without a word`] : []),
  ];
}

/** Of any plain text, also where it is a name somebody gave. */
const rawProblems = (at: string, text: string): string[] =>
  /[<>]|\p{Cc}/u.test(text) || hidden.test(text) ? [`${at}: raw brackets, control or invisible characters`] : [];

const plainProblems = (at: string, text: string): string[] => [
  ...rawProblems(at, text),
  ...(onlyEmoji.test(text) ? [`${at}: an emoji without a word`] : []),
];

const range = (at: string, value: number, least: number, most: number): string[] =>
  value < least || value > most ? [`${at}: ${value}, allowed ${least} to ${most}`] : [];

const length = (at: string, text: string, least: number, most: number): string[] =>
  range(`${at} length`, text.length, least, most);

const duplicates = (ids: readonly string[]): string[] => ids.filter((id, index) => ids.indexOf(id) !== index);
