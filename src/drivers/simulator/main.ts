import { Server } from "@grpc/grpc-js";
import { DriverService } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { OobDriverService } from "../../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import { ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { driverService } from "./rpc/driver-service.ts";
import { addService } from "./rpc/grpc-service.ts";
import { networkDriverService } from "./rpc/network-driver-service.ts";
import { oobDriverService } from "./rpc/oob-driver-service.ts";
import { servePlugin } from "./rpc/serve.ts";
import { serverDriverService } from "./rpc/server-driver-service.ts";
import { createWorlds } from "./rpc/worlds.ts";

const worlds = createWorlds();
const server = new Server();
addService(server, DriverService, driverService(worlds));
addService(server, ServerDriverService, serverDriverService(worlds));
addService(server, OobDriverService, oobDriverService(worlds));
addService(server, NetworkDriverService, networkDriverService(worlds));
try {
  await servePlugin(server);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
