/** The machine itself. Missing is `undefined`. */
export interface HostReader {
  readonly name: string;
  readonly cores: number;
  readonly memMibTotal: number;
  /** Of this boot; limits and identities of another boot mean nothing. */
  readonly bootId: string;
  /** Core-seconds used by everything since boot. */
  readCpuUsedSeconds(): number | undefined;
  readMemory(): { readonly availableMib: number; readonly fullStallPercent: number } | undefined;
}
