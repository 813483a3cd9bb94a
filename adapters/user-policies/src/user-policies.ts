import type { RunnablePolicy } from "@sc/domain";
import type { HealthProblem } from "@sc/ports";
import { UserModule, type UserModuleDeps, type UserPolicyEntry } from "./user-module.ts";

/** All modules of the configuration, each in a thread of its own. */
export class UserPolicies implements AsyncDisposable {
  readonly policies: readonly RunnablePolicy[];
  readonly #modules: readonly UserModule[];

  constructor(entries: readonly UserPolicyEntry[], deps: UserModuleDeps) {
    this.#modules = entries.map((entry) => new UserModule(entry, deps));
    this.policies = this.#modules.flatMap(({ policies }) => policies);
  }

  forgive(): void {
    for (const module of this.#modules) module.forgive();
  }

  problems(): readonly HealthProblem[] {
    return this.#modules.flatMap((module) => module.problems());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#modules.map((module) => module[Symbol.asyncDispose]()));
  }
}
