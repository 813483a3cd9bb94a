/*
 * An example of a policy of one's own: the limit stands a fifth above the most that was used within the
 * last half minute. It is lowered when that leaves a tenth, and raised as soon as it is short. Types are
 * gone when it runs, so a copy of it works wherever it lies.
 */
import type { UserPolicy } from "../../../adapters/user-policies/src/index.ts";

interface State {
  /** The most that was used, newest second first. */
  readonly recent: readonly number[];
}

const remembered = 30;
const headroom = 1.2;

export const policy: UserPolicy<State> = {
  begin: () => ({ recent: [] }),

  decide: (state, { used, limit, windowSeconds, isFrozen, settings: { min, max } }) => {
    // What is not known is not 0.
    if (used === undefined || limit === undefined || windowSeconds === undefined || isFrozen) {
      return { state, reason: "nothing is known of its use" };
    }
    const recent = [used, ...state.recent].slice(0, Math.ceil(remembered / windowSeconds));
    const most = Math.max(...recent);
    const wanted = Math.min(Math.max(most * headroom, min), max);
    const current = Math.min(limit ?? max, max);
    const next = { recent };
    if (wanted > current)
      return { state: next, limit: wanted, reason: `used ${used} of ${current}` };
    const isKnownForLong = recent.length * windowSeconds >= remembered;
    if (isKnownForLong && wanted < current * 0.9) {
      return { state: next, limit: wanted, reason: `used at most ${most} of ${current}` };
    }
    return { state: next, reason: `used at most ${most} of ${current}: it fits` };
  },
};
