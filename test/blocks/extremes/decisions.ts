import fc from 'fast-check';
import { approvalCard } from '../../../blocks/approval-card.ts';
import { auditLine } from '../../../blocks/audit-line.ts';
import { chooseModal, chosenModal } from '../../../blocks/choose.ts';
import { detailsModal, requestDetails } from '../../../blocks/details.ts';
import { answer, help, verbHelp, whichOne } from '../../../blocks/help.ts';
import { history } from '../../../blocks/history.ts';
import { home, strangerHome } from '../../../blocks/home.ts';
import { notice } from '../../../blocks/notice.ts';
import { pending } from '../../../blocks/pending.ts';
import { plan } from '../../../blocks/plan.ts';
import { questionLine, questionModal } from '../../../blocks/question.ts';
import { rejectModal } from '../../../blocks/reject-modal.ts';
import { requestPage, seeAllModal } from '../../../blocks/see-all.ts';
import { signInMessage } from '../../../blocks/sign-in.ts';
import { appStatus, overviewStatus, personStatus } from '../../../blocks/status.ts';
import { syncReport } from '../../../blocks/sync-report.ts';
import { type Built, type Extreme, fill, given } from './given.ts';
import { proposals } from './proposals.ts';
import { signOnApps } from './sign-on.ts';

const readers = fc.constantFrom('decides' as const, 'proposed' as const, 'reads' as const);

/** Cards, their modals, and what is looked up most. */
export function decisions(extreme: Extreme): Built {
  const { text, listLength } = extreme;
  const { loginViews, approvals, events, plans, appOverview, directory } = given(extreme);
  return {
    approvalCard: approvals.map(approvalCard),
    auditLine: events.map(auditLine),
    answer: fc.tuple(text, fc.option(text)).map(([said, usage]) => answer(said, usage)),
    whichOne: fc.tuple(text, listLength).map(([name, length]) => whichOne(name, fill(length, { name, email: name }))),
    help: fc
      .tuple(text, listLength)
      .map(([said, length]) => help(fill(length, { usage: said, summary: said, note: said, example: said }))),
    verbHelp: text.map((said) => verbHelp({ usage: said, summary: said, note: said, example: said })),
    history: fc
      .tuple(text, events, listLength)
      .map(([subject, event, length]) => history(subject, fill(length, event), true)),
    notice: fc.tuple(text, listLength).map(([body, length]) => notice(fill(Math.max(1, length), body).join('\n'))),
    pending: fc.tuple(approvals, listLength).map(([view, length]) => pending(fill(length, view), true)),
    plan: fc.tuple(text, plans).map(([subject, preview]) => plan(subject, preview, { [subject]: subject })),
    personStatus: fc
      .tuple(text, loginViews, listLength)
      .map(([name, view, length]) =>
        personStatus({ name, title: name, status: 'active', logins: fill(length, view), more: true }),
      ),
    appStatus: fc
      .tuple(appOverview, loginViews, listLength)
      .map(([app, view, length]) => appStatus(app, fill(length, view), true)),
    overviewStatus: fc
      .tuple(appOverview, directory, listLength)
      .map(([app, place, length]) =>
        overviewStatus({ apps: fill(length, app), directories: fill(length, place), waiting: length }),
      ),
    questionLine: fc
      .tuple(events, text, fc.option(text))
      .map(([view, name, user]) => questionLine(view, user === null ? null : { name, user })),
    signInMessage: text.map((said) => signInMessage(said, 'https://rollcall.acme.test/step-up/a.b.c')),
    syncReport: fc.tuple(text, text, listLength).map(([said, place, length]) =>
      syncReport(
        fill(length, {
          directory: said,
          result: 'read' as const,
          text: said,
          problems: fill(length, { place, message: said }),
        }),
      ),
    ),
    detailsModal: approvals.map(detailsModal),
    requestDetails: approvals.map(requestDetails),
    requestPage: fc.tuple(approvals, fc.constantFrom(0, 1, 39)).map(([view, page]) => requestPage(view, page)),
    seeAllModal: fc.tuple(approvals, fc.constantFrom(0, 1, 39)).map(([view, page]) => seeAllModal(view, page)),
    chooseModal: approvals.map((view) => chooseModal(view, '{}')),
    chosenModal: fc
      .record({ view: approvals, one: loginViews, act: fc.constantFrom('approve', 'reject'), length: listLength })
      .map(({ view, one, act, length }) => {
        const chosen = fill(Math.min(length, 100), one);
        return chosenModal(view, { act: act as 'approve', chosen, dropped: length, reason: one.personName }, '{}');
      }),
    questionModal: approvals.map((view) => questionModal(view, '{}')),
    rejectModal: approvals.map((view) => rejectModal(view, '{}')),
    home: fc
      .tuple(text, approvals, loginViews, directory, appOverview, listLength, proposals(extreme), readers)
      .map(([name, view, one, place, app, length, proposal, reader]) =>
        home({
          person: 'p-ada',
          name,
          pending: fill(length, view),
          logins: fill(length, one),
          signOn: signOnApps(name, length),
          approvedBy: { crm: fill(Math.min(length, 40), name) },
          apps: fill(length, app),
          admin: {
            ...{ failures: fill(length, one), held: fill(length, one), directories: fill(length, place) },
            proposals: fill(length, { view: proposal, reader }),
            expiring: fill(length, { what: length === 1 ? 'sign-on' : 'app', name, title: name, endsAt: 0 }),
          },
        }),
      ),
    strangerHome: text.map(strangerHome),
  };
}
