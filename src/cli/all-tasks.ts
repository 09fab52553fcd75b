import type { Client } from "@connectrpc/connect";
import type { Task } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";

/** Every task of a job, in order. */
export async function allTasks(orchestrator: Client<typeof OrchestratorService>, jobId: string): Promise<Task[]> {
  const tasks: Task[] = [];
  let pageToken = "";
  do {
    const page = await orchestrator.listTasks({ jobId, pageSize: 1000, pageToken });
    tasks.push(...page.tasks);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return tasks;
}
