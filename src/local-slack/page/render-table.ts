import type { DataTableBlock, TableBlock } from '@slack/types';
import { type Html, html } from './html.ts';
import { renderRichText } from './render-rich-text.ts';
import type { Viewer } from './viewer.ts';

type Cell = TableBlock['rows'][number][number];

function renderCell(cell: Cell, viewer: Viewer): Html {
  return cell.type === 'rich_text' ? renderRichText(cell, viewer) : html`${cell.text}`;
}

/** A `table` or `data_table`: the first row heads the columns; wide ones scroll inside the message. */
export function renderTable(block: TableBlock | DataTableBlock, viewer: Viewer): Html {
  const settings = block.type === 'table' ? (block.column_settings ?? []) : [];
  const caption = block.type === 'data_table' ? html`<caption>${block.caption}</caption>` : undefined;
  const look = (column: number) => {
    const { align = 'left', is_wrapped: wrapped = true } = settings[column] ?? {};
    return html`class="${align}${!wrapped && ' nowrap'}"`;
  };
  const [head = [], ...rows] = block.rows;
  const heads = head.map((cell, column) => html`<th scope="col" ${look(column)}>${renderCell(cell, viewer)}</th>`);
  const body = rows.map((row) => {
    const cells = row.map((cell, column) => html`<td ${look(column)}>${renderCell(cell, viewer)}</td>`);
    return html`<tr>${cells}</tr>`;
  });
  return html`<div class="table" tabindex="0" role="region" aria-label="Table"><table>${caption}<thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}
