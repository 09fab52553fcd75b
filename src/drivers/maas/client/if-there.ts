import { Code } from "@connectrpc/connect";
import { DriverError } from "../driver-error.ts";

/**
 * What a read gives, undefined when MAAS has no such thing or doesn't know the read. A MAAS that is away, busy or refuses the key is still an error: what it has isn't known
 * then.
 */
export async function ifThere<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    const { code } = error.failure;
    if (code === Code.NotFound || code === Code.FailedPrecondition) return undefined;
    throw error;
  }
}
