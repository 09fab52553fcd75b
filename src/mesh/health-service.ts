import { Code, type ServiceImpl } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { type Health, HealthCheckResponse_ServingStatus as Status } from "../../gen/grpc/health/v1/health_pb.js";
import { failure } from "./failure.ts";
import type { HealthRegistry } from "./health-registry.ts";

/** Answers `grpc.health.v1` from the registry. Watch of an unknown service waits for it as SERVICE_UNKNOWN, as the contract says. */
export function createHealthService(registry: HealthRegistry): ServiceImpl<typeof Health> {
  const statusOf = (service: string): Status => {
    const serving = registry.get(service);
    return serving === undefined ? Status.SERVICE_UNKNOWN : serving ? Status.SERVING : Status.NOT_SERVING;
  };
  return {
    check({ service }) {
      const status = statusOf(service);
      if (status !== Status.SERVICE_UNKNOWN) return { status };
      throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `no service ${JSON.stringify(service)} here`, {
        subject: service,
        hint: `there are: ${registry.names().join(", ")}`,
      });
    },
    list() {
      const names = ["", ...registry.names()];
      return { statuses: Object.fromEntries(names.map((name) => [name, { status: statusOf(name) }])) };
    },
    async *watch({ service }, { signal }) {
      const gone = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      let wake = Promise.withResolvers<void>();
      const stop = registry.onChange(() => wake.resolve());
      try {
        let told: Status | undefined;
        while (!signal.aborted) {
          wake = Promise.withResolvers();
          const status = statusOf(service);
          if (status !== told) yield { status };
          told = status;
          await Promise.race([wake.promise, gone]);
        }
      } finally {
        stop();
      }
    },
  };
}
