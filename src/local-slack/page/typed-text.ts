import { people, type Viewer, visibleChannels } from './viewer.ts';

const escapeTyped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function mention(name: string, viewer: Viewer): string | undefined {
  if (['channel', 'here', 'everyone'].includes(name)) return `<!${name}>`;
  const member = [...people(viewer), ...viewer.members].find((one) => one.name.toLowerCase() === name.toLowerCase());
  return member && `<@${member.id}>`;
}

/** Longest name first: `@ada.` at the end of a sentence means `ada`. */
function resolve(word: string, find: (name: string) => string | undefined): string | undefined {
  const bare = word.replace(/[._-]+$/, '');
  return find(word) ?? (find(bare) && `${find(bare)}${word.slice(bare.length)}`);
}

function wirePiece(text: string, viewer: Viewer): string {
  const channel = (name: string) =>
    visibleChannels(viewer).find((one) => one.with === undefined && one.name === name)?.id;
  return escapeTyped(text)
    .replace(/https?:\/\/(?:(?!&[lg]t;)[^\s`|])*[^\s`|.,!?:;)\]'"*_~]/g, (url) => `<${url}>`)
    .replace(/(^|[\s(])([^\s@<>&()]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi, '$1<mailto:$2|$2>')
    .replace(/(^|[\s(*_~])@([\w.-]+)/g, (all, before: string, name: string) => {
      const made = resolve(name, (each) => mention(each, viewer));
      return made ? before + made : all;
    })
    .replace(/(^|[\s(*_~])#([\w.-]+)/g, (all, before: string, name: string) => {
      const made = resolve(name, (each) => channel(each) && `<#${channel(each)}|${each}>`);
      return made ? before + made : all;
    });
}

/**
 * What a person typed → Slack's wire form: `& < >` as entities; people, channels, addresses in angle brackets, except in code.
 */
export function wireText(typed: string, viewer: Viewer): string {
  return typed
    .split(/(`[^`]+`)/)
    .map((piece, index) => (index % 2 === 1 ? escapeTyped(piece) : wirePiece(piece, viewer)))
    .join('');
}
