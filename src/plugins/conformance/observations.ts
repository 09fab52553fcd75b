import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { ConnectError, type Interceptor } from "@connectrpc/connect";

/** One thing the driver answered: a message, or the error of a call. */
export type Observation =
  | { readonly method: string; readonly schema: DescMessage; readonly message: MessageShape<DescMessage> }
  | { readonly method: string; readonly error: ConnectError };

const KEPT_MAX = 10_000;
const SAID_MAX = 1_000_000;

/** What was seen of the driver during the suite; bounded. */
export interface Observations {
  readonly answers: readonly Observation[];
  /** What the driver wrote to stderr; empty when the suite didn't start it. */
  said(): string;
}

/** Collects observations. */
export interface Observer extends Observations {
  readonly interceptor: Interceptor;
  hear(line: string): void;
}

/** Makes an observer; put its interceptor below the clients and its `hear` behind the plugin's stderr. */
export function createObserver(): Observer {
  const answers: Observation[] = [];
  let said = "";
  const keep = (observation: Observation): void => {
    if (answers.length < KEPT_MAX) answers.push(observation);
  };
  return {
    answers,
    said: () => said,
    hear(line) {
      if (said.length < SAID_MAX) said += `${line}\n`;
    },
    interceptor: (next) => async (request) => {
      const method = `${request.service.typeName.split(".").at(-1)}.${request.method.name}`;
      const schema = request.method.output;
      const fail = (error: unknown): never => {
        keep({ method, error: ConnectError.from(error) });
        throw error;
      };
      const response = await next(request).catch(fail);
      if (!response.stream) {
        keep({ method, schema, message: response.message });
        return response;
      }
      const read = async function* () {
        try {
          for await (const message of response.message) {
            keep({ method, schema, message });
            yield message;
          }
        } catch (error) {
          fail(error);
        }
      };
      return { ...response, message: read() };
    },
  };
}
