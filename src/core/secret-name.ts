const secretName = /pass(word|wd|phrase|code)|secret|token|credential|private.?key|otp/i;

/** Values under such names are never shown or told: secrets do not belong in messages, whatever an app calls them. */
export const isSecretName = (name: string): boolean => secretName.test(name);
/** What stands in their place. */
export const hidden = '••••••';
