/** An outcome's code as the sentence a person reads; codes without words of their own are shown as they are. */
export function explain(error: string, appName: string): string {
  const words: Record<string, string> = {
    operation_timeout: `${appName} did not answer within 3 seconds (operation_timeout). It may still be working; try again in a moment.`,
    dispatch_failed: `${appName} could not be reached (dispatch_failed).`,
    not_in_threads: 'Slash commands do not work in threads. Send it in the channel instead.',
    element_gone: 'This was updated meanwhile. Look at it again before you press.',
    view_gone: 'This dialog is no longer open.',
    channel_not_found: 'You cannot write in this conversation.',
    unknown_command: 'There is no such command. Type / to see the commands there are.',
    invalid_command: 'There is no such command. Type / to see the commands there are.',
  };
  return (Object.hasOwn(words, error) && words[error]) || `${appName} did not take this (${error}).`;
}
