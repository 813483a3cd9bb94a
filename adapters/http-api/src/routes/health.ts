import { healthSchema, noQuerySchema, readinessSchema } from "@sc/contracts";
import type { Orchestration } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import { problem } from "../problems.ts";

const tags = ["health"];

/** Whether all is well, for people and for what watches over processes. */
export function addHealthRoutes(api: App, orchestration: Orchestration): void {
  api.get(
    "/health",
    {
      schema: {
        operationId: "health",
        summary: "Services, host, history, and what an operator should look at",
        tags,
        querystring: noQuerySchema,
        response: { 200: healthSchema },
      },
    },
    async () => orchestration.hostHealth(),
  );
  api.get(
    "/ready",
    {
      schema: {
        operationId: "ready",
        summary: "Whether usage is measured and what people set is in force",
        tags,
        querystring: noQuerySchema,
        response: { 200: readinessSchema },
      },
      config: { problems: ["SC_NOT_READY"] },
    },
    async () => {
      const { isReady, services, problems } = orchestration.hostHealth();
      if (isReady) return { isReady, detail: "usage is measured, and what was set is in force" };
      const idle = services.filter(({ status }) => status !== "running");
      const reasons = [
        ...idle.map(({ name, status }) => `${name} is ${status}`),
        ...problems.map(({ code, text }) => `${code}: ${text}`),
      ];
      const detail = reasons.join("; ") || "the services are not ready";
      throw new RequestRefused(problem("SC_NOT_READY", detail));
    },
  );
}
