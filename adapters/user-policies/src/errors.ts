/** A module that cannot be loaded, was cut off, or answered what is no decision. */
export class UserPolicyFailed extends Error {
  readonly code = "SC_USER_POLICY_FAILED";
  readonly policy: string;

  constructor(policy: string, text: string) {
    super(`the policy ${policy} ${text}`);
    this.name = "UserPolicyFailed";
    this.policy = policy;
  }
}
