/**
 * In which order cores are handed out. A core is what the kernel gives a number to: one thread of
 * one physical core in one socket. Two threads of a physical core share its units, two cores of a
 * socket its cache, so the order decides what a container that grows comes to share.
 *
 *     group   fill one socket before the next        spread   go round the sockets
 *     cores   all threads of a physical core at once
 *     sockets first threads of the socket, then their siblings
 *     first-threads   first threads of all sockets, then all siblings
 *
 * The published orders look for the core of the same number in the other sockets and lose those
 * that have none; here it is the same place, counted from 0, and no core is lost.
 */

/** The kernel's number of a core, from 0. */
export type CoreId = number;

export interface CpuTopology {
  /** Per socket its physical cores, each as the threads it has, first thread first. */
  readonly sockets: readonly (readonly (readonly CoreId[])[])[];
}

export const coreDistributions = [
  "group-cores",
  "group-sockets",
  "group-first-threads",
  "spread-cores",
  "spread-first-threads",
] as const;
export type CoreDistribution = (typeof coreDistributions)[number];

export const defaultCoreDistribution: CoreDistribution = "group-first-threads";

/** What documents of the published framework call them. */
export const publishedDistributionNames = {
  "group-cores": "Group_P&L",
  "group-sockets": "Group_1P_2L",
  "group-first-threads": "Group_PP_LL",
  "spread-cores": "Spread_P&L",
  "spread-first-threads": "Spread_PP_LL",
} as const satisfies Readonly<Record<CoreDistribution, string>>;
export type PublishedDistributionName =
  (typeof publishedDistributionNames)[keyof typeof publishedDistributionNames];

type PhysicalCore = readonly CoreId[];

/** Siblings keep the order of their physical cores, whatever their number. */
const firstThreadsFirst = (cores: readonly PhysicalCore[]): readonly CoreId[] => [
  ...cores.flatMap((threads) => threads.slice(0, 1)),
  ...cores.flatMap((threads) => threads.slice(1)),
];

/** Core by core of the largest socket (of equals the last), each followed by its peers elsewhere. */
function aroundSockets(sockets: CpuTopology["sockets"]): readonly PhysicalCore[] {
  const size = Math.max(0, ...sockets.map((cores) => cores.length));
  const leading = sockets.findLast((cores) => cores.length === size) ?? [];
  const others = sockets.filter((cores) => cores !== leading);
  return leading.flatMap((core, place) => [
    core,
    ...others.flatMap((cores) => cores.slice(place, place + 1)),
  ]);
}

const orders: Readonly<
  Record<CoreDistribution, (sockets: CpuTopology["sockets"]) => readonly CoreId[]>
> = {
  "group-cores": (sockets) => sockets.flat(2),
  "group-sockets": (sockets) => sockets.flatMap(firstThreadsFirst),
  "group-first-threads": (sockets) => firstThreadsFirst(sockets.flat()),
  "spread-cores": (sockets) => aroundSockets(sockets).flat(),
  "spread-first-threads": (sockets) => firstThreadsFirst(aroundSockets(sockets)),
};

/** All cores of the host, each once, in the order they are handed out. */
export const distributionOrder = (
  topology: CpuTopology,
  distribution: CoreDistribution,
): readonly CoreId[] => orders[distribution](topology.sockets);
