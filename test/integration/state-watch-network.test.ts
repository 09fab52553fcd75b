import { createClient } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { createSecretStore } from "../../src/db/secret-store.ts";
import { createNetworkTransport } from "../../src/mesh/network-transport.ts";
import { mount } from "../../src/mesh/service-host.ts";
import { createDesignStateService } from "../../src/state/design-state-service.ts";
import { createEventFeeds } from "../../src/state/watch/event-feeds.ts";
import { DEFAULT_WATCH_POLICY } from "../../src/state/watch/watch-policy.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, nodeDocument, smallSite, testKey } from "../support/state-service.ts";
import { serve, tokenOf } from "../support/stub-mesh.ts";
import { inWords, watch } from "../support/watched-state.ts";

test("watches over the network: many at once, ended by their caller, by a broken connection, by a server that stops", () =>
  withDatabase(async (database) => {
    const feeds = createEventFeeds(database.db, DEFAULT_WATCH_POLICY);
    const service = createDesignStateService({ database, feeds, secrets: createSecretStore(testKey) });
    await using server = await serve([mount(DesignStateService, service)]);
    const connect = (role: Role) => {
      const transport = createNetworkTransport({ url: server.url, token: tokenOf(role) });
      return { transport, client: createClient(DesignStateService, transport) };
    };
    const [one, other, writer] = [connect(Role.VIEWER), connect(Role.VIEWER), connect(Role.SERVICE)];
    await commitTo(writer.client, "site", smallSite(1));
    const begin = ({ client }: typeof one) => Array.from({ length: 50 }, () => watch(client, { fromNow: true }));
    const [watches, others] = [begin(one), begin(other)];
    await Promise.all([...watches, ...others].map((each) => each.next()));
    await commitTo(writer.client, "site", [nodeDocument(1)]);
    for (const told of await Promise.all([...watches, ...others].map((each) => each.take(2))))
      expect(told.map(inWords)).toEqual(["8 Node/n001 added in 2", "9 revision 2"]);
    expect(feeds.held().readers).toBe(100);
    await Promise.all(watches.map((each) => each.end()));
    await vi.waitUntil(() => feeds.held().readers === 50, { timeout: 60_000 });
    other.transport.close();
    await vi.waitUntil(() => feeds.held().readers === 0, { timeout: 60_000 });
    const last = watch(one.client, { afterSequence: 8n });
    expect(inWords(await last.next())).toBe("9 revision 2");
    const waiting = failureOf(last.next());
    await server.close({ graceMs: 0, streamGraceMs: 0 });
    expect(await waiting).toMatchObject({ code: "Unavailable" });
    expect(feeds.held().readers).toBe(0);
    for (const { transport } of [one, writer]) transport.close();
  }));
