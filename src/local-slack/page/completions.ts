import type { WorkspaceState } from '../model.ts';
import { externalValue } from './element-state.ts';
import { type Html, html } from './html.ts';
import { people, type Viewer, visibleChannels } from './viewer.ts';

type Completion = { insert: string; title: string; detail?: string | undefined };

function renderOptions(completions: readonly Completion[], replace: number): Html {
  return html`${completions.map(
    ({ insert, title, detail }, index) =>
      html`<div role="option" id="completion-${index}" aria-selected="${index === 0 ? 'true' : 'false'}" data-insert="${insert}" data-replace="${replace}"><b>${title}</b>${detail && html` <span>${detail}</span>`}</div>`,
  )}`;
}

function commandCompletions(state: WorkspaceState, line: string): Html {
  const [word = ''] = line.split(/\s/);
  if (word.length < line.length) {
    const command = state.commands.find((one) => one.command === word);
    return command?.usageHint ? html`<p class="usage"><b>${command.command}</b> ${command.usageHint}</p>` : html``;
  }
  const fitting = state.commands.filter(({ command }) => command.startsWith(word));
  const completions = fitting.map(({ command, usageHint, description }) => ({
    insert: `${command} `,
    title: `${command}${usageHint ? ` ${usageHint}` : ''}`,
    detail: description,
  }));
  return renderOptions(completions, word.length);
}

/** Suggestions for what stands before the caret: commands at the start of a line, people after `@`, channels after `#`. */
export function renderCompletions(state: WorkspaceState, viewer: Viewer, typed: string): Html {
  const [, mark = '', start = ''] = /(?:^|[\s(])([@#])([\w.-]*)$/.exec(typed) ?? [];
  const wanted = start.toLowerCase();
  if (mark === '@') {
    const fitting = people(viewer).filter((one) =>
      `${one.name} ${one.realName}`
        .toLowerCase()
        .split(/\s/)
        .some((part) => part.startsWith(wanted)),
    );
    return renderOptions(
      fitting.slice(0, 8).map(({ name, realName }) => ({ insert: `@${name} `, title: realName, detail: `@${name}` })),
      start.length + 1,
    );
  }
  if (mark === '#') {
    const fitting = visibleChannels(viewer).filter((one) => one.with === undefined && one.name.startsWith(wanted));
    return renderOptions(
      fitting.slice(0, 8).map(({ name, topic }) => ({ insert: `#${name} `, title: `#${name}`, detail: topic })),
      start.length + 1,
    );
  }
  return typed.startsWith('/') && !typed.includes('\n') ? commandCompletions(state, typed) : html``;
}

/** The bot's answers to an external select's query. */
export function renderSuggestions(options: readonly { text: string; value: string }[]): Html {
  if (options.length === 0) return html`<p class="usage">No result.</p>`;
  return renderOptions(
    options.map((option) => ({ insert: externalValue(option), title: option.text })),
    0,
  );
}
