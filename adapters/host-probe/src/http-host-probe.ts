import type { AgentAddress } from "@sc/domain";
import type { HostProbe, Log } from "@sc/ports";

/** A host that is up answers within a second; one that is down must not keep a client waiting. */
const answerWithinMs = 5000;
/** Letters, digits and what stands in addresses: nothing that could make another URL of it. */
const addressPattern = /^[A-Za-z0-9_.:-]{1,253}$/;

/** Asks for the list of containers, as every client of a node agent does. */
export class HttpHostProbe implements HostProbe {
  readonly #log: Log;
  readonly #timeoutMs: number;

  constructor(log: Log, timeoutMs = answerWithinMs) {
    this.#log = log;
    this.#timeoutMs = timeoutMs;
  }

  async answers({ address, port }: AgentAddress): Promise<boolean> {
    if (!addressPattern.test(address)) return false;
    const host = address.includes(":") ? `[${address}]` : address;
    const url = `http://${host}:${port}/container/resources/`;
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      // Where another address is named, that one was not declared.
      const answer = await fetch(url, { signal, redirect: "manual" });
      await answer.body?.cancel();
      return answer.status === 200;
    } catch (error) {
      this.#log.info("a declared host does not answer", { url, error: String(error) });
      return false;
    }
  }
}
