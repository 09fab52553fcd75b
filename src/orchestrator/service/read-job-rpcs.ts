import type { ServiceImpl } from "@connectrpc/connect";
import { JobNodeState, TaskState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { Database } from "../../db/database.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { jobGroupMessage, jobNodeMessage } from "../store/job-node-row.ts";
import { taskMessage } from "../store/job-row.ts";
import { countGroupNodes, listJobs, listTasks } from "../store/read-job.ts";
import { listJobGroups, listJobNodes } from "../store/read-job-nodes.ts";
import { listStuck, waitMessage } from "../store/stuck.ts";
import { jobAnswer, requireJob } from "./require-job.ts";

type Handlers = Pick<
  ServiceImpl<typeof OrchestratorService>,
  "getJob" | "listJobs" | "listTasks" | "listStuck" | "listJobNodes" | "listJobGroups"
>;

/** The RPCs that read jobs, but for watching them. */
export function createReadJobRpcs(database: Database): Handlers {
  const { db } = database;
  return {
    async getJob({ jobId }) {
      return { job: await jobAnswer(db, await requireJob(database, jobId)) };
    },

    async listJobs(request) {
      const query = ["jobs", request.design];
      const rows = await listJobs(db, request.design, pageStart(request, query, 2), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ created_at, id }) => [created_at, id]);
      return { jobs: await Promise.all(page.rows.map((row) => jobAnswer(db, row))), nextPageToken: page.nextPageToken };
    },

    async listTasks(request) {
      const { id } = await requireJob(database, request.jobId);
      const state = request.state === TaskState.UNSPECIFIED ? undefined : TaskState[request.state];
      const query = ["tasks", id, state ?? ""];
      const [after = "0"] = pageStart(request, query, 1) ?? [];
      const rows = await listTasks(db, id, state, Number(after), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ sequence }) => [`${sequence}`]);
      return { tasks: page.rows.map(taskMessage), nextPageToken: page.nextPageToken };
    },

    async listStuck(request) {
      const query = ["stuck", request.design];
      const rows = await listStuck(db, request.design, pageStart(request, query, 4), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ since, job_id, kind, key }) => [since, job_id, kind, key]);
      return { waits: page.rows.map(waitMessage), nextPageToken: page.nextPageToken };
    },

    async listJobNodes(request) {
      const { id } = await requireJob(database, request.jobId);
      const state = request.state === JobNodeState.UNSPECIFIED ? undefined : JobNodeState[request.state];
      const query = ["job nodes", id, state ?? ""];
      const [after = ""] = pageStart(request, query, 1) ?? [];
      const rows = await listJobNodes(db, id, state, after, rowsToRead(request));
      const page = cutPage(rows, request, query, ({ node }) => [node]);
      return { nodes: page.rows.map(jobNodeMessage), nextPageToken: page.nextPageToken };
    },

    async listJobGroups(request) {
      const { id } = await requireJob(database, request.jobId);
      const query = ["job groups", id];
      const [after = "0"] = pageStart(request, query, 1) ?? [];
      const rows = await listJobGroups(db, id, Number(after), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ position }) => [`${position}`]);
      const groups = page.rows.map(async (row) => jobGroupMessage(row, await countGroupNodes(db, id, row.name)));
      return { groups: await Promise.all(groups), nextPageToken: page.nextPageToken };
    },
  };
}
