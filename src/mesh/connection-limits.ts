import type { Socket } from "node:net";

/** Refuses connections past a bound, in total and per remote address. */
export interface ConnectionLimits {
  /** Counts the connection until it closes. False, and the connection is destroyed, if there are too many. */
  admit(socket: Socket): boolean;
}

/** Bounds that hold for one listener. */
export function createConnectionLimits(max: { readonly total: number; readonly perPeer: number }): ConnectionLimits {
  const perPeer = new Map<string, number>();
  let total = 0;
  return {
    admit(socket) {
      const peer = peerOf(socket);
      const open = perPeer.get(peer) ?? 0;
      if (total >= max.total || open >= max.perPeer) {
        socket.destroy();
        return false;
      }
      total++;
      perPeer.set(peer, open + 1);
      socket.once("close", () => {
        total--;
        const left = (perPeer.get(peer) ?? 1) - 1;
        if (left === 0) perPeer.delete(peer);
        else perPeer.set(peer, left);
      });
      return true;
    },
  };
}

/** The remote address of a connection; IPv4 written as such even on a socket that takes both. */
export function peerOf(socket: { readonly remoteAddress?: string | undefined } | undefined): string {
  return socket?.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "") ?? "unknown";
}
