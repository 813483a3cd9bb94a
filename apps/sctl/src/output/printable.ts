/** Line ends and tabs stay; the rest of the control characters, and what turns text round. */
const moves = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * What a terminal shows and does not obey. Texts of an answer may hold what another user, or a
 * folder's name, put there: an escape sequence could clear the screen or type into it.
 */
export const printable = (text: string): string =>
  text.replace(moves, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
