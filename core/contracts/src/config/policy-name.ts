/** Lower case words, at most 60 characters: as a policy is called everywhere. */
export const policyNamePattern = "^(?=.{1,60}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$";
