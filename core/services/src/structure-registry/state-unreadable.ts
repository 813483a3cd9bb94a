/** Nothing was changed, because what is stored is not known; `text` says what to do. */
export interface StateUnreadable {
  readonly code: "SC_STATE_UNREADABLE";
  readonly text: string;
}

export const stateUnreadable: StateUnreadable = {
  code: "SC_STATE_UNREADABLE",
  text:
    "what was set before cannot be read, so nothing can be set now: health says why, and what to " +
    "do about it",
};
