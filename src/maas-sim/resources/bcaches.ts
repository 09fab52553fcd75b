import { badRequest } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Resource, read, remove } from "../http/resource.ts";
import { bcacheBy, cacheSetBy } from "../lookup.ts";
import { removeBcache, removeCacheSet } from "../storage/stacks.ts";
import { bcacheView, cacheSetView } from "../views/storage-view.ts";
import { machineForStorage, machineOf } from "./machine-scope.ts";

/** Cached devices and their caches, which a layout makes: they can be looked at and taken away. */
export const bcacheResources: readonly Resource[] = [
  {
    handler: "BcachesHandler",
    path: "nodes/{system_id}/bcaches/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json([...machine.bcaches.values()].map((bcache) => bcacheView(machine, bcache)));
      }),
    ],
  },
  {
    handler: "BcacheHandler",
    path: "nodes/{system_id}/bcache/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json(bcacheView(machine, bcacheBy(machine, call.arg("id"))));
      }),
      remove([], (call) => {
        const machine = machineForStorage(call);
        removeBcache(machine, bcacheBy(machine, call.arg("id")));
        return noContent();
      }),
    ],
  },
  {
    handler: "BcacheCacheSetsHandler",
    path: "nodes/{system_id}/bcache-cache-sets/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json([...machine.cacheSets.values()].map((cacheSet) => cacheSetView(machine, cacheSet)));
      }),
    ],
  },
  {
    handler: "BcacheCacheSetHandler",
    path: "nodes/{system_id}/bcache-cache-set/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json(cacheSetView(machine, cacheSetBy(machine, call.arg("id"))));
      }),
      remove([], (call) => {
        const machine = machineForStorage(call);
        const cacheSet = cacheSetBy(machine, call.arg("id"));
        if ([...machine.bcaches.values()].some(({ cacheSetId }) => cacheSetId === cacheSet.id)) {
          throw badRequest("Cannot delete cache set; it's currently in use.");
        }
        removeCacheSet(machine, cacheSet);
        return noContent();
      }),
    ],
  },
];
