import { timestampDate } from "@bufbuild/protobuf/wkt";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { allTasks } from "../all-tasks.ts";
import type { ConnectOptions } from "../connect.ts";
import { withServer } from "../with-server.ts";

/** How long each node took in the newest job, from its first task to its last. */
export async function nodeTimes(connection: ConnectOptions, design: string): Promise<ReadonlyMap<string, string>> {
  return withServer(connection, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const job = (await orchestrator.listJobs({ design, pageSize: 1 })).jobs[0];
    if (job === undefined) return new Map();
    const tasks = await allTasks(orchestrator, job.id);
    const spans = new Map<string, { from: number; to: number }>();
    for (const { subject, startedAt, endedAt } of tasks) {
      if (startedAt === undefined || endedAt === undefined) continue;
      const span = spans.get(subject) ?? { from: Number.POSITIVE_INFINITY, to: 0 };
      spans.set(subject, {
        from: Math.min(span.from, timestampDate(startedAt).getTime()),
        to: Math.max(span.to, timestampDate(endedAt).getTime()),
      });
    }
    return new Map([...spans].map(([node, { from, to }]) => [node, `${((to - from) / 1000).toFixed(1)} s`]));
  });
}
