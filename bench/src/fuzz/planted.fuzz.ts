/*
 * Canaries: each is wrong on purpose for some of its inputs, and the command must find every one. They
 * lie where the command looks only when it is told to.
 */
import { fuzzTarget, ServerErrorAnswered } from "@sc/domain/testing";
import fc from "fast-check";

/** Few, as each that hangs is one more wait while it is shrunk. */
const number = fc.nat(9);
const isBad = (value: number): boolean => value >= 3;

const whenBad = (name: string, happen: () => void) =>
  fuzzTarget(name, number, (value) => {
    if (isBad(value)) happen();
  });

export const targets = [
  fuzzTarget("planted-nothing", number, () => {}),
  whenBad("planted-crash", () => {
    throw new TypeError("planted");
  }),
  whenBad("planted-server-error", () => {
    throw new ServerErrorAnswered("planted: GET / answered 500");
  }),
  whenBad("planted-hang", () => {
    for (;;);
  }),
  whenBad("planted-death", () => process.kill(process.pid, "SIGKILL")),
  fuzzTarget("planted-late-throw", number, async (value) => {
    if (isBad(value)) {
      setImmediate(() => {
        throw new Error("planted, where nobody catches it");
      });
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }),
  fuzzTarget("planted-silence", number, async (value) => {
    // Nothing keeps the loop busy, and it never answers.
    if (isBad(value)) await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
  }),
];
