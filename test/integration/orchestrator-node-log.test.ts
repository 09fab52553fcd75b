import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { type Event, JobState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import { failureOf } from "../support/failure-of.ts";
import { nodeNames, type Site, startRequest, withSite } from "../support/orchestrator.ts";

const design = "lab";
const logText = ({ change }: Event): string => (change.case === "log" ? change.value.text : "");

async function eventsOf({ client }: Site, node: string, pageSize = 0, afterSequence = 0n): Promise<readonly Event[]> {
  const events: Event[] = [];
  let pageToken = "";
  do {
    const page = await client.listNodeEvents({ design, node, pageSize, pageToken, afterSequence });
    events.push(...page.events);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return events;
}

test("lines of a node are events of the design's stream, beside those of its tasks, and nothing in them is obeyed by a terminal", () =>
  withSite(2, async (site) => {
    const { job } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = job?.id ?? "";
    const at = timestampFromDate(new Date("2026-11-30T10:00:00Z"));
    const lines = [
      { source: "cloud-init", text: "one", at },
      { source: "cloud\u001b[31m", text: "two\u001b]0;owned\u0007 \u202etxt.exe\nthree" },
    ];
    const { recordedAt } = await site.asNode("n000", jobId).appendLog({ lines });
    expect(recordedAt).toBeDefined();
    await site.asNode("n001", jobId).appendLog({ node: "n001", lines: [{ text: "other" }] });
    const { events } = await site.follow(jobId);
    const ofNode = await eventsOf(site, "n000");
    expect(await eventsOf(site, "n000", 3)).toEqual(ofNode);
    const logs = ofNode.flatMap(({ change }) => (change.case === "log" ? [change.value] : []));
    expect(logs).toMatchObject([
      { node: "n000", source: "cloud-init", text: "one", at },
      {
        node: "n000",
        source: "cloud\\u001b[31m",
        text: "two\\u001b]0;owned\\u0007 \\u202etxt.exe\\u000athree",
      },
    ]);
    expect(logs[1]?.at).toBeUndefined();
    // All that happened to the node in the job is there, in the order of the stream, and nothing of the other node.
    const expected = events.filter(
      ({ change }) =>
        (change.case === "task" && change.value.subject === "n000") ||
        (change.case === "log" && change.value.node === "n000") ||
        (change.case === "node" && change.value.node === "n000"),
    );
    expect(ofNode.filter(({ sequence }) => sequence <= (events.at(-1)?.sequence ?? 0n))).toEqual(expected);
    const some = ofNode[2]?.sequence ?? 0n;
    expect(await eventsOf(site, "n000", 2, some)).toEqual(ofNode.slice(3));
    // Who watches the design is told them under the same numbers.
    const watched: Event[] = [];
    for await (const batch of site.client.watchEvents({ design })) {
      watched.push(...batch.events);
      if (watched.length >= events.length) break;
    }
    expect(watched.map(({ sequence }) => sequence)).toEqual(watched.map((_, index) => BigInt(index + 1)));
    expect(watched.filter((event) => logText(event) !== "").map(logText)).toEqual(["one", logs[1]?.text, "other"]);
  }));

test("a node writes its own log alone, as much as it may, and is told when to come again", () =>
  withSite(
    1,
    async (site) => {
      const node = site.asNode("n000");
      expect(await failureOf(node.appendLog({ node: "n001", lines: [{ text: "x" }] }))).toMatchObject({
        code: "PermissionDenied",
        reason: "OTHER_NODE",
      });
      expect(await failureOf(site.asNode("gone").appendLog({ lines: [{ text: "x" }] }))).toMatchObject({
        code: "NotFound",
      });
      await node.appendLog({ lines: [{ text: "x" }, { text: "y" }] });
      const refusalOf = async (texts: readonly string[]) => {
        const error = await node.appendLog({ lines: texts.map((text) => ({ text })) }).catch((caught) => caught);
        const { reason, retry, hint } = errorDetail(error) ?? {};
        expect([ConnectError.from(error).code, reason]).toEqual([Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED]);
        return { kind: retry?.kind, delayed: Number(retry?.delay?.seconds ?? 0) > 0, hint };
      };
      expect(await refusalOf(["z", "z"])).toMatchObject({ kind: RetryKind.AFTER, delayed: true });
      expect(await refusalOf(["a", "b", "c", "d"])).toEqual({
        ...{ kind: RetryKind.NEVER, delayed: false },
        hint: "send fewer lines at a time",
      });
      expect((await eventsOf(site, "n000")).map(logText)).toEqual(["x", "y"]);
      // One node's allowance is its own: the job's is another's.
      await site.asNode("n000", "another").appendLog({ lines: [{ text: "w" }] });
      expect((await eventsOf(site, "n000")).map(logText)).toEqual(["x", "y", "w"]);
    },
    { logPolicy: { lines: 3, linesPerSecond: 0.001 } },
  ));

test("lines of many nodes at once cost few transactions, and hold up no job", () =>
  withSite(20, async (site) => {
    const nodes = nodeNames(20);
    const calls = Array.from({ length: 10 }, (_, index) => index);
    await Promise.all(
      nodes.flatMap((node) =>
        calls.map((call) => site.asNode(node).appendLog({ lines: [{ text: `${call} a` }, { text: `${call} b` }] })),
      ),
    );
    const events: Event[] = [];
    for await (const batch of site.client.watchEvents({ design })) {
      events.push(...batch.events);
      if (events.length >= 400) break;
    }
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => BigInt(index + 1)));
    // Events of one transaction have one moment.
    expect(new Set(events.map(({ at }) => `${at?.seconds}.${at?.nanos}`)).size).toBeLessThan(40);
    for (const node of nodes) {
      const own = events.filter(({ change }) => change.case === "log" && change.value.node === node).map(logText);
      expect(own.toSorted()).toEqual(calls.flatMap((call) => [`${call} a`, `${call} b`]).toSorted());
      // The lines of one call stay together and in their order.
      for (const [index, text] of own.entries()) if (text.endsWith("b")) expect(own[index - 1]?.at(0)).toBe(text.at(0));
    }
    expect((await site.run(await site.plan())).state).toBe(JobState.SUCCEEDED);
  }));

test("events of a design that isn't there, and after a number not given out yet", () =>
  withSite(1, async (site) => {
    const asked = { design, node: "n000", afterSequence: 99n };
    expect(await failureOf(site.client.listNodeEvents(asked))).toMatchObject({
      code: "OutOfRange",
      reason: "WATCH_RESYNC",
    });
    expect(await failureOf(site.client.listNodeEvents({ ...asked, design: "none" }))).toMatchObject({
      code: "NotFound",
    });
  }));
