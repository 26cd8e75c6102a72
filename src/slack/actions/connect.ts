import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds, connectStepPattern } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { adminOf, type Known } from '../command/access.ts';
import { byOf, goOn, openStart, renewNamed } from '../command/connecting.ts';
import { sayingWhenSlow } from '../command/slow.ts';
import { readForm } from '../config-payload.ts';
import { ConnectIds, DraftIds, KindIds, RenewIds, readStart, StepIds } from '../connect/payload.ts';
import { isFormStep } from '../connect/step.ts';
import { redrawnStep, savedStep, started } from '../connect/submit.ts';
import { openStep, takeStep } from '../connect/take-step.ts';
import type { SlackDeps } from '../deps.ts';
import { type IdsPress, readIdsPress } from '../payload.ts';
import { answering, type Respond } from '../tell.ts';
import { onPress } from './press.ts';

const aside = { replaces: false } as const;
const settling = { replaces: true } as const;

/** Connecting step by step: the list, the card's buttons, and the forms of the steps. */
export function listenToConnecting(app: App, deps: SlackDeps): void {
  app.action(actionIds.connectApp, async ({ ack, body, respond }) => {
    await ack();
    await asAdmin(deps, readIdsPress(body, KindIds), respond, (_, { trigger }) => openStart(deps, trigger, 'app'));
  });
  app.action(actionIds.connectDirectory, async ({ ack, body, respond }) => {
    await ack();
    await asAdmin(deps, readIdsPress(body, KindIds), respond, (_, { trigger }) =>
      openStart(deps, trigger, 'directory'),
    );
  });
  app.action(connectStepPattern, async ({ ack, body, respond }) => {
    await ack();
    await asAdmin(deps, readIdsPress(body, StepIds), respond, (caller, press) =>
      isFormStep(press.ids.step)
        ? openStep(deps, press.trigger, press.ids.draft, press.ids.step)
        : sayingWhenSlow(deps, respond, () => takeStep(deps, press.ids.draft, press.ids.step, byOf(caller.person))),
    );
  });
  app.action(
    actionIds.connectResume,
    onPress(deps, DraftIds, aside, ({ person }, { draft }) => goOn(deps, person, draft)),
  );
  app.action(
    actionIds.connectRefresh,
    onPress(deps, DraftIds, aside, async ({ person }, { draft }) =>
      answer((await deps.useCases.refreshDraft(draft, byOf(person))).text),
    ),
  );
  app.action(
    actionIds.connectDrop,
    onPress(deps, DraftIds, aside, async ({ person }, { draft }) =>
      answer((await deps.useCases.dropDraft(draft, byOf(person))).text),
    ),
  );
  app.action(
    actionIds.connectApply,
    onPress(deps, ConnectIds, settling, async ({ person }, { draft, shown }) =>
      answer((await deps.useCases.connectDraft(draft, shown, byOf(person))).text),
    ),
  );
  app.action(
    actionIds.renew,
    onPress(deps, RenewIds, aside, ({ person }, ids) => renewNamed(deps, person, ids.app)),
  );
  app.action(actionIds.connectAsk, async ({ ack, body }) => {
    await ack();
    const press = readForm(body);
    await answering(deps, { user: press.user, channel: null }, () => redrawnStep(deps, press));
  });
  app.view(callbackIds.connectStart, async ({ ack, body }) => {
    const begun = await started(deps, readStart(body));
    await ('errors' in begun ? ack({ response_action: 'errors', errors: begun.errors }) : ack());
  });
  app.view(callbackIds.connectStep, async ({ ack, body }) => {
    const saved = await savedStep(deps, readForm(body));
    await ('errors' in saved ? ack({ response_action: 'errors', errors: saved.errors }) : ack());
  });
}

/** What an admin pressed, read anew from Slack; whoever is none is told so. */
async function asAdmin<Ids>(
  deps: SlackDeps,
  press: IdsPress<Ids>,
  respond: Respond,
  work: (caller: Known, press: IdsPress<Ids>) => Promise<Message | null>,
): Promise<void> {
  await answering(deps, { user: press.user, channel: press.channel, respond }, async () => {
    const admin = await adminOf(deps, press.user);
    return typeof admin === 'string' ? answer(admin) : work(admin, press);
  });
}
