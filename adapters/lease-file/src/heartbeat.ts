import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { writeWholeFile } from "./whole-file.ts";

/** Fits 30 000 years of uptime; the line must never change its length. */
const uptimeWidth = 15;

/**
 * One line, `SESSION UPTIME`, overwritten in place: that takes no room, so it works on a full disk,
 * and the file stays open, so that a beat is one system call.
 */
export class Heartbeat {
  readonly #path: string;
  readonly #session: string;
  #descriptor: number | undefined;

  constructor(path: string, session: string) {
    this.#path = path;
    this.#session = session;
  }

  /** Throws when the file cannot be made or written. */
  write(uptimeSeconds: number): void {
    const line = `${this.#session} ${uptimeSeconds.toFixed(2).padStart(uptimeWidth)}\n`;
    if (this.#descriptor === undefined) {
      writeWholeFile(this.#path, line);
      this.#descriptor = openSync(this.#path, "r+");
    } else {
      writeSync(this.#descriptor, line, 0);
    }
  }

  /** The next beat makes the file anew: it may have been removed under our feet. */
  forget(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  remove(): void {
    this.forget();
    rmSync(this.#path, { force: true });
  }
}
