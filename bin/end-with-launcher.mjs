// Preloaded when an older Node's launcher starts the real process. A launcher that is killed outright can't forward
// anything, so its end is noticed here: whoever kills `bedplate` has killed all of it.
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";

const LAUNCHER_PIPE = 3;

// Worker threads and forked processes inherit the preload, but for them that descriptor is something else.
if (isMainThread && process.env.BEDPLATE_LAUNCHER === String(process.ppid)) {
  const pipe = new Socket({ fd: LAUNCHER_PIPE, readable: true, writable: false });
  pipe.on("error", () => {});
  pipe.on("close", () => process.kill(process.pid, "SIGKILL"));
  pipe.resume();
  pipe.unref();
  process.execArgv = [];
}
delete process.env.BEDPLATE_LAUNCHER;
