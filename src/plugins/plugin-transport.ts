import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { beginCall, type PluginCall, reachPlugin, takeSlot } from "./plugin-call.ts";
import { contractBroken, isTyped, pluginUnavailable } from "./plugin-error.ts";
import type { PluginSupervisor, RunningPlugin } from "./plugin-supervisor.ts";

/**
 * The transport to a supervised plugin. A call waits, within its deadline, for the plugin to be ready and for one of its
 * slots, in the order calls were made. What the plugin answers is held to the bounds of its contract. A plugin that dies
 * under a call, or can't be called, is UNAVAILABLE with PLUGIN_UNAVAILABLE; the caller may repeat the call.
 */
export function createPluginTransport(plugin: string, supervisor: PluginSupervisor): Transport {
  const validator = createValidator();

  function verify<O extends DescMessage>(method: DescMethod & { output: O }, message: MessageShape<O>): void {
    const result = validator.validate(method.output, message);
    if (result.kind !== "invalid") return;
    const fault = result.violations[0]?.toString() ?? "values out of bounds";
    throw contractBroken(plugin, `${method.parent.name}.${method.name}`, fault);
  }

  async function explain(error: unknown, call: PluginCall, running: RunningPlugin): Promise<ConnectError> {
    const failure = ConnectError.from(error);
    if (call.given?.aborted || isTyped(failure)) return failure;
    if (failure.code === Code.DeadlineExceeded) void supervisor.suspect(running);
    if (failure.code !== Code.Unavailable && failure.code !== Code.Canceled) return failure;
    // The connection breaks a moment before the process is seen to end; who calls again at once must meet the next one.
    await supervisor.noticeEnd(running);
    return pluginUnavailable(plugin, `plugin "${plugin}" ended or hung up during the call: ${failure.rawMessage}`, 250);
  }

  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const call = beginCall(signal, timeoutMs);
      try {
        const running = await reachPlugin(plugin, supervisor, call);
        const release = await takeSlot(plugin, running, call);
        try {
          const { transport } = running;
          const answer = await transport.unary(method, signal, call.remaining(), header, input, contextValues);
          verify(method, answer.message);
          return answer;
        } catch (error) {
          throw await explain(error, call, running);
        } finally {
          release();
        }
      } finally {
        call.end();
      }
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const call = beginCall(signal, timeoutMs);
      let release = (): void => {};
      const leave = (): void => {
        release();
        call.end();
      };
      // A reader that never reads must not hold the slot beyond the deadline, when the channel ends the call.
      call.signal.addEventListener("abort", () => release(), { once: true });
      try {
        const running = await reachPlugin(plugin, supervisor, call);
        release = await takeSlot(plugin, running, call);
        const { transport } = running;
        const answer = await transport
          .stream(method, signal, call.remaining(), header, input, contextValues)
          .catch(async (error: unknown) => {
            throw await explain(error, call, running);
          });
        const read = async function* () {
          try {
            for await (const message of answer.message) {
              verify(method, message);
              yield message;
            }
          } catch (error) {
            throw await explain(error, call, running);
          } finally {
            leave();
          }
        };
        return { ...answer, message: read() };
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
