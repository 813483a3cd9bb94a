/** Socket → physical core → the numbers of its threads, first thread first; all as the kernel calls them. */
export type SocketTable = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** The machine itself. Missing is `undefined`. */
export interface HostReader {
  readonly name: string;
  readonly cores: number;
  readonly memMibTotal: number;
  /** Of this boot; limits and identities of another boot mean nothing. */
  readonly bootId: string;
  /** Absent where nobody can tell. */
  readCpuTopology?(): SocketTable | undefined;
  /** Core-seconds used by everything since boot. */
  readCpuUsedSeconds(): number | undefined;
  readMemory(): { readonly availableMib: number; readonly fullStallPercent: number } | undefined;
}
