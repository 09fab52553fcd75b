import { setTimeout as delay } from "node:timers/promises";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { ConfiguredSource } from "../config/server-config.ts";
import { type FollowedSources, type SourceInit, unknownSource } from "../control/followed-sources.ts";
import type { Db } from "../db/database.ts";
import { digestOf } from "../design/canonical.ts";
import type { Tree } from "../design/tree.ts";
import { failure } from "../mesh/failure.ts";
import { createGitReader } from "./git/git-reader.ts";
import { type FollowedSource, type Look, lookAt } from "./look.ts";
import { createNetboxReader } from "./netbox/netbox-reader.ts";
import type { ResolveSecret, SourceReader } from "./source.ts";
import { errorText, toFailure } from "./source-error.ts";
import { readSourceStates, type SourceStateRow } from "./source-store.ts";

/** What following sources stands on. */
export interface SourcesDeps {
  readonly db: Db;
  readonly designState: () => Client<typeof DesignStateService>;
  readonly sources: readonly ConfiguredSource[];
  readonly resolveSecret: ResolveSecret;
  /** Where readers keep what they need between looks, such as mirrors of repositories; nothing else is there. */
  readonly directory: string;
  readonly log: Logger;
  /** The pause before a request to a source is repeated, in milliseconds; it doubles each time. */
  readonly backoffMs?: number;
  /** Told of every look that a source's own turn brought, for whoever waits for one. */
  readonly looked?: (source: string, look: Look) => void;
}

/** Follows sources. */
export interface Sources extends FollowedSources {
  /** Begins to follow. DesignStateService must answer by then. */
  launch(): void;
  /** Stops: looks under way end without a record. Leaves the database open. */
  close(): Promise<void>;
}

const HOLD_MS = 60_000;
const LOOK_MS = 15 * 60_000;
const BACKOFF_MS = 500;
/** The longest that failures may put off the next look, when the interval is shorter. */
const LONGEST_BACKOFF_MS = 15 * 60_000;
/** A source another process looked at within this part of the interval has had its turn. */
const REST = 0.75;

/** Makes the followers of all configured sources. One per process; several processes may follow the same sources. */
export function createSources(deps: SourcesDeps): Sources {
  const { db, designState, log } = deps;
  const stop = new AbortController();
  const tools = { db, designState, stop: stop.signal, holdMs: HOLD_MS, lookMs: LOOK_MS };
  const configured = new Map(deps.sources.map((source) => [source.name, source]));
  const followed = new Map(deps.sources.map((source) => [source.name, follow(source, deps)]));
  const running = new Set<Promise<unknown>>();
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    const settled: Promise<unknown> = work.then(
      () => running.delete(settled),
      () => running.delete(settled),
    );
    running.add(settled);
    return work;
  };

  const look = async (source: FollowedSource, restMs: number): Promise<Look> => {
    const done = await lookAt(source, tools, restMs).catch((error: unknown): Look => ({ is: "failed", error }));
    if (done.is === "failed" && !stop.signal.aborted)
      log.warn({ source: source.name, error: errorText(done.error) }, "looking at a source failed");
    return done;
  };

  const keepLooking = async (source: FollowedSource, intervalMs: number): Promise<void> => {
    for (let failures = 0; !stop.signal.aborted; ) {
      const done = await look(source, intervalMs * REST);
      failures = done.is === "failed" ? failures + 1 : 0;
      deps.looked?.(source.name, done);
      const longest = Math.max(intervalMs, LONGEST_BACKOFF_MS);
      const pause = Math.min(intervalMs * 2 ** Math.min(failures, 10), longest) * (0.9 + Math.random() * 0.2);
      await delay(pause, undefined, { signal: stop.signal, ref: false }).catch(() => {});
    }
  };

  const shown = (source: ConfiguredSource, row: SourceStateRow | undefined): SourceInit => ({
    ...{ name: source.name, type: source.type, url: source.url, design: source.design, layer: source.layer ?? "" },
    intervalSeconds: source.intervalSeconds,
    ...(row?.design === source.design && {
      ...{ position: row.position, revision: row.revision, error: row.error },
      ...(row.checkedAt !== null && { checkedAt: timestampFromDate(row.checkedAt) }),
      ...(row.committedAt !== null && { committedAt: timestampFromDate(row.committedAt) }),
    }),
  });

  return {
    async list() {
      const rows = await readSourceStates(db, [...configured.keys()]);
      const byName = [...configured.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return byName.map((source) => shown(source, rows.get(source.name)));
    },
    async sync(name) {
      const [source, config] = [followed.get(name), configured.get(name)];
      if (source === undefined || config === undefined)
        throw unknownSource(
          name,
          configured.size === 0 ? undefined : `sources are ${[...configured.keys()].join(", ")}`,
        );
      const done = await track(look(source, 0));
      if (done.is === "failed") throw toFailure(name, done.error);
      if (done.is !== "done") {
        throw failure(Code.Aborted, ErrorReason.OPERATION_IN_PROGRESS, `source ${name} is being looked at already`, {
          subject: name,
          hint: "wait, then list the sources",
        });
      }
      const rows = await readSourceStates(db, [name]);
      return { source: shown(config, rows.get(name)), changed: done.changed };
    },
    launch() {
      for (const source of followed.values()) {
        const seconds = configured.get(source.name)?.intervalSeconds ?? 60;
        void track(keepLooking(source, seconds * 1000));
      }
    },
    async close() {
      stop.abort(new Error("the server stops"));
      await Promise.all(running);
      await Promise.all([...followed.values()].map(({ reader }) => reader.close?.()));
    },
  };
}

function follow(source: ConfiguredSource, deps: SourcesDeps): FollowedSource {
  const { name, type, design, layer } = source;
  const { intervalSeconds: _, secrets: __, ...content } = source;
  const fingerprint = digestOf(content as unknown as Tree);
  return { name, type, design, fingerprint, reader: readerOf(source, deps), ...(layer !== undefined && { layer }) };
}

function readerOf(source: ConfiguredSource, deps: SourcesDeps): SourceReader {
  const { resolveSecret, directory, backoffMs = BACKOFF_MS } = deps;
  return source.type === "git"
    ? createGitReader(source, { resolveSecret, directory })
    : createNetboxReader(source, { resolveSecret, backoffMs });
}
