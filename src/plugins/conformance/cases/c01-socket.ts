import { lstatSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { PluginProcess } from "../../plugin-process.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { hold } from "../verdict.ts";

/** C01: the life of the socket. */
export const socketCase: ConformanceCase = {
  id: "C01",
  title: "Serves on the socket it is given; ends on SIGTERM and when the core is gone; removes the socket",
  async run(world) {
    const told = (await world.another()).process;
    hold(lstatSync(told.socket).isSocket(), "BEDPLATE_PLUGIN_SOCKET was answered on but isn't a socket");
    await told.stop(world.graceMs);
    await checkEnd(told, "after SIGTERM");

    const orphan = (await world.another()).process;
    orphan.hangUp();
    await Promise.race([orphan.exited, delay(world.graceMs, undefined, { signal: world.signal })]);
    orphan.kill("ignored the end of BEDPLATE_PLUGIN_PARENT_FD");
    await checkEnd(orphan, "after the end of file on BEDPLATE_PLUGIN_PARENT_FD");
  },
};

async function checkEnd(process: PluginProcess, when: string): Promise<void> {
  const { signal } = await process.exited;
  hold(signal !== "SIGKILL", `the plugin did not end ${when}`);
  const left = lstatSync(process.socket, { throwIfNoEntry: false }) !== undefined;
  hold(!left, `the socket was still there ${when}`);
}
