import { buttonRow, idButton } from './id-button.ts';
import { actionIds } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { type LoginMeans, loginRow } from './login-row.ts';
import { bold, code, escaped, type Markup, md, moment, nothing } from './markup.ts';
import { headOf, type PersonStatusView } from './status.ts';
import { byUrgency } from './urgency.ts';

export type PersonCardView = PersonStatusView & {
  person: string;
  leftAt: number | null;
  /** Disabled by name, by whom and why. */
  stop: { by: string; at: number; reason: string | null } | null;
  /** Beside each login, what the reader may do with it. */
  means: readonly LoginMeans[];
};

const nobody: LoginMeans = { admin: false, request: null, deletes: false };

/** A person and each of their logins, with what to do next. */
export function personCard(view: PersonCardView): Message {
  const sorted = view.logins
    .map((login, index) => ({ login, word: login.word, means: view.means[index] ?? nobody }))
    .sort(byUrgency);
  const rows = sorted.slice(0, 25).map(({ login, means }) => loginRow(login, 'app', means));
  const shown = withinMessage(rows);
  return message([
    section(headOf(view)),
    sinceBlock(view),
    ...shown,
    view.more || rows.length < view.logins.length || shown.length < rows.flat().length ? searchRow(view) : null,
  ]);
}

/** All of them, page by page. */
const searchRow = ({ person, name }: PersonCardView) =>
  buttonRow([
    idButton({
      id: actionIds.personLogins,
      label: 'Search and page',
      ids: { person },
      spoken: `Search the logins of ${name}`,
    }),
  ]);

function sinceBlock({ leftAt, stop }: PersonCardView) {
  const parts: Markup[] = [];
  if (stop !== null) {
    const why = stop.reason === null || stop.reason === '' ? nothing : md`: ${escaped(stop.reason, 200)}`;
    parts.push(md`⛔ ${bold('Disabled by name')} by ${escaped(stop.by, 80)} ${moment(stop.at)}${why}`);
    parts.push(md`${code('/provision release PERSON')} takes it back.`);
  } else if (leftAt !== null) parts.push(md`Since ${moment(leftAt)}.`);
  return parts.length === 0 ? null : context(...parts);
}
