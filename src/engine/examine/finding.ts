/** One thing looked at: right, worth knowing, or wrong with what to do about it. */
export type Finding = { state: 'right' | 'note' | 'wrong'; what: string; remedy: string };

export const right = (what: string): Finding => ({ state: 'right', what, remedy: '' });
export const note = (what: string, remedy: string): Finding => ({ state: 'note', what, remedy });
export const wrong = (what: string, remedy: string): Finding => ({ state: 'wrong', what, remedy });
