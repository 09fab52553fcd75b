import { Server } from "@grpc/grpc-js";
import { DriverService } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { driverService } from "./driver-service.ts";
import { addService } from "./grpc-service.ts";
import { networkDriverService } from "./network-driver-service.ts";
import { servePlugin } from "./serve.ts";

const server = new Server();
addService(server, DriverService, driverService);
addService(server, NetworkDriverService, networkDriverService);
try {
  await servePlugin(server);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
