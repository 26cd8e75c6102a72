import type {
  ImageBlock,
  ImageElement,
  InputBlock,
  KnownBlock,
  PlanBlock,
  SectionBlock,
  TaskCardBlock,
} from '@slack/types';
import type { OpenView } from '../model.ts';
import { type Html, html, link } from './html.ts';
import { domId, renderElement } from './render-element.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderRichText } from './render-rich-text.ts';
import { renderTable } from './render-table.ts';
import { plainText, renderText } from './render-text.ts';
import type { Viewer } from './viewer.ts';

/** What blocks are drawn for: `scope` keeps DOM ids unique; `errors` and `values` are the form's. */
export type BlockContext = {
  viewer: Viewer;
  scope: string;
  errors?: OpenView['errors'];
  values?: OpenView['values'];
};

/** The page loads nothing from elsewhere: an image is its description and a link to it. */
function renderImage(image: ImageBlock | ImageElement, title?: string): Html {
  const address = 'image_url' in image ? image.image_url : 'url' in image.slack_file ? image.slack_file.url : '';
  return html`<figure>${title && html`<figcaption>${title}</figcaption>`}${link(address, html`<span role="img" aria-label="${image.alt_text}">🖼 ${image.alt_text}</span>`)}</figure>`;
}

function renderSection(section: SectionBlock, context: BlockContext): Html {
  const { accessory, fields } = section;
  const spot = { ...context, blockId: section.block_id ?? '', live: true };
  const side = accessory && (accessory.type === 'image' ? renderImage(accessory) : renderElement(accessory, spot));
  return html`<div class="section"><div class="text">${section.text && renderText(section.text, context.viewer)}${
    fields &&
    html`<div class="fields">${fields.map((each) => html`<div>${renderText(each, context.viewer)}</div>`)}</div>`
  }</div>${side && html`<div class="accessory">${side}</div>`}</div>`;
}

function renderInputBlock(input: InputBlock, context: BlockContext): Html {
  const { scope, errors } = context;
  const blockId = input.block_id ?? '';
  const at = { scope, blockId };
  const label = plainText(input.label);
  const error = Object.hasOwn(errors ?? {}, blockId) ? errors?.[blockId] : undefined;
  const [hintId, errorId] = [domId(at, 'hint'), domId(at, 'error')];
  const described = [input.hint && hintId, error !== undefined && errorId].filter(Boolean).join(' ');
  const element = renderElement(input.element, {
    ...context,
    blockId,
    label,
    live: input.dispatch_action ?? false,
    describedBy: described,
    invalid: error !== undefined,
    required: !input.optional,
  });
  const mark = input.optional ? html` <span class="optional">(optional)</span>` : undefined;
  return html`<div class="field"><label for="${domId(at, input.element.action_id ?? input.element.type)}">${label}${mark}</label>
${element}${error !== undefined && html`<p class="error" role="alert" id="${errorId}">${error}</p>`}${input.hint && html`<p class="hint" id="${hintId}">${plainText(input.hint)}</p>`}</div>`;
}

const taskStates: Record<string, [mark: string, word: string]> = {
  pending: ['○', 'Pending'],
  in_progress: ['◐', 'In progress'],
  complete: ['✓', 'Complete'],
  error: ['✕', 'Failed'],
};

function renderTask(task: TaskCardBlock, viewer: Viewer): Html {
  const [mark = '', word = ''] = taskStates[task.status] ?? [];
  const more = [task.details, task.output].map((each) => each && renderRichText(each, viewer));
  return html`<div class="task ${task.status}"><span role="img" aria-label="${word}">${mark}</span><div>${task.title}${more}</div></div>`;
}

function renderPlan({ title, tasks }: PlanBlock, viewer: Viewer): Html {
  return html`<div class="plan"><b>${title}</b>${tasks?.map((task) => renderTask(task as TaskCardBlock, viewer))}</div>`;
}

function renderBlock(block: KnownBlock, context: BlockContext): Html {
  const { viewer } = context;
  switch (block.type) {
    case 'header':
      return html`<h3>${plainText(block.text)}</h3>`;
    case 'section':
      return renderSection(block, context);
    case 'divider':
      return html`<hr>`;
    case 'context_actions':
    case 'actions': {
      const spot = { ...context, blockId: block.block_id ?? '', live: true };
      return html`<div class="actions">${block.elements.map((each) => renderElement(each, spot))}</div>`;
    }
    case 'context':
      return html`<div class="context">${block.elements.map((each) =>
        each.type === 'image' ? renderImage(each) : html`<span>${renderText(each, viewer)}</span>`,
      )}</div>`;
    case 'image':
      return renderImage(block, plainText(block.title));
    case 'input':
      return renderInputBlock(block, context);
    case 'rich_text':
      return renderRichText(block, viewer);
    case 'markdown':
      return renderMarkdown(block.text);
    case 'table':
    case 'data_table':
      return renderTable(block, viewer);
    case 'alert':
      return html`<div class="alert ${block.level ?? 'default'}">${renderText(block.text, viewer)}</div>`;
    case 'task_card':
      return renderTask(block, viewer);
    case 'plan':
      return renderPlan(block, viewer);
    default:
      return html`<p class="unsupported">A “${block.type}” block: not drawn in this workspace.</p>`;
  }
}

/** One block that is not what its type says must not take the page down with it. */
function renderSafely(block: KnownBlock, context: BlockContext): Html {
  try {
    return renderBlock(block, context);
  } catch (error) {
    return html`<p class="unsupported">A “${block.type}” block that cannot be drawn: ${String(error)}</p>`;
  }
}

/** Block Kit as HTML. Blocks are keyed by block_id, so that a redraw keeps what the person typed. */
export function renderBlocks(blocks: readonly KnownBlock[], context: BlockContext): Html {
  return html`${blocks.map((block, index) => html`<div class="block" data-type="${block.type}" data-key="${block.block_id ?? `#${index}`}">${renderSafely(block, context)}</div>`)}`;
}
