import { parseStructureName } from "@sc/domain";
import type { AgentContainerView, OwnersRefusal } from "@sc/ports";
import { invalid, RequestRefused } from "../orchestrator/errors.ts";
import {
  containerObject,
  coresOf,
  type PartName,
  partsAsked,
  wholeParts,
} from "./container-object.ts";
import { isFields, readWish } from "./read-wish.ts";
import type { RescalerFaces } from "./rescaler-faces.ts";

export interface RescalerQuestion {
  /** Of the path; empty where it has none. */
  readonly name: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface RescalerAnswer {
  readonly status: number;
  /** A text is sent as it is. */
  readonly value: unknown;
}

interface RescalerRoute {
  readonly method: "GET" | "PUT";
  readonly path: string;
  answer(
    question: RescalerQuestion,
    faces: RescalerFaces,
  ): RescalerAnswer | Promise<RescalerAnswer>;
}

/** The routes of the published node agent, each once. */
export const rescalerRoutes: readonly RescalerRoute[] = [
  { method: "GET", path: "/heartbeat", answer: () => found('{"status": "alive"}') },
  {
    method: "GET",
    path: "/host/cpu_topology",
    answer: (_question, { hostReader }) => {
      const oneSocket = () =>
        Object.fromEntries(coresOf(hostReader).map((core) => [String(core), [core]]));
      return found(hostReader.readCpuTopology?.() ?? { "0": oneSocket() });
    },
  },
  {
    method: "GET",
    path: "/container",
    answer: (question, faces) => list(question, faces, wholeParts),
  },
  {
    method: "GET",
    path: "/container/resources",
    answer: (question, faces) => list(question, faces, partsAsked(Object.keys(question.query))),
  },
  // Who moves data between nodes of HDFS is asked of a tracker that is not ours: it has seen nothing.
  { method: "GET", path: "/container/tcp", answer: () => found({}) },
  {
    method: "GET",
    path: "/container/resources/:name",
    answer: ({ name, query }, faces) =>
      found(containerObject(known(name, faces), partsAsked(Object.keys(query)), faces)),
  },
  {
    method: "GET",
    path: "/container/:name",
    answer: ({ name }, faces) => found(containerObject(known(name, faces), wholeParts, faces)),
  },
  { method: "PUT", path: "/container/:name", answer: change },
];

const found = (value: unknown): RescalerAnswer => ({ status: 200, value });

/** Of all, or of the one whose name is asked for: one that is not there is `null`, not missing. */
function list(
  { query }: RescalerQuestion,
  faces: RescalerFaces,
  parts: readonly PartName[],
): RescalerAnswer {
  const { name } = query;
  if (typeof name === "string") {
    const one = find(name, faces);
    return found(one === undefined ? null : containerObject(one, parts, faces));
  }
  return found(
    Object.fromEntries(
      faces.agent
        .containers()
        .map((each) => [each.facts.name, containerObject(each, parts, faces)]),
    ),
  );
}

/** All that is named or nothing: unlike the published node agent, which leaves done what it did. */
async function change(
  { name, body }: RescalerQuestion,
  faces: RescalerFaces,
): Promise<RescalerAnswer> {
  const { agent, energy, hostReader } = faces;
  const container = known(name, faces);
  if (!isFields(body)) throw invalid("the body is no object of parts");
  const wish = readWish(body, coresOf(hostReader));
  if (!wish.ok) return { status: 400, value: wish.error };
  const { limits, watts } = wish.value;
  if (Object.keys(limits).length > 0) {
    const set = await agent.setOwnersLimits(container.facts.name, limits);
    if (!set.ok) return refusal(set.error);
  }
  if (watts !== undefined) energy.write(name, watts);
  return { status: 201, value: containerObject(known(name, faces), wholeParts, faces) };
}

/** The request is sound; what is in the way is the container's state, or the kernel. */
const stateConflict = 409;

function refusal({ code, resource, text }: OwnersRefusal): RescalerAnswer {
  if (code === "unknown") throw unknown(text);
  const about = resource ?? "cpu";
  return { status: stateConflict, value: { [about]: { error: text } } };
}

function find(name: string, { agent }: RescalerFaces): AgentContainerView | undefined {
  const parsed = parseStructureName(name);
  return parsed.ok ? agent.container(parsed.value) : undefined;
}

function known(name: string, faces: RescalerFaces): AgentContainerView {
  const container = find(name, faces);
  if (container === undefined) throw unknown(`container ${JSON.stringify(name)} was not found`);
  return container;
}

const unknown = (text: string): RequestRefused =>
  new RequestRefused(404, "SC_STRUCTURE_UNKNOWN", text);
