/** An outcome's code as the sentence a person reads; empty where the page shows it in its place (`invalid_input`, at the fields). */
export function explain(error: string, appName: string): string {
  const later = 'It may still be working; look again in a moment.';
  const gone = 'This was updated meanwhile. Look at it again first.';
  const words: Record<string, string> = {
    invalid_input: '',
    operation_timeout: `${appName} did not answer within 3 seconds (operation_timeout). ${later}`,
    dispatch_failed: `${appName} could not be reached (dispatch_failed).`,
    invalid_response: `${appName} answered with something Slack would not take (invalid_response).`,
    invalid_command_response: `${appName} answered with something Slack would not take (invalid_command_response).`,
    not_in_threads: 'Slash commands do not work in threads. Send it in the channel instead.',
    unknown_command: 'There is no such command. Type / to see the commands there are.',
    element_not_found: gone,
    message_not_found: gone,
    view_not_found: 'This dialog is no longer open.',
    channel_not_found: 'Only members can write in this conversation.',
    already_in_team: 'Somebody with this address is in the workspace already.',
    invalid_email: 'That is no e-mail address.',
    invalid_name: 'Write the name of the person.',
    restricted_action: 'Guests cannot add people.',
    msg_too_long: 'This message is longer than 40,000 characters.',
  };
  return Object.hasOwn(words, error) ? (words[error] ?? '') : `${appName} did not take this (${error}).`;
}
